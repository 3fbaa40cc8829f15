"""An inspector's own visits, from the first day of each; only these rows are opened. Basis: obligation 25."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.planning.platform import is_external
from policies.terms import Officer
from services.visiting.joint import Partner, Side, sides, team_of
from services.visiting.tasksheet import TaskSheet, open_sheets
from services.visiting.visit_errors import NotYours
from services.work import Work
from tenants.records import Visit
from tenants.rows import Assignment, Task, TaskState
from tenants.stores import declarations, officers, tasks, visits

OPEN: tuple[TaskState, ...] = ("dispatched", "arrived")


@dataclass(frozen=True, slots=True)
class MyTask:
    """One visit of the inspector.

    Attributes:
        lead: the inspector leads this team.
        team: own bureau's officers, lead first.
        site: the whole site as drawn, contacts included: it is for the team only.
        partner: the other bureau's side of a joint visit.
        parted: the bureau that was to come along and comes no more; "" otherwise.
        missing: the bureau of a joint visit whose database gives no answer now; "" otherwise.
        declared: the inspector declared not to come on that day, or to be recused; a substitution follows.
        returned: the record the reviewer sent back last, while it is to be made anew.
    """

    bureau: str
    draw_no: int
    slot: int
    state: str
    visit_on: date | None
    lead: bool
    stratum: str
    site: Mapping[str, Any]
    team: tuple[Officer, ...]
    partner: Partner | None
    parted: str = ""
    missing: str = ""
    declared: bool = False
    returned: Visit | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        other = self.partner
        return {
            "bureau": self.bureau,
            "draw_no": self.draw_no,
            "slot": self.slot,
            "state": self.state,
            "visit_on": self.visit_on.isoformat() if self.visit_on else None,
            "lead": self.lead,
            "stratum": self.stratum,
            "verifiable": not is_external(self.draw_no),
            "site": dict(self.site),
            "team": [{"certificate": o.certificate, "name": o.name} for o in self.team],
            "joint": other and {"bureau": other.bureau, "team": [o.certificate for o in other.team]},
            "parted": self.parted,
            "missing": self.missing,
            "declared": self.declared,
            "returned": self.returned.review_note if self.returned else None,
        }


async def my_tasks(work: Work, *, every: bool = False) -> tuple[MyTask, ...]:
    """Visits dispatched to the person whose first day has come, soonest first; the opening is journalled.

    Args:
        work: of the inspector; writes, since reads of sealed rows leave a trace.
        every: also those recorded already.
    """
    work.require("task.read_own", assigned=True)
    own = await certificate_of(work)
    found = await tasks.of_officer(work.db, work.scope, own, work.today)
    wanted = [task for task in found if every or task.state in OPEN]
    by_draw: dict[int, list[int]] = defaultdict(list)
    for task in wanted:
        by_draw[task.draw_no].append(task.slot)
    sheets: dict[tuple[int, int], TaskSheet] = {}
    for draw_no, slots in by_draw.items():
        sheets |= {(draw_no, s.slot): s for s in await open_sheets(work, draw_no, slots, "查看本人任务")}
    return tuple([await _mine(work, task, sheets[task.draw_no, task.slot], own) for task in wanted])


async def my_task(work: Work, draw_no: int, slot: int) -> MyTask:
    """One visit of the person, recorded or not; only this one is opened. Raises NotYours."""
    work.require("task.read_own", assigned=True)
    task, _ = await assigned_task(work, draw_no, slot)
    (sheet,) = await open_sheets(work, draw_no, [slot], "查看本人任务")
    return await _mine(work, task, sheet, await certificate_of(work))


async def assigned_task(work: Work, draw_no: int, slot: int) -> tuple[Task, tuple[Assignment, ...]]:
    """A visit with its present team, when the person is on it and its first day has come.

    Raises:
        NotYours: any other case; nobody learns which.
    """
    own = await certificate_of(work)
    mine = await tasks.of_officer(work.db, work.scope, own, work.today)
    task = next((t for t in mine if (t.draw_no, t.slot) == (draw_no, slot)), None)
    if task is None or task.state == "cancelled":
        raise NotYours(f"{draw_no}/{slot}")
    team = await tasks.assignments(work.db, work.scope, work.scope.bureau, draw_no, slot)
    return task, tuple(a for a in team if a.until_day is None or a.until_day > work.today)


async def certificate_of(work: Work) -> str:
    """The certificate of the person: of the membership, else of the officer tied to the login.

    Raises:
        NotYours: the login belongs to no officer.
    """
    if work.principal.certificate:
        return work.principal.certificate
    found = await officers.of_person(work.db, work.scope, work.scope.bureau, work.principal.subject)
    if not found:
        raise NotYours(work.principal.name)
    return found[0].certificate


async def _mine(work: Work, task: Task, sheet: TaskSheet, own: str) -> MyTask:
    team = await tasks.assignments(work.db, work.scope, task.bureau, task.draw_no, task.slot)
    current = [a for a in team if a.until_day is None or a.until_day > work.today]
    side = (await sides(work, task.draw_no, task.slot)).get(task.slot, Side())
    return MyTask(
        bureau=task.bureau,
        draw_no=task.draw_no,
        slot=task.slot,
        state=task.state,
        visit_on=task.visit_on,
        lead=any(a.lead and a.certificate == own for a in current),
        stratum=sheet.stratum,
        site=sheet.site,
        team=await team_of(work, [a.certificate for a in current]),
        partner=side.partner,
        parted=side.parted,
        missing=side.missing,
        declared=await _declared(work, task, own),
        returned=await _returned(work, task),
    )


async def _returned(work: Work, task: Task) -> Visit | None:
    if task.state not in OPEN:
        return None
    return await visits.last_returned(work.db, work.scope, task.bureau, task.draw_no, task.slot)


async def _declared(work: Work, task: Task, own: str) -> bool:
    """True when the officer declared an absence on the day of the visit, or a recusal from it."""
    day = max(task.visit_on or work.today, work.today)
    away = await declarations.on_day(work.db, work.scope, task.bureau, day)
    recused = await declarations.of_draw(work.db, work.scope, task.bureau, task.draw_no)
    return own in {one.certificate for one in away} | {
        one.certificate for one in recused if one.slot == task.slot
    }
