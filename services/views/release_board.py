"""A drawn list by day and team as the dispatcher releases it: what is sealed, what is out, who cannot come.

Numbers, days and officers; no site is opened for it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from policies.terms import Officer
from services.drawing.authority import checked
from services.ruling.calendars import calendar_for
from services.usecases.dispatch_tasks import dispatch_board
from services.usecases.release_team import release_to
from services.work import Work
from tenants.rows import Draw, TaskPlan
from tenants.stores import declarations, draws, officers, platform_lists, task_plans

DONE = ("recorded", "reviewed", "published")
State = Literal["sealed", "ready", "gone", "released", "done"]


@dataclass(frozen=True, slots=True)
class Member:
    """An officer of a team; `away`: on leave that day, or declared absent."""

    certificate: str
    name: str
    away: bool


@dataclass(frozen=True, slots=True)
class TeamDay:
    """One team's visits of one day, as numbers.

    Attributes:
        state: "ready" may be released now, "sealed" later, "gone" was not released in time.
        visits: all of them. done: with a record.
    """

    day: date
    team: tuple[Member, ...]
    state: State
    visits: int
    done: int

    @property
    def certificates(self) -> tuple[str, ...]:
        """Certificates, the leader first."""
        return tuple(one.certificate for one in self.team)

    @property
    def short(self) -> bool:
        """A member cannot come."""
        return any(one.away for one in self.team)


@dataclass(frozen=True, slots=True)
class ReleaseDay:
    """All teams of a day, those to release first."""

    day: date
    teams: tuple[TeamDay, ...]

    @property
    def visits(self) -> int:
        """Visits of the day."""
        return sum(one.visits for one in self.teams)

    @property
    def settled(self) -> bool:
        """Every visit has its record."""
        return all(one.state == "done" for one in self.teams)

    @property
    def ready(self) -> int:
        """Teams that may be released now."""
        return sum(one.state == "ready" for one in self.teams)


@dataclass(frozen=True, slots=True)
class ReleaseBoard:
    """Data of the page.

    Attributes:
        sealed: visits not handed out; `unplanned` of them have no day, for `gone` it is over.
        last: the last day that may be released today.
        checked: the list may be handed out at all: ours, or a platform's found equal by a second person.
    """

    draw: Draw
    days: tuple[ReleaseDay, ...]
    sealed: int
    unplanned: int
    gone: int
    released: int
    done: int
    today: date
    last: date
    checked: bool

    @property
    def live(self) -> int:
        """Visits that are not cancelled."""
        return self.sealed + self.released + self.done

    @property
    def over(self) -> tuple[ReleaseDay, ...]:
        """Days before today of which nothing is left to do."""
        return tuple(one for one in self.days if one.day < self.today and one.settled)

    @property
    def near(self) -> tuple[ReleaseDay, ...]:
        """Days of which something may be done today."""
        return tuple(one for one in self.days if one.day <= self.last and one not in self.over)

    @property
    def far(self) -> tuple[ReleaseDay, ...]:
        """Days too far ahead to be released."""
        return tuple(one for one in self.days if one.day > self.last)


async def release_board(work: Work, draw_no: int) -> ReleaseBoard:
    """The board of an own draw. Raises Missing, Forbidden."""
    bureau = work.scope.bureau
    draw = await draws.get(work.db, work.scope, bureau, draw_no)
    plans = {one.slot: one for one in await task_plans.of_draw(work.db, work.scope, bureau, draw_no)}
    last = release_to(work.today, await calendar_for(work))
    groups: dict[tuple[date, tuple[str, ...], State], list[str]] = {}
    states: Counter[str] = Counter()
    unplanned = 0
    for task, assigned in await dispatch_board(work, draw_no):
        states[task.state] += 1
        plan = plans.get(task.slot)
        if task.state == "drawn" and plan is None:
            unplanned += 1
        elif task.state != "cancelled":
            team = [one.certificate for one in assigned if one.until_day is None]
            key = _key(task.state, task.visit_on, team, plan, work.today, last)
            groups.setdefault(key, []).append(task.state)
    names = {one.certificate: one for one in await officers.all_of(work.db, work.scope, bureau)}
    days = await _days(work, groups, names)
    lists = await platform_lists.of_draw(work.db, work.scope, bureau, draw_no)
    done = sum(states[one] for one in DONE)
    return ReleaseBoard(
        draw=draw,
        days=days,
        sealed=states["drawn"],
        unplanned=unplanned,
        gone=sum(one.visits for day in days for one in day.teams if one.state == "gone"),
        released=states["dispatched"] + states["arrived"],
        done=done,
        today=work.today,
        last=last,
        checked=draw.authority == "own" or checked(lists),
    )


def _key(
    state: str, visit_on: date | None, team: Sequence[str], plan: TaskPlan | None, today: date, last: date
) -> tuple[date, tuple[str, ...], State]:
    if state == "drawn" and plan is not None:
        day = plan.visit_on
        return day, tuple(plan.team), "gone" if day < today else "ready" if day <= last else "sealed"
    return visit_on or today, tuple(team), "released"


async def _days(
    work: Work,
    groups: dict[tuple[date, tuple[str, ...], State], list[str]],
    names: dict[str, Officer],
) -> tuple[ReleaseDay, ...]:
    found = []
    for day in sorted({key[0] for key in groups}):
        absent = await declarations.on_day(work.db, work.scope, work.scope.bureau, day)
        away = {one.certificate for one in absent} | _on_leave(names.values(), day)
        teams = [_team(key, states, names, away) for key, states in sorted(groups.items()) if key[0] == day]
        found.append(ReleaseDay(day, tuple(sorted(teams, key=lambda one: ORDER.index(one.state)))))
    return tuple(found)


ORDER: tuple[State, ...] = ("gone", "ready", "sealed", "released", "done")


def _on_leave(people: Iterable[Officer], day: date) -> set[str]:
    return {one.certificate for one in people if any(a <= day <= b for a, b in one.leave)}


def _team(
    key: tuple[date, tuple[str, ...], State],
    states: Sequence[str],
    names: dict[str, Officer],
    away: set[str],
) -> TeamDay:
    day, certificates, state = key
    done = sum(one in DONE for one in states)
    team = tuple(Member(c, names[c].name if c in names else c, c in away) for c in certificates)
    whole: State = "done" if state == "released" and done == len(states) else state
    return TeamDay(day, team, whole, len(states), done)
