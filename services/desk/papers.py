"""Official documents at the desk: the notice before it is public, the plan, its filing, minutes, a letter."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from policies.errors import Missing
from services.desk.notice_previews import drafts_of
from services.ruling.filings import filings_of, plan_target
from services.usecases.confirm_minutes import cut_minutes, minutes_for, minutes_seen
from services.usecases.show_audit import read_told
from services.views.desk import here
from services.views.papers import (
    draw_paper,
    filing_paper,
    letter_paper,
    minutes_paper,
    plan_paper,
    results_paper,
)
from services.views.plans import plan_faces
from services.web.depends import InWork
from services.web.papers import as_answer, set_paper
from services.work import Work
from tenants.stores import plans

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
        return await _plan(request, work, int(value), work.scope.bureau)
    return as_answer(request, paper, f"notice-{what}")


@get("/desk/plan/document", action="plan.read")
async def plan(
    request: AnyRequest, work: InWork, year: FromQuery[int] = 0, bureau: FromQuery[str] = ""
) -> Response[bytes]:
    """The newest version of a year's plan as an official document."""
    whose = bureau or work.scope.bureau
    work.require("plan.read", bureau=whose)
    return await _plan(request, work, year or work.today.year, whose)


@get("/desk/filings/document", action="plan.read")
async def filing(
    request: AnyRequest,
    work: InWork,
    about: FromQuery[str] = "",
    recipient: FromQuery[str] = "",
    bureau: FromQuery[str] = "",
) -> Response[bytes]:
    """The letter of one filing."""
    whose = bureau or work.scope.bureau
    work.require("plan.read", bureau=whose)
    found = [one for one in await filings_of(work, whose, about[:40]) if one.recipient == recipient]
    if not found:
        raise Missing(about[:40], what="备案")
    where, link = await here(work, whose), _filed(whose, about)
    data = filing_paper(where.face.name, found[0], simulated=work.app.clock.simulated)
    paper = await set_paper(work.app, "filing", data, found[0].at, link=link)
    return as_answer(request, paper, f"filing-{whose}")


@get("/desk/minutes/{bureau:str}/{draw_no:int}/document", action="draw.read")
async def minutes(
    request: AnyRequest, work: InWork, bureau: FromPath[str], draw_no: FromPath[int]
) -> Response[bytes]:
    """The minutes of a draw, to be signed on paper."""
    found = cut_minutes(await minutes_for(work, draw_no, bureau), minutes_seen(work, bureau))
    if found is None or "m" not in found.body:
        raise Missing(draw_no, what="抽取纪要")
    where = await here(work, bureau)
    data = minutes_paper(where.face.name, found, simulated=work.app.clock.simulated)
    paper = await set_paper(work.app, "minutes", data, work.now, link=f"/b/{bureau}/draws/{draw_no}")
    return as_answer(request, paper, f"minutes-{bureau}-{draw_no}")


@get("/desk/audits/{audit:uuid}/letter/document", action="audit.told")
async def letter(request: AnyRequest, work: InWork, audit: FromPath[UUID]) -> Response[bytes]:
    """The superior's letter, as it was sent."""
    file, where = await read_told(work, audit), await here(work)
    data = letter_paper(file, where.names, simulated=work.app.clock.simulated)
    at = file.case.sent_at or work.now
    return as_answer(request, await set_paper(work.app, "letter", data, at), f"letter-{file.case.period}")


async def _plan(request: AnyRequest, work: Work, year: int, whose: str) -> Response[bytes]:
    row = await plans.latest(work.db, work.scope, whose, year)
    if row is None:
        raise Missing(year, what="年度计划")
    where = await here(work, whose)
    filed = await filings_of(work, whose, plan_target(year, row.version))
    data = plan_paper(
        where.face.name, row, plan_faces(row.body), where.names, filed, simulated=work.app.clock.simulated
    )
    link = f"/b/{whose}/plan/{year}" if row.state == "approved" else ""
    paper = await set_paper(work.app, "plan", data, row.approved_at or work.now, link=link)
    return as_answer(request, paper, f"plan-{whose}-{year}")


def _filed(bureau: str, about: str) -> str:
    what, _, which = about.partition("/")
    return f"/b/{bureau}/plan/{which.partition('/')[0]}" if what == "plan" else f"/b/{bureau}/draws/{which}"


routes = [notice, plan, filing, minutes, letter]
