"""What an event does to the visits: cancelled, made anew, or given to another officer.

No row outside the seal says which site leaves or comes in: slots, states and certificates only, and a further
visit is sealed to the length of the others.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.drawing.change_case import Case
from services.drawing.changing import OPEN, Due
from services.drawing.sealed_parts import dump
from services.visiting.joint import joint_of
from services.work import Work
from tenants import journal, sealed
from tenants.rows import Joint, Task
from tenants.stores import tasks


async def change_visits(work: Work, case: Case, due: Due, n: int) -> None:
    """Carry out event `n`, and tell the other side of a joint visit.

    Raises:
        WrongState: the visit was recorded or cancelled meanwhile.
    """
    task = case.tasks[due.step.slot]
    joint = await joint_of(work, task.draw_no, task.slot)  # read before: a cancelled side stands no more
    if due.step.kind == "substitute":
        await _substitute(work, case, due, task, n)
    else:
        await tasks.set_state(work.db, work.scope, task.draw_no, task.slot, "cancelled", expected=OPEN)
    if due.step.kind == "replace":
        await _replace(work, case, due, n)
    if joint is not None:
        await _tell(work, joint, due.step.kind)


async def _replace(work: Work, case: Case, due: Due, n: int) -> None:
    """Seal the reserve's visit as the next slot; it waits for its dispatch like any other."""
    opened, event, draw = case.opened, due.event, case.draw
    uid, team = str(event["by_uid"]), tuple(event["team"])
    stratum, rank = opened.stratum_of(uid)
    before = case.payloads[due.step.slot]
    payload = {
        "uid": uid,
        "stratum": stratum,
        "rank": rank,
        "ticket": opened.ticket_of(uid).hex(),
        **_team(case, team, crew=str(before.get("crew", "")) if team == due.team else ""),
        "salt": "",
        "leaf": "",  # none of its own: at the door its events are shown (rd1 §9)
        "events": [n],
        "drawn": before.get("drawn", due.step.slot),  # whose leaf the code at the door proves
        "site": opened.site(uid),
    }
    who = draw.drawn_by or ""
    args = (work.db, work.scope, work.app.keys, draw.draw_no)
    await sealed.add_task(*args, dump(payload), drawn_by=who)


async def _substitute(work: Work, case: Case, due: Due, task: Task, n: int) -> None:
    event = due.event
    team = tuple(sorted({*due.team, event["by_oid"]} - {event["oid"]}))
    before = case.payloads[task.slot]
    # `oids` stays the team of the leaf, which the code at the door proves; `officers` is who goes
    people = _team(case, team, crew="")["officers"]
    payload = {**before, "crew": "", "officers": people, "events": [*before.get("events", ()), n]}
    case.payloads[task.slot] = payload  # another step may follow on the same visit
    args = (work.db, work.scope, work.app.keys, task.draw_no, task.slot)
    await sealed.rewrite_task(*args, n, dump(payload))
    if task.state != "drawn":
        order = await _led(work, task, [one["certificate"] for one in people], people)
        await tasks.reassign(work.db, work.scope, task.draw_no, task.slot, order, work.today, n)


async def _led(
    work: Work, task: Task, team: Sequence[str], people: Sequence[Mapping[str, Any]]
) -> tuple[str, ...]:
    """The team, its leader first: who leads now stays; else somebody who may lead."""
    rows = await tasks.assignments(work.db, work.scope, task.bureau, task.draw_no, task.slot)
    leads = [a.certificate for a in rows if a.lead and a.until_day is None and a.certificate in team]
    may = [one["certificate"] for one in people if one["lead"]]
    first = (leads or may)[0]
    return (first, *(c for c in team if c != first))


def _team(case: Case, oids: Sequence[str], *, crew: str) -> dict[str, Any]:
    """The part of a payload that names the team."""
    people = [case.opened.officer(oid) for oid in oids]
    ordered = sorted(people, key=lambda one: (not one["lead"], one["oid"]))
    return {"oids": list(oids), "crew": crew, "officers": ordered}


async def _tell(work: Work, joint: Joint, kind: str) -> None:
    """The other side of a joint visit learns that something changed, in its own journal."""
    told = {"draw_no": joint.other_draw_no, "slot": joint.other_slot, "kind": kind, "by": joint.bureau}
    async with work.inside(joint.other_bureau) as there:
        await _note(there, told)


async def _note(work: Work, told: Mapping[str, Any]) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="draw.change_approve",
        target=f"draw/{work.scope.bureau}/{told['draw_no']}",
        why="联合检查对方变更",
        after=dict(told),
        at=work.now,
    )
