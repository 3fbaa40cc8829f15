"""Official documents at the desk: the notice before it is public, the plan, its filing, minutes, a letter."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from policies.errors import Missing
from services.desk.notice_previews import drafts_of
from services.views.desk import here
from services.views.official import (
    filing_document,
    letter_document,
    minutes_document,
    plan_document,
    set_paper,
)
from services.views.papers import draw_paper, results_paper
from services.web.depends import InWork
from services.web.papers import answered, as_answer

AnyRequest = Request[Any, Any, Any]


@get("/desk/notices/preview/document", action="notice.make", read_only=True)
async def notice(
    request: AnyRequest,
    work: InWork,
    what: FromQuery[str] = "",
    value: FromQuery[str] = "",
    only: FromQuery[str] = "",
) -> Response[bytes]:
    """The notice as an official document, as it would be published today; nothing is kept."""
    drafts, where = await drafts_of(work, what, value, only), await here(work)
    issuer, day = where.face.name, work.today.isoformat()
    first = drafts[0] if drafts else None
    if first is None:
        raise Missing(value[:20], what="公示")
    if what == "results":
        paper = await set_paper(
            work.app, "results", results_paper(issuer, value, [one.body for one in drafts], day), work.now
        )
    elif what == "draw":
        paper = await set_paper(work.app, "draw", draw_paper(issuer, first.title, first.body, day), work.now)
    else:
        return answered(request, await plan_document(work, int(value), work.scope.bureau))
    return as_answer(request, paper, f"notice-{what}")


@get("/desk/plan/document", action="plan.read")
async def plan(
    request: AnyRequest, work: InWork, year: FromQuery[int] = 0, bureau: FromQuery[str] = ""
) -> Response[bytes]:
    """The newest version of a year's plan as an official document."""
    return answered(request, await plan_document(work, year or work.today.year, bureau or work.scope.bureau))


@get("/desk/filings/document", action="plan.read")
async def filing(
    request: AnyRequest,
    work: InWork,
    about: FromQuery[str] = "",
    recipient: FromQuery[str] = "",
    bureau: FromQuery[str] = "",
) -> Response[bytes]:
    """The letter of one filing."""
    return answered(request, await filing_document(work, bureau or work.scope.bureau, about, recipient))


@get("/desk/minutes/{bureau:str}/{draw_no:int}/document", action="draw.read")
async def minutes(
    request: AnyRequest, work: InWork, bureau: FromPath[str], draw_no: FromPath[int]
) -> Response[bytes]:
    """The minutes of a draw, to be signed on paper."""
    return answered(request, await minutes_document(work, bureau, draw_no))


@get("/desk/audits/{audit:uuid}/letter/document", action="audit.told")
async def letter(request: AnyRequest, work: InWork, audit: FromPath[UUID]) -> Response[bytes]:
    """The superior's letter, as it was sent."""
    return answered(request, await letter_document(work, audit))


routes = [notice, plan, filing, minutes, letter]
