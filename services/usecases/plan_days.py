"""A day and a team for every drawn visit still sealed, before any of them is handed out.

The machine reads the places once, to keep teams on one road; nobody is shown one. Whoever plans learns
how many visits a team has on which day, never where. Basis: obligations 20, 25.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.access import states_of
from policies.terms import Period
from services.drawing.authority import refuse_unchecked
from services.drawing.duties import refuse_drawers
from services.ruling.calendars import calendar_for
from services.usecases.ceremony import draw_in, note
from services.usecases.dispatch_tasks import place, wanted_days, working_days
from services.visiting.joint import hold_roster, settled_days
from services.visiting.tasksheet import open_sheets
from services.work import Work
from tenants.rows import TaskPlan
from tenants.stores import draws, task_plans, tasks

WHY = "安排检查日期"


@dataclass(frozen=True, slots=True)
class Planned:
    """How many visits have a day now, on which days, and how many were handed out before."""

    bureau: str
    draw_no: int
    count: int
    days: tuple[date, ...]
    before: int

    def as_dict(self) -> dict[str, Any]:
        """JSON form: numbers and days."""
        return {
            "bureau": self.bureau,
            "draw_no": self.draw_no,
            "count": self.count,
            "days": [day.isoformat() for day in self.days],
            "before": self.before,
        }


async def plan_days(work: Work, draw_no: int, *, days: Sequence[date] = ()) -> Planned:
    """Set the day of every visit of a draw that is not handed out; those set before are set anew.

    Args:
        work: of the dispatcher.
        draw_no: a draw with its result.
        days: working days of the period, today or later; left out, all of them.

    Raises:
        DrewIt, WrongState, ImportUnchecked, NoDaysLeft, BadDays: as for `dispatch_tasks`.
    """
    work.require("task.dispatch")
    await hold_roster(work, await draws.get(work.db, work.scope, work.scope.bureau, draw_no))
    draw = await draw_in(work, draw_no, *states_of("task.dispatch"))
    every = await tasks.of_draw(work.db, work.scope, draw.bureau, draw_no)
    waiting = [task.slot for task in every if task.state == "drawn"]
    if not waiting:
        return Planned(draw.bureau, draw_no, 0, (), len(every))
    await refuse_drawers(work, draw)
    await refuse_unchecked(work, draw)
    wanted = wanted_days(working_days(work, Period.parse(draw.period), await calendar_for(work)), days)
    settled = await settled_days(work, draw_no)
    made = await _made(work, draw_no)
    sheets = await open_sheets(work, draw_no, waiting, WHY)
    placed = await place(work, sheets, wanted, settled=settled, made=made)
    for one in placed:
        plan = TaskPlan(
            draw.bureau, draw_no, one.slot, one.visit_on, one.certificates, work.principal.subject, work.now
        )
        await task_plans.keep(work.db, work.scope, plan)
    chosen = tuple(sorted({one.visit_on for one in placed}))
    facts = {"planned": len(placed), "days": [day.isoformat() for day in chosen]}
    await note(work, "task.dispatch", draw_no, facts, why=WHY, before={"waiting": len(waiting)})
    return Planned(draw.bureau, draw_no, len(placed), chosen, len(every) - len(waiting))


async def _made(work: Work, draw_no: int) -> dict[date, list[str]]:
    """day → who drives out for this draw already, once for each visit."""
    bureau = work.scope.bureau
    on = {task.slot: task.visit_on for task in await tasks.of_draw(work.db, work.scope, bureau, draw_no)}
    made: dict[date, list[str]] = {}
    for one in await tasks.assignments(work.db, work.scope, bureau, draw_no):
        day = on.get(one.slot)
        if day is not None and one.until_day is None:
            made.setdefault(day, []).append(one.certificate)
    return made
