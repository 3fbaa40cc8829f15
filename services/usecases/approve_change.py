"""Another person approves a proposed change: event, log entry and visits in one transaction. Basis: rd1 §10.

The log gets a salted hash; event and salt are sealed until the draw is opened. A replaced visit is cancelled
and another one made that looks like the rest; a substitution seals its visit anew.
"""

import secrets
from dataclasses import asdict, dataclass
from typing import Any

from policies.access import states_of
from policies.errors import Missing
from policies.rd1.canonical import suite_of
from policies.rd1.changes import event_hash
from policies.rd1.logs import event_entry
from services.drawing.change_case import Case, open_case
from services.drawing.change_errors import StaleChange
from services.drawing.change_tasks import change_visits
from services.drawing.changing import Due, hand_of
from services.drawing.sealed_parts import dump
from services.ruling.approvers import require_approver
from services.usecases.ceremony import enter_log, held_draw, note, utc
from services.usecases.propose_change import read_proposals, refuse_concerned, refuse_hands
from services.visiting.joint import hold_partners, hold_roster
from services.work import Work
from tenants import sealed
from tenants.errors import SameHand, WrongState
from tenants.rows import ChangeProposal, Draw
from tenants.stores import changes, declarations, draws, events, log


@dataclass(frozen=True, slots=True)
class Made:
    """One event.

    Attributes:
        n: its number in the draw. h: hex of its salted hash, as logged. index: place in the public log.
    """

    n: int
    h: str
    index: int


@dataclass(frozen=True, slots=True)
class ChangeApproved:
    """What an approval made; no name, no site. `repeated`: this person had approved it before."""

    draw_no: int
    proposal: int
    events: tuple[Made, ...]
    repeated: bool

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return asdict(self)


async def approve_change(work: Work, draw_no: int, proposal: int) -> ChangeApproved:
    """Approve the changes as proposed; once more by the same person, it only answers again.

    Args:
        work: of a head with a fresh second factor, who neither proposed nor drew nor is on a team concerned.
        proposal: number of the proposal as read.

    Raises:
        WrongState: not the time for it; withdrawn, or approved by somebody else. Missing: no such proposal.
        SameHand, DrewChange, Concerned: not this person.
        StaleChange: another change came between, or the lawful choice is another one by now.
        VisitOver: a visit was recorded meanwhile.
    """
    work.require("draw.change_approve")
    await require_approver(work)
    await hold_roster(work, await draws.get(work.db, work.scope, work.scope.bureau, draw_no))
    draw = await draws.locked(work.db, work.scope, draw_no)
    kept = await _proposal(work, draw_no, proposal)
    if kept.approved_by == work.principal.subject:
        return await _again(work, draw, kept)
    await held_draw(work, draw_no, *states_of("draw.change_approve"))
    await refuse_hands(work, draw)
    if kept.by == work.principal.subject:
        raise SameHand(work.principal.name)
    if not kept.open:
        raise WrongState(proposal, wanted="proposed")
    number = await events.number_of(work.db, work.scope, draw.bureau, draw_no)
    if kept.base != number:
        raise StaleChange(f"{kept.base} ≠ {number}", wanted=str(kept.base))
    case = await _case(work, draw, kept)
    await hold_partners(work, draw_no, {due.step.slot for due in case.dues})
    await changes.approve(work.db, work.scope, kept, len(case.dues), work.now)
    made = tuple([await _keep(work, case, due) for due in case.dues])
    facts = {"proposal": proposal, "proposed_by": kept.by, "events": [one.n for one in made]}
    await note(work, "draw.change_approve", draw_no, facts, before={"approved": False, "events": number})
    return ChangeApproved(draw_no, proposal, made, False)


async def _proposal(work: Work, draw_no: int, number: int) -> ChangeProposal:
    """The proposal; where there is none and the draw is in a state without any, the state is what is told."""
    try:
        return await changes.get(work.db, work.scope, work.scope.bureau, draw_no, number)
    except Missing:
        await held_draw(work, draw_no, *states_of("draw.change_approve"))
        raise


async def _case(work: Work, draw: Draw, kept: ChangeProposal) -> Case:
    """The case as it stands now; it must come to what was proposed."""
    steps, choices = (await read_proposals(work, [kept], "批准变更"))[0]
    by = (await hand_of(work, draw, kept.by), await hand_of(work, draw, work.principal.subject))
    case = await open_case(work, draw, steps, by=by, at=utc(work.now), proposer=kept.by, why="批准变更")
    await refuse_concerned(work, case)
    if [due.choice for due in case.dues] != list(choices):
        raise StaleChange(wanted="—")
    return case


async def _keep(work: Work, case: Case, due: Due) -> Made:
    draw, event, salt = case.draw, dict(due.event), secrets.token_bytes(16)
    h = event_hash(suite_of((draw.manifest or {})["suite"]), salt, event)
    plain = dump({"salt": salt.hex(), "event": event})
    n = await sealed.keep_event(work.db, work.scope, work.app.keys, draw.draw_no, plain, h.hex(), work.now)
    entry = event_entry(draw.bureau, bytes.fromhex(draw.m or ""), h, utc(work.now))
    logged = await enter_log(work, entry)
    await _rest(work, case, due)
    await change_visits(work, case, due, n)
    return Made(n, h.hex(), logged.index)


async def _rest(work: Work, case: Case, due: Due) -> None:
    """What was declared about who leaves and who is passed over cannot be withdrawn any more."""
    if due.step.kind != "substitute":
        return
    task, gone = case.tasks[due.step.slot], (due.event["oid"], *due.event["passed_over"])
    people = [case.opened.officer(oid)["certificate"] for oid in gone]
    found = {id for certificate in people for id in case.roll.rested(certificate, task)}
    if await declarations.rest(work.db, work.scope, sorted(found), work.now) != len(found):
        raise StaleChange(wanted="—")  # one was withdrawn in this very moment


async def _again(work: Work, draw: Draw, kept: ChangeProposal) -> ChangeApproved:
    """What the first approval made."""
    logged = {e.entry.get("h"): e.index for e in await log.of_draw(work.control, draw.m or "")}
    every = await events.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
    first, last = kept.first_event or 0, kept.last_event or 0
    made = tuple(Made(e.n, e.h, logged[e.h]) for e in every if first <= e.n <= last)
    return ChangeApproved(draw.draw_no, kept.n, made, True)
