"""Drawn visits handed to their teams, all or by team and day; joined where two bureaus drew the same."""

from datetime import date
from typing import Annotated, Literal

from litestar import Response
from litestar.params import JSONBody
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import LARGEST, NO_NUL, Body, Bureau, Code, Number, Out, show
from services.usecases.dispatch_tasks import AHEAD, dispatch_board, dispatch_tasks
from services.usecases.merge_overlay import merge_overlay
from services.usecases.plan_days import plan_days
from services.usecases.release_team import release_team
from services.views.release_board import release_board
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


class PlanOrder(Body):
    """`days`: working days of the period, empty = all from today."""

    days: Annotated[tuple[date, ...], Meta(max_length=400)] = ()


class PlannedOut(Out):
    """Visits that have a day now, the days, and those handed out before."""

    bureau: Code
    draw_no: int
    count: int
    days: tuple[date, ...]
    before: int


class ReleaseOrder(Body):
    """A day, and the certificates of a team in any order; empty: every team of that day."""

    day: date
    team: Annotated[tuple[Annotated[str, Meta(max_length=64, pattern=NO_NUL)], ...], Meta(max_length=20)] = ()


class ReleasedOut(Out):
    """`slots`: handed out now; `before`: of team and day, earlier; `waiting`: stays sealed."""

    bureau: Code
    draw_no: int
    day: date
    team: tuple[str, ...]
    slots: tuple[int, ...]
    before: int
    waiting: int


class MemberOut(Out):
    """An officer of a team; `away`: on leave or absent that day."""

    certificate: str
    name: str
    away: bool


class TeamDayOut(Out):
    """One team's visits of one day; `ready`: may be released now."""

    day: date
    team: tuple[MemberOut, ...]
    state: Literal["sealed", "ready", "gone", "released", "done"]
    visits: int
    done: int


class ReleaseBoardOut(Out):
    """What is sealed and what is out; `last`: the last day that may be released today."""

    draw_no: int
    sealed: int
    unplanned: int
    gone: int
    released: int
    done: int
    last: date
    teams: tuple[TeamDayOut, ...]


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


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/dispatch/days", action="task.dispatch")
async def plan_visit_days(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[PlanOrder]
) -> Response[PlannedOut]:
    """Set a day for every visit not handed out yet; those set before are set anew, nothing is opened."""
    return await once.run(
        lambda work: plan_days(work, draw_no, days=data.days), lambda done: show(done, PlannedOut)
    )


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/dispatch/release", action="task.dispatch")
async def release_one_team(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[ReleaseOrder]
) -> Response[ReleasedOut]:
    """Hand one team its visits of one day; the rest of the draw stays sealed."""
    return await once.run(
        lambda work: release_team(work, draw_no, data.day, data.team), lambda done: show(done, ReleasedOut)
    )


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}/dispatch/release", action="task.dispatch", read_only=True)
async def get_release_board(work: InWork, bureau: Bureau, draw_no: Number) -> ReleaseBoardOut:
    """Days and teams of a draw with what is sealed and what is out, without sites."""
    found = await release_board(work, draw_no)
    teams = tuple(show(team, TeamDayOut) for day in found.days for team in day.teams)
    return ReleaseBoardOut(
        draw_no=draw_no,
        sealed=found.sealed,
        unplanned=found.unplanned,
        gone=found.gone,
        released=found.released,
        done=found.done,
        last=found.last,
        teams=teams,
    )


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


routes = [
    dispatch,
    get_dispatch_board,
    plan_visit_days,
    release_one_team,
    get_release_board,
    join_visits,
]
