"""What firms say of visits: averages, and complaints to be answered by who was not there."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from services.usecases.read_voices import answer_complaint
from services.views.voices import voices_face
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@get("/desk/voices", action="visit.voices")
async def listing(request: AnyRequest, work: InWork, period: FromQuery[str] = "") -> Template:
    """Averages of a quarter and the newest complaints."""
    return await _page(request, work, period)


@post("/desk/voices/{complaint:uuid}/answer", action="visit.answer", status_code=303)
async def answer(
    request: AnyRequest, work: InWork, complaint: FromPath[UUID], data: Form
) -> Redirect | Template:
    """An answer, for the firm's receipt."""
    try:
        await answer_complaint(work, complaint, data.get("answer", ""))
    except Problem as problem:
        if problem.kind not in ("invalid", "conflict"):
            raise
        told = problem.as_dict(language(request))
        return await _page(request, work, "", told, 422)
    return Redirect("/desk/voices", status_code=303)


async def _page(
    request: AnyRequest, work: Work, period: str, problem: Any = None, status: int = 200
) -> Template:
    told = await voices_face(work, period)
    return page(request, "desk/voices.html", status=status, problem=problem, **told)


routes = [listing, answer]
