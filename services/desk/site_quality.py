"""The roster's quality: completeness by field, and places that need a look."""

from typing import Any

from litestar import Request, get
from litestar.params import FromQuery
from litestar.response import Template

from services.views.site_quality import site_quality
from services.web.depends import InWork
from services.web.pages import page


@get("/desk/sites/quality", action="site.read")
async def show(request: Request[Any, Any, Any], work: InWork, bureau: FromQuery[str] = "") -> Template:
    """How completely the sites in production are described, and which coordinates cannot be right."""
    data = await site_quality(work, bureau)
    return page(request, "desk/site_quality.html", here=data.here, data=data)


routes = [show]
