"""Drawn visits handed to their teams, and joined where two bureaus drew the same site."""

from datetime import date
from typing import Annotated

from litestar import Response
from litestar.params import JSONBody
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import LARGEST, Body, Bureau, Code, Number, Out, show
from services.usecases.dispatch_tasks import AHEAD, dispatch_board, dispatch_tasks
from services.usecases.merge_overlay import merge_overlay
from services.web.depends import InWork
from tenants.rows import Assignment, Task, TaskState

Pairs = tuple[tuple[int, int], ...]


class DispatchOrder(Body):
    """`days`: working days of the period, empty = all from today. `ahead`: working days of notice."""

    days: Annotated[tuple[date, ...], Meta(max_length=400)] = ()
    ahead: Annotated[int, Meta(ge=0, le=AHEAD)] = 0


class PlacedOut(Out):
    """A dispatched visit without its site; `short`: a member is on leave that day."""

    slot: int
    visit_on: date
    from_day: date
    certificates: tuple[str, ...]
    joint: bool
    short: bool


class DispatchedOut(Out):
    """What was handed out; `before`: visits dispatched earlier."""

    bureau: Code
    draw_no: int
    before: int
    placed: tuple[PlacedOut, ...]


class SlotOut(Out):
    """A visit on the board: its state, day and team, never its site."""

    slot: int
    state: TaskState
    visit_on: date | None
    certificates: tuple[str, ...]


class JointOrder(Body):
    """The district and its own draw of the same period."""

    district: Code
    district_draw: Annotated[int, Meta(ge=1, le=LARGEST)]


class JointOut(Out):
    """Pairs of slots (city, district): joined now, joined before, and too late to join."""

    city: Code
    city_draw: int
    district: Code
    district_draw: int
    linked: Pairs
    before: Pairs
    late: Pairs


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/dispatch", action="task.dispatch")
async def dispatch(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[DispatchOrder]
) -> Response[DispatchedOut]:
    """Dispatch every visit not dispatched yet; each team sees its own from its first day on."""
    return await once.run(
        lambda work: dispatch_tasks(work, draw_no, days=data.days, ahead=data.ahead),
        lambda done: show(done, DispatchedOut),
    )


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}/dispatch", action="task.dispatch", read_only=True)
async def get_dispatch_board(work: InWork, bureau: Bureau, draw_no: Number) -> list[SlotOut]:
    """Days, teams and states of a draw's visits, for planning cars."""
    return [_slot(task, team) for task, team in await dispatch_board(work, draw_no)]


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/joint-visits", action="task.merge")
async def join_visits(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[JointOrder]
) -> Response[JointOut]:
    """Join what a city's overlay and the district's own draw both drew; only slots are told."""
    return await once.run(
        lambda work: merge_overlay(work, draw_no, data.district, data.district_draw),
        lambda done: show(done, JointOut),
    )


def _slot(task: Task, team: tuple[Assignment, ...]) -> SlotOut:
    people = tuple(one.certificate for one in team if one.until_day is None)
    return SlotOut(slot=task.slot, state=task.state, visit_on=task.visit_on, certificates=people)


routes = [dispatch, get_dispatch_board, join_visits]
