"""One person proposes a change of a drawn list; nothing changes until another approves it. Basis: rd1 §10.

Who asks for it does not choose: the reserve, the team or the substitute follows from the draw. What is asked
and what follows are kept sealed. Who is said to be away is declared with the proposal and journalled.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.access import allowed, states_of
from services.drawing.authority import refuse_external
from services.drawing.change_case import (
    Case,
    Shown,
    certificates_of,
    concerned,
    open_case,
    shown,
)
from services.drawing.change_errors import Concerned, DrewChange
from services.drawing.changing import Step, check_steps, hand_of
from services.drawing.duties import hands_of
from services.drawing.sealed_parts import dump
from services.notify.telling import tell
from services.usecases.ceremony import draw_in, held_draw, note, utc
from services.visiting.joint import hold_roster
from services.work import Work
from tenants import sealed
from tenants.rows import ChangeProposal, Draw, Task
from tenants.stores import changes, declarations, draws, tasks

NOBODY = "-"  # the approver is not known yet


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal that waits for another person. `repeated`: the same one was open already."""

    draw_no: int
    n: int
    steps: int
    repeated: bool


async def preview_change(work: Work, draw_no: int, steps: Sequence[Step]) -> tuple[Shown, ...]:
    """What the protocol would make of the steps; journalled, since sealed rows are opened for it.

    Raises: as `propose_change`.
    """
    draw = await _asked(work, draw_no, steps, held=False)
    return shown(await _case(work, draw, steps), reserve=may_see_reserve(work))


async def propose_change(work: Work, draw_no: int, steps: Sequence[Step]) -> Proposed:
    """Propose changes of the visits of a drawn draw; the same proposal sent again is one.

    Args:
        work: of a dispatcher, or of a head for visits that are dispatched.
        steps: in the order in which they are to be made; all of them are approved together.

    Raises:
        BadChange: a kind, reason or officer the protocol does not know.
        DrewChange, Concerned: the person drew, or is on a team concerned.
        VisitOver: a visit is recorded or cancelled. WrongState: the draw has no standing result.
        NotVerifiable: it is the platform's draw, whose next choice nobody can compute.
        NoReserve, NoSubstitute, NotOnTeam: there is no such lawful change.
    """
    draw = await _asked(work, draw_no, steps, held=True)
    for certificate, day in await _absences(work, draw, steps):
        if await declarations.absent(work.db, work.scope, certificate, day, work.now):
            await note(work, "task.declare", draw_no, {"absent": certificate, "day": day.isoformat()})
    case = await _case(work, draw, steps)
    plain = {"steps": [s.as_dict() for s in steps], "due": [d.choice for d in case.dues]}
    if (same := await _standing(work, draw, case.opened.events, plain)) is not None:
        return Proposed(draw_no, same.n, len(steps), True)
    body, base = dump(plain), case.opened.events
    made = await sealed.keep_change(work.db, work.scope, work.app.keys, draw_no, body, base, work.now)
    facts = {"proposal": made.n, "kinds": [step.kind for step in steps], "slots": [s.slot for s in steps]}
    await note(work, "draw.change", draw_no, facts)
    await tell(work, "approval.waiting", act="draw.change_approve")
    return Proposed(draw_no, made.n, len(steps), False)


async def repeat_change(work: Work, draw_no: int, n: int) -> Proposed:
    """Propose a stale proposal anew, on the list as it stands; the former one is withdrawn.

    Raises:
        Missing: no such proposal. WrongState: it is approved or withdrawn. And as `propose_change`.
    """
    work.require("draw.change")
    await hold_roster(work, await draws.get(work.db, work.scope, work.scope.bureau, draw_no))
    draw = await held_draw(work, draw_no, *states_of("draw.change"))
    kept = await changes.get(work.db, work.scope, draw.bureau, draw_no, n)
    steps = (await read_proposals(work, [kept], "重新提议变更"))[0][0]
    await changes.withdraw(work.db, work.scope, kept, work.now)
    await _note_withdrawn(work, draw_no, n, kept.by)
    return await propose_change(work, draw_no, steps)


