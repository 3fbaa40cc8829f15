"""The checklist before a freeze: what is in order, what is not, why, and where to mend it."""

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath
from litestar.response import Template

from services.usecases.rehearse_freeze import Rehearsal, rehearse_freeze
from services.views.desk import here
from services.views.readiness import readiness_of
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]


@get("/desk/draws/{draw_no:int}/readiness", action="draw.read")
async def show(request: AnyRequest, work: InWork, draw_no: FromPath[int]) -> Template:
    """Every point with its state; numbers of people, no name."""
    return await _page(request, work, draw_no)


@post("/desk/draws/{draw_no:int}/readiness", action="draw.difference", status_code=200)
async def rehearse(request: AnyRequest, work: InWork, draw_no: FromPath[int]) -> Template:
    """Tries the freeze with the lists of now; nothing is frozen."""
    return await _page(request, work, draw_no, await rehearse_freeze(work, draw_no))


async def _page(request: AnyRequest, work: Work, draw_no: int, tried: Rehearsal | None = None) -> Template:
    problem = tried.problem.as_dict(language(request)) if tried and tried.problem else None
    found = await readiness_of(work, draw_no)
    context: dict[str, Any] = {"here": await here(work), "ready": found, "tried": tried, "problem": problem}
    return page(request, "desk/readiness.html", **context)


routes = [show, rehearse]
