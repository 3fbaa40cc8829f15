"""How a reader wants pages: text size. Kept in a cookie, no account, no script."""

from typing import Any

from litestar import Request, get, post
from litestar.datastructures import Cookie
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from services.identity.client import local_path
from services.web.pages import TEXT_COOKIE, static

YEAR = 365 * 24 * 3600


@post("/reading", action="public.read", status_code=303)
async def reading(request: Request[Any, Any, Any], data: URLEncodedBody[dict[str, str]]) -> Redirect:
    """Sets the text size and returns to the page."""
    size = "large" if data.get("text") == "large" else "normal"
    cookie = Cookie(key=TEXT_COOKIE, value=size, max_age=YEAR, path="/", httponly=True, samesite="lax")
    return Redirect(local_path(data.get("next", "/")), status_code=303, cookies=[cookie])


@get("/favicon.ico", action="public.read", opt={"cache": "public, max-age=86400"})
async def icon() -> Redirect:
    """What browsers ask for on pages that name no icon."""
    return Redirect(static("icon.svg"), status_code=301)


routes = [reading, icon]
