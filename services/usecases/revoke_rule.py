"""An approved choice whose day is still to come is revoked by two people; one in force never is.

What is in force is overtaken by a newer choice: a draw made under it stays explained by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from policies.rd1.logs import rules_entry
from policies.rulebook.rule_changes import rules_hash
from services.ruling.approvers import require_approver
from services.ruling.plan_effects import PlanEffect, effects
from services.ruling.rule_choice_errors import NotRevocable, WhyMissing
from services.ruling.rule_trials import Trial, trial_without
from services.usecases.ceremony import enter_log, utc
from services.usecases.propose_rule import note_choice
from services.work import Work
from tenants.errors import SameHand, WrongState
from tenants.revocation_rows import Revocation
from tenants.rows import RuleChoice
from tenants.stores import choices, revocations


@dataclass(frozen=True, slots=True)
class Revoked:
    """Revocations in force. `h`, `index`: the rules without the choices, and their entry in the log."""

    rows: tuple[Revocation, ...]
    h: str
    index: int


async def propose_revocation(work: Work, chosen: Sequence[UUID], why: str) -> tuple[Revocation, ...]:
    """Ask to revoke approved choices, e.g. all of one document; they stay until another person approves.

    Raises:
        WhyMissing: no reason. Missing: no such choice. NotRevocable: not approved, or in force already.
        WrongState: it is asked for already. LawProblem: another choice does not stand without them.
    """
    work.require("rules.choose")
    if not why.strip():
        raise WhyMissing
    rows = [await _coming(work, id) for id in chosen]
    await trial_without(work, rows)
    found = []
    for row in rows:
        one = Revocation(row.bureau, row.id, why.strip(), work.principal.subject, work.now)
        await revocations.put(work.db, work.scope, one)
        await note_choice(work, "rules.choose", row, {"key": row.key, "revocation": str(one.id)}, one.why)
        found.append(one)
    return tuple(found)


async def approve_revocation(work: Work, asked: Sequence[UUID]) -> Revoked:
    """Another person revokes; the rules that stand without the choices enter the public log.

    Raises:
        Missing: no such proposal. WrongState: settled already. SameHand: the proposer approves.
        NotRevocable: the day of the choice has come. LawProblem: as `propose_revocation`.
    """
    work.require("rules.approve")
    await require_approver(work)
    open_ = [await _open(work, id) for id in asked]
    if any(one.proposed_by == work.principal.subject for one in open_):
        raise SameHand
    rows = [await _coming(work, one.choice) for one in open_]
    tried = await trial_without(work, rows)
    await effects(work, tried)
    composed = tried.after.as_dict()
    h = rules_hash(composed)
    entry = await enter_log(work, rules_entry(work.scope.bureau, h, utc(work.now)))
    for one, row in zip(open_, rows, strict=True):
        by = work.principal.subject
        await revocations.settle(work.db, work.scope, one.id, by=by, at=work.now, composed=composed)
        await choices.revoke(work.db, work.scope, row.id, at=work.now)
        after = {"key": row.key, "revoked": True, "h": h.hex(), "log": entry.index}
        await note_choice(work, "rules.approve", row, after, one.why, {"state": row.state})
    kept = [await revocations.get(work.db, work.scope, one.bureau, one.id) for one in open_]
    return Revoked(tuple(kept), h.hex(), entry.index)


async def withdraw_revocation(work: Work, asked: Sequence[UUID], why: str) -> tuple[Revocation, ...]:
    """Take the proposal back, or turn it down: the choices will take effect as approved.

    Raises:
        WhyMissing: no reason. Missing: no such proposal. WrongState: settled already.
    """
    work.require("rules.choose")
    if not why.strip():
        raise WhyMissing
    kept = []
    for id in asked:
        one = await _open(work, id)
        by = work.principal.subject
        await revocations.withdraw(work.db, work.scope, id, by=by, at=work.now, why=why.strip())
        row = await choices.get(work.db, work.scope, one.bureau, one.choice)
        after: dict[str, object] = {"key": row.key, "revocation": "withdrawn"}
        await note_choice(work, "rules.choose", row, after, why.strip(), {"revocation": one.state})
        kept.append(await revocations.get(work.db, work.scope, one.bureau, id))
    return tuple(kept)


async def try_revocation(work: Work, rows: Sequence[RuleChoice]) -> tuple[Trial, tuple[PlanEffect, ...]]:
    """What would change; nothing is kept. Raises as `propose_revocation`."""
    work.require("rules.choose")
    tried = await trial_without(work, rows)
    return tried, await effects(work, tried)


async def _coming(work: Work, id: UUID) -> RuleChoice:
    row = await choices.get(work.db, work.scope, work.scope.bureau, id)
    if row.state != "approved" or row.effective <= work.today:
        raise NotRevocable(f"{row.key} {row.effective.isoformat()}", today=work.today.isoformat())
    return row


async def _open(work: Work, id: UUID) -> Revocation:
    one = await revocations.get(work.db, work.scope, work.scope.bureau, id)
    if one.state != "proposed":
        raise WrongState(one.state, wanted="proposed")
    return one
