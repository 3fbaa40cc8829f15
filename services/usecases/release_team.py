"""The visits of one team on one day are handed to it; everything else of the draw stays sealed.

The team sees them from that day on, the dispatcher's plan of cars from the working day before. Releasing
twice is releasing once. Basis: obligations 20, 25; "per team and day" is our own decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from policies.access import states_of
from policies.planning.deadlines import Calendar
from services.drawing.authority import refuse_unchecked
from services.drawing.duties import refuse_drawers
from services.notify.telling import tell
from services.ruling.calendars import calendar_for
from services.usecases.ceremony import draw_in, note
from services.usecases.dispatch_tasks import AHEAD, Placed, hand_out
from services.visiting.joint import hold_roster, settled_days
from services.visiting.release_errors import DayGone, DayMoved, NotPlanned, TooEarly
from services.work import Work
from tenants.rows import TaskPlan
from tenants.stores import draws, task_plans, tasks


@dataclass(frozen=True, slots=True)
class Released:
    """What one release handed out.

    Attributes:
        team: certificates, the leader first; empty when the whole day was meant.
        slots: handed out now. before: of the same team and day, handed out earlier.
        waiting: visits of the draw that stay sealed.
    """

    bureau: str
    draw_no: int
    day: date
    team: tuple[str, ...]
    slots: tuple[int, ...]
    before: int
    waiting: int

    def as_dict(self) -> dict[str, Any]:
        """JSON form: numbers, a day and certificates, no sites."""
        return {
            "bureau": self.bureau,
            "draw_no": self.draw_no,
            "day": self.day.isoformat(),
            "team": list(self.team),
            "slots": list(self.slots),
            "before": self.before,
            "waiting": self.waiting,
        }


async def release_team(work: Work, draw_no: int, day: date, team: Sequence[str] = ()) -> Released:
    """Hand a team its visits of a day.

    Args:
        work: of the dispatcher.
        draw_no: a draw with its result and with days set, see `plan_days`.
        day: today, or at most `AHEAD` working days on.
        team: certificates in any order; left out, every team of that day.

    Raises:
        DrewIt, WrongState, ImportUnchecked: as for `dispatch_tasks`.
        NotPlanned: no visit of that team is set for that day. DayGone, TooEarly: not a day to release now.
        DayMoved: the other side of a joint visit has settled another day since.
    """
    work.require("task.dispatch")
    await hold_roster(work, await draws.get(work.db, work.scope, work.scope.bureau, draw_no))
    draw = await draw_in(work, draw_no, *states_of("task.dispatch"))
    states = {t.slot: t.state for t in await tasks.of_draw(work.db, work.scope, draw.bureau, draw_no)}
    plans = await task_plans.of_draw(work.db, work.scope, draw.bureau, draw_no)
    meant = [one for one in plans if one.visit_on == day and (not team or set(one.team) == set(team))]
    if not meant:
        raise NotPlanned(day.isoformat())
    now = [one for one in meant if states[one.slot] == "drawn"]
    sealed = sum(state == "drawn" for state in states.values())
    if now:
        await refuse_drawers(work, draw)
        await refuse_unchecked(work, draw)
        await _refuse_day(work, draw_no, day, now)
        await _hand_out(work, draw_no, now, sealed)
    slots = tuple(one.slot for one in now)
    return Released(draw.bureau, draw_no, day, tuple(team), slots, len(meant) - len(now), sealed - len(now))


def release_to(today: date, calendar: Calendar) -> date:
    """The last day that may be released today: `AHEAD` working days on."""
    day, ahead = today, AHEAD
    while ahead > 0:
        day += timedelta(1)
        ahead -= calendar.is_working(day)
    return day


async def _refuse_day(work: Work, draw_no: int, day: date, plans: Sequence[TaskPlan]) -> None:
    if day < work.today:
        raise DayGone(day.isoformat(), today=work.today)
    if day > (last := release_to(work.today, await calendar_for(work))):
        raise TooEarly(day.isoformat(), last=last)
    settled = await settled_days(work, draw_no)
    if any(settled.get(one.slot, day) != day for one in plans):
        raise DayMoved(day.isoformat())


async def _hand_out(work: Work, draw_no: int, plans: Sequence[TaskPlan], sealed: int) -> None:
    for one in plans:
        placed = Placed(one.slot, one.visit_on, max(work.today, one.visit_on), tuple(one.team), False, False)
        await hand_out(work, draw_no, placed)
    facts = {
        "count": len(plans),
        "days": [plans[0].visit_on.isoformat()],
        "slots": [one.slot for one in plans],
        "teams": sorted({"、".join(one.team) for one in plans}),
    }
    await note(work, "task.dispatch", draw_no, facts, before={"state": "drawn", "waiting": sealed})
    await tell(work, "task.waiting")
