"""What firms of a district say of its visits, for the auditor above it: no contact, no answer from here."""

from typing import Any

from litestar import Request, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from services.views.voices import voices_face
from services.web.depends import InWork
from services.web.pages import page


@get("/city/districts/{district:str}/voices", action="visit.voices")
async def show(
    request: Request[Any, Any, Any], work: InWork, district: FromPath[str], period: FromQuery[str] = ""
) -> Template:
    """Averages of a quarter and the newest complaints of one district; the district's journal tells of it."""
    told = await voices_face(work, period, district)
    return page(request, "desk/voices.html", problem=None, **told)


routes = [show]
