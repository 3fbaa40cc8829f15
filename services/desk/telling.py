"""Public results for other systems: what each has yet to be told, and the file."""

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from services.connectors import telling
from services.usecases.tell_results import due_lines, make_telling
from services.views.desk import here, periods_of
from services.web.depends import InWork
from services.web.pages import page

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@get("/desk/uploads/systems/{profile:str}", action="upload.make", read_only=True)
async def due(
    request: AnyRequest, work: InWork, profile: FromPath[str], period: FromQuery[str] = ""
) -> Template:
    """What a system has yet to be told of a quarter."""
    shown, known = await periods_of(work, period)
    lines = await due_lines(work, str(shown), profile)
    systems = telling("public")
    return page(
        request,
        "desk/telling.html",
        here=await here(work),
        due=lines,
        profile=systems[profile],
        systems=tuple(systems.values()),
        period=shown,
        periods=known,
    )


@post("/desk/uploads/systems/{profile:str}", action="upload.make", status_code=303)
async def make(work: InWork, profile: FromPath[str], data: Form) -> Redirect:
    """Makes the file of what is due; it then stands among the made files."""
    await make_telling(work, data.get("period", ""), profile)
    return Redirect("/desk/uploads", status_code=303)


routes = [due, make]
