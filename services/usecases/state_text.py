"""A document of the bureau with all its values: tried out, proposed, approved or withdrawn as one set.

Every row is a proposal of its own in the history; what makes them one is the id of the document they share.
Basis: obligations 1, 13–17.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policies.errors import Missing, Problem
from policies.terms import Mark
from services.ruling.plan_effects import NOTHING_ASSUMED, Assumed, PlanEffect, effects
from services.ruling.rule_choice_errors import NothingChanges, WhyMissing, text_refused
from services.ruling.rule_proposals import Proposal, row_of
from services.ruling.rule_trials import Trial, trial, trial_of
from services.usecases.approve_rule import Approved, approve_rows
from services.usecases.propose_rule import first_of_its_day, note_choice, proposed_note
from services.usecases.withdraw_rule import withdraw_rule
from services.work import Work
from tenants.rows import RuleChoice
from tenants.stores import choices

REPLACED = "由新登记的文本替换"
WHOLE = ""  # key of a fault that no single row causes


@dataclass(frozen=True, slots=True)
class TextTried:
    """A document tried out.

    Attributes:
        rows: what would be kept, texts before choices. unchanged: keys that say nothing new.
        tried, effects: all rows together; None and empty when nothing is new.
    """

    rows: tuple[RuleChoice, ...]
    unchanged: tuple[str, ...]
    tried: Trial | None
    effects: tuple[PlanEffect, ...]


async def try_text(
    work: Work, given: Sequence[Proposal], year: int | None = None, assumed: Assumed = NOTHING_ASSUMED
) -> TextTried:
    """What a document would change, all its rows together; nothing is kept.

    Raises:
        TextRefused: with what is wrong, row by row: unreadable, without its sentence, below the bureau's own
            text, outside its range, a second value of the same day.
    """
    work.require("rules.choose")
    kept = await choices.all_of(work.db, work.scope, work.scope.bureau)
    rows, unchanged, faults = await _rows(work, given, kept)
    if faults:
        raise text_refused(faults)
    return await _together(work, rows, unchanged, year, assumed)


async def propose_text(work: Work, given: Sequence[Proposal]) -> TextTried:
    """Keep every row of a document as a proposal: all or nothing; raises as `try_text`.

    An open statement of the same key, day and scope is withdrawn: the text was entered again.
    """
    tried = await try_text(work, given)
    for row in await choices.all_of(work.db, work.scope, work.scope.bureau):
        if _replaced(row, tried.rows):
            await withdraw_rule(work, row.id, REPLACED)
    for row in tried.rows:
        await choices.put(work.db, work.scope, row)
        await note_choice(work, "rules.choose", row, proposed_note(row, tried.tried))
    return tried


async def text_rows(work: Work, document: str, bureau: str = "") -> tuple[RuleChoice, ...]:
    """Every row of a document, settled ones included. Raises Missing."""
    whose = bureau or work.scope.bureau
    work.require("plan.read", bureau=whose)
    kept = await choices.all_of(await work.at(whose), work.scope, whose)
    rows = tuple(row for row in kept if document and row.basis.get("document") == document)
    if not rows:
        raise Missing(document, what="登记的文件")
    return rows


async def approve_text(work: Work, document: str) -> tuple[Approved, ...]:
    """Approve what is open of a document in one act; raises as `approve_rows`, Missing."""
    work.require("rules.approve")
    rows = await text_rows(work, document)
    return await approve_rows(work, [row for row in rows if row.state == "proposed"] or rows)


async def withdraw_text(work: Work, document: str, why: str) -> tuple[RuleChoice, ...]:
    """Take back, or turn down, what is open of a document. Raises WhyMissing, Missing, WrongState."""
    work.require("rules.choose")
    if not why.strip():
        raise WhyMissing
    rows = await text_rows(work, document)
    open_ = [row for row in rows if row.state == "proposed"] or rows
    return tuple([await withdraw_rule(work, row.id, why) for row in open_])


async def try_rows(
    work: Work, rows: Sequence[RuleChoice], year: int | None = None, assumed: Assumed = NOTHING_ASSUMED
) -> TextTried:
    """What kept, open rows would change together as of today. Raises LawProblem: they fit no longer."""
    work.require("plan.read")
    return await _together(work, tuple(rows), (), year, assumed)


async def _rows(
    work: Work, given: Sequence[Proposal], kept: Sequence[RuleChoice]
) -> tuple[tuple[RuleChoice, ...], tuple[str, ...], Mapping[str, Problem]]:
    """Each row on its own first, so that a fault is told where it stands."""
    rows, unchanged, faults = [], [], dict[str, Problem]()
    for one in sorted(given, key=lambda p: p.mark != Mark.STATED.value):
        try:
            row = await row_of(work, one)
            first_of_its_day(row, [k for k in kept if not _replaced(k, [row])])
            await trial(work, row)
            rows.append(row)
        except NothingChanges:
            unchanged.append(one.key)
        except Problem as problem:
            faults.setdefault(one.key, problem)
    return tuple(rows), tuple(unchanged), faults


async def _together(
    work: Work,
    rows: tuple[RuleChoice, ...],
    unchanged: tuple[str, ...],
    year: int | None,
    assumed: Assumed,
) -> TextTried:
    if not rows:
        return TextTried((), unchanged, None, ())
    try:
        tried = await trial_of(work, rows)
        return TextTried(rows, unchanged, tried, await effects(work, tried, year, assumed))
    except Problem as problem:
        key = str(problem.facts.get("key", WHOLE))
        raise text_refused({key if any(row.key == key for row in rows) else WHOLE: problem}) from problem


def _replaced(row: RuleChoice, by: Sequence[RuleChoice]) -> bool:
    open_ = row.state == "proposed" and row.basis.get("mark") == Mark.STATED.value
    return open_ and any(
        (row.key, row.effective, row.item, row.subject) == (new.key, new.effective, new.item, new.subject)
        for new in by
    )
