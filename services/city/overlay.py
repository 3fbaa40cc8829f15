"""The city's own draws over the rosters below, with what they met there."""

from typing import Any

from litestar import Request, get
from litestar.params import FromQuery
from litestar.response import Template

from services.views.overlays import overlays
from services.web.depends import InWork
from services.web.pages import page


@get("/city/overlay", action="city.compare")
async def show(request: Request[Any, Any, Any], work: InWork, period: FromQuery[str] = "") -> Template:
    """A quarter's draws, and the rules they follow."""
    data = await overlays(work, period)
    return page(request, "city/overlay.html", here=data.here, data=data)


routes = [show]