async def withdraw_change(work: Work, draw_no: int, n: int) -> None:
    """Withdraw a proposal of one's own, or decline that of somebody else; an absence declared with it stays.

    Raises:
        Missing: no such proposal. WrongState: settled already.
    """
    work.require("draw.change")
    await draws.locked(work.db, work.scope, draw_no)
    kept = await changes.get(work.db, work.scope, work.scope.bureau, draw_no, n)
    await changes.withdraw(work.db, work.scope, kept, work.now)
    await _note_withdrawn(work, draw_no, n, kept.by)


async def _note_withdrawn(work: Work, draw_no: int, n: int, by: str) -> None:
    after = {"proposal": n, "withdrawn": True, "proposed_by": by}
    await note(work, "draw.change", draw_no, after, before={"proposal": n, "withdrawn": False})


def may_see_reserve(work: Work) -> bool:
    """The site that would come in is for those who dispatch it, nobody else."""
    return bool(allowed(work.principal, "sealed.read", bureau=work.scope.bureau))


async def read_proposals(
    work: Work, proposals: Sequence[ChangeProposal], why: str
) -> list[tuple[tuple[Step, ...], list[Mapping[str, Any]]]]:
    """(steps, choices) of sealed proposals of one draw, in the order given; journalled."""
    who, keys = work.principal, work.app.keys
    opened = await sealed.open_changes(work.db, work.scope, keys, proposals, actor=who, why=why, at=work.now)
    found = [json.loads(one) for one in opened]
    return [(tuple(Step(**step) for step in one["steps"]), one["due"]) for one in found]


async def refuse_hands(work: Work, draw: Draw) -> None:
    """Who had a hand in the draw has none in its changes. Raises DrewChange."""
    if work.principal.subject in await hands_of(work, draw):
        raise DrewChange(work.principal.subject, draw_no=draw.draw_no)


async def refuse_concerned(work: Work, case: Case) -> None:
    """Nobody moves himself. Raises Concerned."""
    if concerned(case) & await certificates_of(work):
        raise Concerned(work.principal.name)


async def _asked(work: Work, draw_no: int, steps: Sequence[Step], *, held: bool) -> Draw:
    """The draw, once the person may ask for these changes; with `held` nobody else moves its visits."""
    work.require("draw.change")
    check_steps(steps)
    draw = await draws.get(work.db, work.scope, work.scope.bureau, draw_no)
    if held:
        await hold_roster(work, draw)
        draw = await held_draw(work, draw_no, *states_of("draw.change"))
    else:
        draw = await draw_in(work, draw_no, *states_of("draw.change"))
    refuse_external(draw)
    await refuse_hands(work, draw)
    found = await _visits(work, draw, steps)
    if any(task.state == "drawn" for task in found):  # not dispatched: its site is for the dispatcher only
        work.require("sealed.read")
    return draw


async def _case(work: Work, draw: Draw, steps: Sequence[Step]) -> Case:
    by = (await hand_of(work, draw, work.principal.subject), NOBODY)
    more = await _absences(work, draw, steps)
    who = work.principal.subject
    case = await open_case(work, draw, steps, by=by, at=utc(work.now), proposer=who, more=more)
    await refuse_concerned(work, case)
    return case


async def _visits(work: Work, draw: Draw, steps: Sequence[Step]) -> list[Task]:
    wanted = {step.slot for step in steps}
    found = await tasks.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
    return [task for task in found if task.slot in wanted]


async def _absences(work: Work, draw: Draw, steps: Sequence[Step]) -> tuple[tuple[str, date], ...]:
    """(certificate, day) of those said to be away on the day of the visit."""
    days = {t.slot: max(t.visit_on or work.today, work.today) for t in await _visits(work, draw, steps)}
    away = [(s.certificate, days[s.slot]) for s in steps if s.absent and s.slot in days]
    return tuple(dict.fromkeys(away))


async def _standing(work: Work, draw: Draw, base: int, plain: Mapping[str, Any]) -> ChangeProposal | None:
    """An open proposal of the same person that says the same."""
    every = await changes.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
    mine = [one for one in every if one.open and one.base == base and one.by == work.principal.subject]
    read = await read_proposals(work, mine, "核对是否重复提议")
    return next((one for one, (steps, _) in zip(mine, read, strict=True)
                 if [s.as_dict() for s in steps] == plain["steps"]), None)  # fmt: skip
