"""A second person puts a choice into force; the rules it makes enter the public log in the same moment."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from policies.rd1.logs import rules_entry
from policies.rulebook.rule_changes import rules_hash
from policies.rulebook.rules import RuleWarning
from services.ruling.rule_trials import effects, trial
from services.usecases.ceremony import enter_log, utc
from services.usecases.propose_rule import note_choice
from services.work import Work
from tenants.errors import SameHand, WrongState
from tenants.rows import RuleChoice
from tenants.stores import choices


@dataclass(frozen=True, slots=True)
class Approved:
    """A choice in force from its day on.

    Attributes:
        h: SHA-256 of the JCS of the composed rules, as in the log. index: of the log entry.
        on: day whose rules were composed: the choice's first day, or today when that has passed.
    """

    row: RuleChoice
    h: str
    index: int
    on: date
    warnings: tuple[RuleWarning, ...]


async def approve_rule(work: Work, choice: UUID) -> Approved:
    """Approve a proposed choice.

    Raises:
        Missing: no such choice. WrongState: approved or withdrawn already. SameHand: the proposer approves.
        LawProblem, NothingChanges: law or other choices changed since the proposal, and it fits no longer.
    """
    work.require("rules.approve")
    row = await choices.get(work.db, work.scope, work.scope.bureau, choice)
    if row.state != "proposed":
        raise WrongState(row.state, wanted="proposed")
    if row.proposed_by == work.principal.subject:
        raise SameHand
    tried = await trial(work, row)
    await effects(work, tried)
    composed = tried.after.as_dict()
    h = rules_hash(composed)
    await choices.settle(
        work.db, work.scope, row.id, by=work.principal.subject, at=work.now, composed=composed
    )
    entry = await enter_log(work, rules_entry(row.bureau, h, utc(work.now)))
    after = {"key": row.key, "effective": row.effective.isoformat(), "h": h.hex(), "log": entry.index}
    await note_choice(work, "rules.approve", row, after)
    kept = await choices.get(work.db, work.scope, row.bureau, row.id)
    return Approved(kept, h.hex(), entry.index, tried.on, tried.after.warnings)
