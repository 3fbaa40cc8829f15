"""Drawn visits handed to their teams, day by day; the dispatcher is never the drawer.

A team sees its visit from its own first day on, not from the day of dispatching: a list that is seen later
is told to fewer. The day follows from map, loads and leave alone, so it says nothing about the draw.
Basis: obligations 20, 25.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from policies.access import states_of
from policies.planning.deadlines import Calendar
from policies.terms import Officer, Period
from policies.visiting.dispatching import Errand, spread
from services.drawing.authority import refuse_unchecked
from services.drawing.duties import refuse_drawers
from services.geo import to_wgs84
from services.notify.telling import tell
from services.ruling.calendars import calendar_for
from services.usecases.ceremony import draw_in, note
from services.visiting.joint import hold_roster, settled_days
from services.visiting.tasksheet import TaskSheet, open_sheets
from services.visiting.visit_errors import BadDays, NoDaysLeft
from services.work import Work
from tenants.rows import Assignment, Task
from tenants.stores import draws, officers, task_plans, tasks

AHEAD = 2  # working days of notice a team may have at most


@dataclass(frozen=True, slots=True)
class Placed:
    """One dispatched visit, without its site. `short` = a member is on leave that day: substitute."""

    slot: int
    visit_on: date
    from_day: date
    certificates: tuple[str, ...]
    joint: bool
    short: bool


@dataclass(frozen=True, slots=True)
class Dispatched:
    """What was handed out.

    Attributes:
        placed: by day, then team.
        before: visits of the draw that had been dispatched already.
    """

    bureau: str
    draw_no: int
    placed: tuple[Placed, ...]
    before: int

    def as_dict(self) -> dict[str, Any]:
        """JSON form: numbers, days and certificates, no sites."""
        rows = [
            {
                "slot": p.slot,
                "visit_on": p.visit_on.isoformat(),
                "from_day": p.from_day.isoformat(),
                "team": list(p.certificates),
                "joint": p.joint,
                "short": p.short,
            }
            for p in self.placed
        ]
        return {"bureau": self.bureau, "draw_no": self.draw_no, "before": self.before, "placed": rows}


async def dispatch_tasks(
    work: Work, draw_no: int, *, days: Sequence[date] = (), ahead: int = 0
) -> Dispatched:
    """Dispatch every visit of a draw that is not dispatched yet; again, it changes nothing.

    Args:
        work: of the dispatcher.
        draw_no: a draw with its result.
        days: working days of the period, today or later; left out, all of them.
        ahead: working days before the visit from which the team sees it, at most `AHEAD`.

    Raises:
        DrewIt: the dispatcher drew. WrongState: no result yet. ImportUnchecked: the list was taken over, and
            no second person has found it equal. NoDaysLeft: the period is over.
        BadDays: a day that is closed, past or of another period, or too much notice.
    """
    work.require("task.dispatch")
    await hold_roster(work, await draws.get(work.db, work.scope, work.scope.bureau, draw_no))
    draw = await draw_in(work, draw_no, *states_of("task.dispatch"))
    every = await tasks.of_draw(work.db, work.scope, draw.bureau, draw_no)
    waiting = [task.slot for task in every if task.state == "drawn"]
    if not waiting:
        return Dispatched(draw.bureau, draw_no, (), len(every))
    await refuse_drawers(work, draw)
    await refuse_unchecked(work, draw)
    calendar = await calendar_for(work)
    wanted = wanted_days(working_days(work, Period.parse(draw.period), calendar), days, ahead)
    sheets = await open_sheets(work, draw_no, waiting, "派发任务")
    settled = await settled_days(work, draw_no)
    planned = {} if days else await _planned(work, draw_no, wanted)
    placed = await place(work, sheets, wanted, settled=settled, planned=planned, ahead=ahead)
    for one in placed:
        await hand_out(work, draw_no, one)
    facts = {"count": len(placed), "days": sorted({p.visit_on.isoformat() for p in placed})}
    await note(work, "task.dispatch", draw_no, facts, before={"state": "drawn", "waiting": len(waiting)})
    await tell(work, "task.waiting")
    return Dispatched(draw.bureau, draw_no, placed, len(every) - len(waiting))


def wanted_days(possible: Sequence[date], days: Sequence[date], ahead: int = 0) -> tuple[date, ...]:
    """The days asked for, or all possible ones. Raises BadDays."""
    if not 0 <= ahead <= AHEAD:
        raise BadDays(ahead, need=f"提前 0—{AHEAD} 个工作日")
    if wrong := sorted(set(days) - set(possible)):
        got = "、".join(day.isoformat() for day in wrong[:5])
        raise BadDays(got, need=f"{possible[0]} 至 {possible[-1]} 之间的工作日")
    return tuple(days) or tuple(possible)


def working_days(work: Work, period: Period, calendar: Calendar) -> tuple[date, ...]:
    """Working days of a quarter, from today on. Raises NoDaysLeft. Basis: obligations: calendar."""
    first = max(work.today, period.first)
    span = (first + timedelta(n) for n in range((period.last - first).days + 1))
    days = tuple(day for day in span if calendar.is_working(day))
    if not days:
        raise NoDaysLeft(work.today, period=period)
    return days


async def dispatch_board(work: Work, draw_no: int) -> tuple[tuple[Task, tuple[Assignment, ...]], ...]:
    """Days, teams and states of a draw for planning cars; nothing sealed is opened."""
    work.require("task.dispatch")
    bureau = work.scope.bureau
    teams: dict[int, list[Assignment]] = {}
    for one in await tasks.assignments(work.db, work.scope, bureau, draw_no):
        teams.setdefault(one.slot, []).append(one)
    found = await tasks.of_draw(work.db, work.scope, bureau, draw_no)
    return tuple((task, tuple(teams.get(task.slot, ()))) for task in found)


async def _planned(work: Work, draw_no: int, days: Sequence[date]) -> dict[int, date]:
    """slot → day set beforehand, where it is still to come."""
    found = await task_plans.of_draw(work.db, work.scope, work.scope.bureau, draw_no)
    return {one.slot: one.visit_on for one in found if one.visit_on in days}


async def place(
    work: Work,
    sheets: Sequence[TaskSheet],
    days: Sequence[date],
    *,
    settled: Mapping[int, date],
    planned: Mapping[int, date] | None = None,
    made: Mapping[date, Sequence[str]] | None = None,
    ahead: int = 0,
) -> tuple[Placed, ...]:
    """A day for every opened visit, by day, then team.

    Args:
        days: to choose from. ahead: working days of notice.
        settled: slot → day another bureau has settled. planned: slot → day set here before.
        made: day → certificates of those who drive out already, see `spread`.
    """
    people = {o.certificate: o for o in await officers.all_of(work.db, work.scope, work.scope.bureau)}
    calendar = await calendar_for(work)
    fixed = {**(planned or {}), **settled}
    errands = [_errand(sheet, people, days, fixed) for sheet in sheets]
    chosen = spread(errands, days, made)
    placed = [
        Placed(
            slot=errand.slot,
            visit_on=chosen[errand.slot],
            from_day=max(work.today, _before(chosen[errand.slot], ahead, calendar)),
            certificates=_lead_first(errand.team, people),
            joint=errand.slot in settled,
            short=chosen[errand.slot] in errand.away,
        )
        for errand in errands
    ]
    return tuple(sorted(placed, key=lambda p: (p.visit_on, p.certificates, p.slot)))


def _errand(
    sheet: TaskSheet, people: Mapping[str, Officer], days: Sequence[date], fixed: Mapping[int, date]
) -> Errand:
    lon, lat = to_wgs84(*sheet.point)
    leaves = [span for c in sheet.certificates if c in people for span in people[c].leave]
    settled = fixed.get(sheet.slot)
    candidates = {*days, settled} if settled else set(days)
    away = frozenset(day for day in candidates if any(a <= day <= b for a, b in leaves))
    return Errand(sheet.slot, sheet.certificates, lon, lat, away, settled)


def _lead_first(team: Sequence[str], people: Mapping[str, Officer]) -> tuple[str, ...]:
    """A member who may lead goes first; the draw made sure that there is one."""
    return tuple(sorted(team, key=lambda c: not (c in people and people[c].lead)))


def _before(day: date, ahead: int, calendar: Calendar) -> date:
    while ahead > 0:
        day -= timedelta(1)
        ahead -= calendar.is_working(day)
    return day


async def hand_out(work: Work, draw_no: int, one: Placed) -> None:
    """Keep that the team has the visit, from its first day on. Raises SameHand, WrongState."""
    await tasks.dispatch(
        work.db,
        work.scope,
        draw_no,
        one.slot,
        one.visit_on,
        one.certificates,
        work.principal.subject,
        work.now,
        from_day=one.from_day,
    )
