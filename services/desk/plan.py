"""The yearly plan: draft, approval by another person, every number with its rule."""

from typing import Any

from litestar import Request, get, post
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Missing
from services.ruling.filings import filings_of, plan_target
from services.ruling.plan_standing import plan_standing
from services.ruling.plan_steps import PlanStep, plan_step
from services.usecases.make_plan import approve_plan, make_plan
from services.usecases.submit_plan import return_plan, submit_plan
from services.views.desk import here
from services.views.plans import plan_faces
from services.web.depends import InWork
from services.web.errors import BadRequest
from services.web.pages import page
from services.work import Work
from tenants.stores import plans

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@get("/desk/plan", action="plan.read")
async def show(
    request: AnyRequest, work: InWork, year: FromQuery[int] = 0, bureau: FromQuery[str] = ""
) -> Template:
    """The newest version of a year's plan, and the versions before it."""
    whose = bureau or work.scope.bureau
    work.require("plan.read", bureau=whose)
    asked = year or work.today.year + (work.today.month == 12)
    return page(request, "desk/plan.html", **await _shown(work, whose, asked))


@get("/desk/plan/print", action="plan.read")
async def printed(
    request: AnyRequest, work: InWork, year: FromQuery[int] = 0, bureau: FromQuery[str] = ""
) -> Template:
    """The newest version as an official document for paper: title, number, text, tables, seal."""
    whose = bureau or work.scope.bureau
    work.require("plan.read", bureau=whose)
    asked = year or work.today.year + (work.today.month == 12)
    shown = await _shown(work, whose, asked)
    if shown["row"] is None:
        raise Missing(asked, what="年度计划")
    return page(request, "desk/plan_print.html", **shown)


async def _shown(work: Work, whose: str, asked: int) -> dict[str, Any]:
    row = await plans.latest(work.db, work.scope, whose, asked)
    return {
        "here": await here(work, whose),
        "year": asked,
        "row": row,
        "plans": plan_faces(row.body) if row else (),
        "versions": await plans.versions(work.db, work.scope, whose, asked),
        "own": whose == work.scope.bureau,
        "filings": await filings_of(work, whose, plan_target(asked, row.version)) if row else (),
        "step": await plan_step(work, whose, row) if row else PlanStep(),
        "standing": await plan_standing(work, row) if row else None,
    }


@post("/desk/plan/submission", action="plan.submit", status_code=303)
async def submit(work: InWork, data: Form) -> Redirect:
    """The newest draft goes to the head."""
    year = _year(data)
    await submit_plan(work, year, data.get("words", ""), _version(data))
    return Redirect(f"/desk/plan?year={year}", status_code=303)


@post("/desk/plan/return", action="plan.return", status_code=303)
async def send_back(work: InWork, data: Form) -> Redirect:
    """The newest draft goes back to its maker."""
    year = _year(data)
    await return_plan(work, year, data.get("words", ""), _version(data))
    return Redirect(f"/desk/plan?year={year}", status_code=303)


@post("/desk/plan", action="plan.make", status_code=303)
async def make(work: InWork, data: Form) -> Redirect:
    """A new draft from the rosters as they stand."""
    year = _year(data)
    await make_plan(work, year)
    return Redirect(f"/desk/plan?year={year}", status_code=303)


@post("/desk/plan/approve", action="plan.approve", status_code=303)
async def approve(work: InWork, data: Form) -> Redirect:
    """Approval of the newest draft by someone who did not make it."""
    year = _year(data)
    await approve_plan(work, year, _version(data))
    return Redirect(f"/desk/plan?year={year}", status_code=303)


def _year(data: dict[str, str]) -> int:
    text = data.get("year", "")
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise BadRequest(text[:20], wanted="year: 2026")
    return int(text)


def _version(data: dict[str, str]) -> int:
    """The version the person has before them: a newer one is not approved unread."""
    text = data.get("version", "")
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 7 and int(text)):
        raise BadRequest(text[:20], wanted="version: 1")
    return int(text)


routes = [show, printed, make, approve, submit, send_back]
