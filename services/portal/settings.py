"""How a reader wants pages: text size, language. Kept in cookies, no account, no script."""

from typing import Any

from litestar import Request, get, post
from litestar.datastructures import Cookie
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from services.identity.client import local_path
from services.web.pages import LANG_COOKIE, TEXT_COOKIE, static

YEAR = 365 * 24 * 3600
CHOICES = {"text": (TEXT_COOKIE, ("normal", "large")), "lang": (LANG_COOKIE, ("zh", "en"))}


@post("/reading", action="public.read", status_code=303)
async def reading(request: Request[Any, Any, Any], data: URLEncodedBody[dict[str, str]]) -> Redirect:
    """Sets the text size or the language, whichever is given, and returns to the page."""
    kept = [
        Cookie(key=name, value=data[field], max_age=YEAR, path="/", httponly=True, samesite="lax")
        for field, (name, values) in CHOICES.items()
        if data.get(field) in values
    ]
    return Redirect(local_path(data.get("next", "/")), status_code=303, cookies=kept)


@get("/favicon.ico", action="public.read", opt={"cache": "public, max-age=86400"})
async def icon() -> Redirect:
    """What browsers ask for on pages that name no icon."""
    return Redirect(static("icon.svg"), status_code=301)


routes = [reading, icon]
