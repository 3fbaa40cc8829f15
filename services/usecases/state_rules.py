"""A bureau enters its own text: one file in the format of docs/rules.md, every value proposed, then approved.

The text is not held by the product, so its sentences are the bureau's statement and marked so.
Basis: DOMAIN rows 1, 13–17.
"""

from dataclasses import dataclass

from policies.rulebook.law_entries import read_file
from policies.rulebook.law_entry import Entry
from policies.rulebook.law_errors import BadQuote
from policies.rulebook.law_values import plain
from policies.terms import Mark
from services.ruling.rule_choice_errors import NothingChanges
from services.ruling.rule_proposals import Proposal
from services.usecases.approve_rule import Approved, approve_rule
from services.usecases.propose_rule import propose_rule
from services.work import Work
from tenants.rows import RuleChoice
from tenants.stores import choices


@dataclass(frozen=True, slots=True)
class Stated:
    """What was proposed, and what says nothing new."""

    rows: tuple[RuleChoice, ...]
    unchanged: tuple[str, ...]


async def state_rules(work: Work, body: str, file: str = "rules.yaml") -> Stated:
    """Propose every value of a file: all or nothing.

    Args:
        work: of the bureau whose text it is.
        body: as a law file; values of the text marked `stated` with their sentence, own choices otherwise.

    Raises:
        LawProblem: the first fault, with file, line and remedy; `quoted` is refused, the text is not held.
        SecondChoice: a key has a value of that day already.
    """
    work.require("rules.choose")
    entries = read_file(body, file)
    for entry in entries:
        if entry.basis.mark is Mark.QUOTED:
            raise BadQuote(entry.basis.mark.value, where=entry.where, key=entry.key)
    rows, unchanged = [], []
    for entry in sorted(entries, key=lambda e: e.basis.mark is not Mark.STATED):
        try:
            rows.append((await propose_rule(work, _proposal(entry))).row)
        except NothingChanges:
            unchanged.append(entry.key)
    return Stated(tuple(rows), tuple(unchanged))


async def approve_stated(work: Work) -> tuple[Approved, ...]:
    """Approve everything proposed in the bureau, its text before its choices; raises as `approve_rule`."""
    work.require("rules.approve")
    kept = await choices.all_of(work.db, work.scope, work.scope.bureau)
    waiting = [row for row in kept if row.state == "proposed"]
    ordered = sorted(waiting, key=lambda row: (row.basis.get("mark") != Mark.STATED.value, row.key))
    return tuple([await approve_rule(work, row.id) for row in ordered])


def _proposal(entry: Entry) -> Proposal:
    basis = entry.basis
    return Proposal(
        key=entry.key,
        value=plain(entry.value),
        effective=basis.effective,
        text=basis.text,
        clause=basis.clause,
        mark=basis.mark.value,
        checked_on=basis.checked_on,
        until=entry.until,
        quote=basis.sentence,
        item=entry.scope.item,
        subject=entry.scope.subject,
        note=entry.note,
        factors=entry.factors,
    )
