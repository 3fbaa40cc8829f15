"""A second person puts choices into force; the rules they make enter the public log in the same moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from policies.rd1.logs import rules_entry
from policies.rulebook.rule_changes import rules_hash
from policies.rulebook.rules import RuleWarning
from policies.terms import Mark
from services.ruling.approvers import require_approver
from services.ruling.plan_effects import effects
from services.ruling.rule_trials import nothing_changes, trial_of
from services.starting import require_state
from services.usecases.ceremony import enter_log, utc
from services.usecases.propose_rule import note_choice
from services.work import Work
from tenants.errors import SameHand
from tenants.rows import RuleChoice
from tenants.stores import choices


@dataclass(frozen=True, slots=True)
class Approved:
    """A choice in force from its day on.

    Attributes:
        h: SHA-256 of the JCS of the composed rules, as in the log. index: of the log entry; choices approved
            in one act that take effect together share both.
        on: day whose rules were composed: the choice's first day, or today when that has passed.
    """

    row: RuleChoice
    h: str
    index: int
    on: date
    warnings: tuple[RuleWarning, ...]


async def approve_rule(work: Work, choice: UUID) -> Approved:
    """Approve a proposed choice; raises as `approve_rows`, and Missing: no such choice."""
    work.require("rules.approve")
    row = await choices.get(work.db, work.scope, work.scope.bureau, choice)
    (done,) = await approve_rows(work, (row,))
    return done


async def approve_rows(work: Work, rows: Sequence[RuleChoice]) -> tuple[Approved, ...]:
    """Approve several proposals in one act, texts before choices: all or nothing.

    Raises:
        NotTheApprover: leaders are entered on the organisation page, and this is none of them.
        WrongState: one is approved or withdrawn already. SameHand: its proposer approves.
        LawProblem, NothingChanges: law or other choices changed since the proposal, and it fits no longer.
    """
    work.require("rules.approve")
    await require_approver(work)
    for row in rows:
        require_state("rules.approve", row.state)
        if row.proposed_by == work.principal.subject:
            raise SameHand
    found: list[Approved] = []
    for _, group in groupby(sorted(rows, key=lambda r: _order(work, r)), key=lambda r: _together(work, r)):
        found += await _settle(work, tuple(group))
    return tuple(found)


def _together(work: Work, row: RuleChoice) -> tuple[date, str, str]:
    """Choices that make one set of rules: of one day, item and roster."""
    return max(row.effective, work.today), row.item, row.subject


def _order(work: Work, row: RuleChoice) -> tuple[tuple[date, str, str], bool, str]:
    return _together(work, row), row.basis.get("mark") != Mark.STATED.value, row.key


async def _settle(work: Work, rows: tuple[RuleChoice, ...]) -> list[Approved]:
    """One set of rules, one entry of the log."""
    tried = await trial_of(work, rows)
    if not tried.changes:
        raise nothing_changes(tried)
    await effects(work, tried)
    composed = tried.after.as_dict()
    h = rules_hash(composed)
    for row in rows:
        by = work.principal.subject
        await choices.settle(work.db, work.scope, row.id, by=by, at=work.now, composed=composed)
    entry = await enter_log(work, rules_entry(rows[0].bureau, h, utc(work.now)))
    found = []
    for row in rows:
        after = {"key": row.key, "effective": row.effective.isoformat(), "h": h.hex(), "log": entry.index}
        await note_choice(work, "rules.approve", row, after, before={"state": row.state})
        kept = await choices.get(work.db, work.scope, row.bureau, row.id)
        found.append(Approved(kept, h.hex(), entry.index, tried.on, tried.after.warnings))
    return found
