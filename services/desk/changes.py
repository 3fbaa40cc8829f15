"""Changes of a drawn list at the desk: what waits, the form with its preview, approval on a phone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from policies.rd1.changes import REASONS
from services.desk.forms import some_day
from services.drawing.change_case import Shown
from services.drawing.changing import KINDS, Kind, Step
from services.usecases.approve_change import approve_change
from services.usecases.change_board import change_board, find_visit, visit_line, visits_of_day
from services.usecases.declare import declare_absence, withdraw_declaration
from services.usecases.propose_change import preview_change, propose_change, repeat_change, withdraw_change
from services.views.desk import here
from services.views.people import people_of
from services.web.depends import InWork
from services.web.errors import BadRequest
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@get("/desk/draws/{draw_no:int}/changes", action="draw.change")
async def board(request: AnyRequest, work: InWork, draw_no: FromPath[int]) -> Template:
    """What waits for approval, who cannot go, the dispatched visits, and the changes made so far."""
    found = await change_board(work, draw_no)
    where = await here(work)
    people = await people_of(work, work.scope.bureau)
    return page(request, "desk/changes.html", here=where, board=found, people=people, today=work.today)


@get("/desk/draws/{draw_no:int}/changes/{slot:int}", action="draw.change")
async def form(
    request: AnyRequest,
    work: InWork,
    draw_no: FromPath[int],
    slot: FromPath[int],
    kind: FromQuery[str] = "",
    officer: FromQuery[str] = "",
) -> Template:
    """The form for one visit; links from the board fill in who cannot go."""
    given = {"kind": kind if kind in KINDS else "", "officer": officer[:64]}
    return await _page(request, work, draw_no, slot, given)


@post("/desk/draws/{draw_no:int}/changes/{slot:int}", action="draw.change", status_code=303)
async def ask(
    request: AnyRequest, work: InWork, draw_no: FromPath[int], slot: FromPath[int], data: Form
) -> Template | Redirect:
    """Shows what the protocol chooses, and only then takes the proposal."""
    steps = await _steps(work, draw_no, slot, data)
    if data.get("act") == "propose":
        await propose_change(work, draw_no, steps)
        return _to(draw_no)
    try:
        found = await preview_change(work, draw_no, steps)
    except Problem as problem:
        if problem.kind not in ("invalid", "conflict"):
            raise
        told = problem.as_dict(language(request))
        return await _page(request, work, draw_no, slot, data, status=422, problem=told)
    return await _page(request, work, draw_no, slot, data, status=200, found=found)


@post("/desk/draws/{draw_no:int}/changes/find", action="draw.change", status_code=303)
async def find(work: InWork, draw_no: FromPath[int], data: Form) -> Redirect:
    """From a site's code to its visit, for the dispatcher; the look-up is journalled."""
    slot = await find_visit(work, draw_no, data.get("code", ""))
    return Redirect(f"/desk/draws/{draw_no}/changes/{slot}", status_code=303)


@post("/desk/draws/{draw_no:int}/changes/absence", action="task.declare", status_code=303)
async def absence(work: InWork, draw_no: FromPath[int], data: Form) -> Redirect:
    """Notes who is away on a day."""
    await declare_absence(work, data.get("officer", ""), some_day(data, "day", "日期"))
    return _to(draw_no)


@post("/desk/draws/{draw_no:int}/changes/declarations/{id:uuid}", action="task.declare", status_code=303)
async def take_back(work: InWork, draw_no: FromPath[int], id: FromPath[UUID]) -> Redirect:
    """Withdraws a declaration made by mistake."""
    await withdraw_declaration(work, id)
    return _to(draw_no)


@post("/desk/draws/{draw_no:int}/changes/approval", action="draw.change_approve", status_code=303)
async def approve(work: InWork, draw_no: FromPath[int], data: Form) -> Redirect:
    """Approves the proposal that was read."""
    await approve_change(work, draw_no, _number(data))
    return _to(draw_no)


@post("/desk/draws/{draw_no:int}/changes/withdrawal", action="draw.change", status_code=303)
async def withdraw(work: InWork, draw_no: FromPath[int], data: Form) -> Redirect:
    """Withdraws or declines a proposal, or proposes a stale one anew."""
    number = _number(data)
    if data.get("act") == "repeat":
        await repeat_change(work, draw_no, number)
    else:
        await withdraw_change(work, draw_no, number)
    return _to(draw_no)


async def _page(
    request: AnyRequest,
    work: Work,
    draw_no: int,
    slot: int,
    given: dict[str, str],
    *,
    status: int = 200,
    found: Sequence[Shown] = (),
    problem: dict[str, Any] | None = None,
) -> Template:
    return page(
        request,
        "desk/change.html",
        status=status,
        here=await here(work),
        draw_no=draw_no,
        slot=slot,
        line=await visit_line(work, draw_no, slot),
        given=given,
        found=found,
        reasons=REASONS,
        problem=problem,
    )


async def _steps(work: Work, draw_no: int, slot: int, data: dict[str, str]) -> tuple[Step, ...]:
    kind, officer, absent = _kind(data), data.get("officer", ""), data.get("absent") == "1"
    if kind != "substitute":
        return (Step(kind, slot, data.get("listed", "")),)
    slots: Sequence[int] = (slot,)
    if data.get("all") == "1":
        slots = await visits_of_day(work, draw_no, slot, officer)
    return tuple(Step(kind, one, data.get("reason", "").strip(), officer, absent) for one in slots)


def _kind(data: dict[str, str]) -> Kind:
    for kind in KINDS:
        if data.get("kind") == kind:
            return kind
    raise BadRequest(data.get("kind", "")[:20], wanted="kind: replace, substitute, cancel")


def _number(data: dict[str, str]) -> int:
    number = data.get("proposal", "")
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        raise BadRequest(number[:40], wanted="proposal: 1")
    return int(number)


def _to(draw_no: int) -> Redirect:
    return Redirect(f"/desk/draws/{draw_no}/changes", status_code=303)


routes = [board, form, ask, find, absence, take_back, approve, withdraw]
