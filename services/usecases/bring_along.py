"""Who of another department or of the monitoring station comes along on a visit, and for which part of it.

Such a person sees the site, the day and the own part from the day of the visit on, nothing else of the draw.
Basis: obligation 25 for the day; which part is whose is our own decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from policies.access import possible, states_of
from policies.visiting.checklist import Checklist
from services.usecases.ceremony import held_draw, note
from services.visiting.task_form import form_of_draw
from services.visiting.visit_errors import BadCompanion
from services.work import Work
from tenants.companion_rows import Companion
from tenants.errors import WrongState
from tenants.rows import Membership, Task, TaskState
from tenants.stores import companions, draws, members, tasks

ACTION = "task.accompany"
GUESTS = ("joint_department", "monitoring_station")
OPEN: tuple[TaskState, ...] = ("dispatched", "arrived")


@dataclass(frozen=True, slots=True)
class CompanionBoard:
    """What the dispatcher chooses from; no site is named.

    Attributes:
        live: the draw's result stands. rows: everyone ever named for its visits.
        open: visits still to be made.
        people: those who hold one of the roles today. checklist: what the visits ask.
    """

    draw_no: int
    live: bool
    rows: tuple[Companion, ...]
    open: tuple[Task, ...]
    people: tuple[Membership, ...]
    checklist: Checklist


async def companion_board(work: Work, draw_no: int) -> CompanionBoard:
    """Who comes along on the visits of a draw, and who could while its result stands. Raises Missing."""
    work.require(ACTION)
    draw = await draws.get(work.db, work.scope, work.scope.bureau, draw_no)
    live = possible(ACTION, draw.state)
    every = await tasks.of_draw(work.db, work.scope, draw.bureau, draw_no) if live else ()
    return CompanionBoard(
        draw_no,
        live,
        await companions.of_draw(work.db, work.scope, draw.bureau, draw_no),
        tuple(task for task in every if task.state in OPEN),
        await _people(work),
        (await form_of_draw(work, draw_no)).checklist,
    )


async def bring_along(work: Work, draw_no: int, slot: int, subject: str, parts: Sequence[str]) -> Companion:
    """Name somebody for a visit that is dispatched and not yet recorded.

    Args:
        subject: login of a person who holds one of GUESTS today. parts: codes of the checklist's groups.

    Raises:
        BadCompanion: another login, no or an unknown part, or named for this visit already.
        WrongState: the draw has no standing result, or the visit is not dispatched, recorded or cancelled.
        Missing: no such visit.
    """
    work.require(ACTION)
    draw = await held_draw(work, draw_no, *states_of(ACTION))
    task = await tasks.get(work.db, work.scope, draw.bureau, draw_no, slot)
    if task.state not in OPEN:
        raise WrongState(task.state, wanted="dispatched")
    every = await companions.of_draw(work.db, work.scope, draw.bureau, draw_no)
    there = [one for one in every if one.slot == slot]
    checklist = (await form_of_draw(work, draw_no)).checklist
    person = await _named(work, subject, parts, checklist, there)
    made = Companion(
        bureau=draw.bureau,
        draw_no=draw_no,
        slot=slot,
        n=len(there) + 1,
        subject=subject,
        name=person.name,
        role=person.role,
        parts=tuple(code for code in checklist.groups if code in parts),
        at=work.now,
        by=work.principal.subject,
    )
    await companions.keep(work.db, work.scope, made)
    await note(work, ACTION, draw_no, _facts(made))
    return made


async def leave_out(work: Work, draw_no: int, slot: int, n: int) -> None:
    """End it at once: with the next request the person sees nothing of the visit.

    Raises:
        WrongState: it has ended, there is none, or the draw has no standing result.
    """
    work.require(ACTION)
    draw = await held_draw(work, draw_no, *states_of(ACTION))
    await companions.end(work.db, work.scope, draw_no, slot, n, work.now)
    every = await companions.of_draw(work.db, work.scope, draw.bureau, draw_no)
    row = next(one for one in every if (one.slot, one.n) == (slot, n))
    await note(work, ACTION, draw_no, _facts(row) | {"ended": True}, before=_facts(row) | {"ended": False})


async def _named(
    work: Work, subject: str, parts: Sequence[str], checklist: Checklist, there: Sequence[Companion]
) -> Membership:
    person = next((one for one in await _people(work) if one.subject == subject), None)
    if person is None or subject == work.principal.subject:
        raise BadCompanion(subject[:80], need="今天在本单位担任“联合部门”或“监测站”岗位的另一人")
    if not parts or set(parts) - checklist.groups.keys():
        told = "、".join(f"{code} {words[0]}" for code, words in checklist.groups.items())
        raise BadCompanion("、".join(parts)[:80], need=f"至少一项检查内容，为其中之一：{told}")
    if any(one.subject == subject and one.ended_at is None for one in there):
        raise BadCompanion(person.name, need="尚未安排随行这项检查的人员")
    return person


async def _people(work: Work) -> tuple[Membership, ...]:
    every = await members.in_bureau(work.control, work.scope, work.scope.bureau, work.today)
    return tuple(one for one in every if one.role in GUESTS)


def _facts(row: Companion) -> dict[str, object]:
    return {"slot": row.slot, "n": row.n, "subject": row.subject, "role": row.role, "parts": list(row.parts)}
