"""What choices would do: the rules with and without them, on the day the last of them takes effect."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from policies.planning.items import ROUTINE
from policies.rulebook.lawbook import Choice, rules_at
from policies.rulebook.rule_changes import RuleChange, difference, new_warnings
from policies.rulebook.rules import Rules, RuleWarning
from services.ruling.rule_choice_errors import NothingChanges
from services.ruling.ruleset import read_row, typed
from services.work import Work
from tenants.rows import RuleChoice
from tenants.stores import bureaus, choices


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rules: of whom, on which day, over whose roster, for which item."""

    bureau: str
    on: date
    subject: str = ""
    item: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """Choices tried out together on the day the last of them takes effect, or today when that has passed.

    Attributes:
        rows: what is tried; one row, or all rows of one document.
        before, after: with what stands, and with the rows in addition; over the subject and for the item
            that all rows share.
        changes: keys that say something else. warnings: those the rows bring.
        backdated: one takes effect before today; plans made since then are to be made again.
        old, new: every choice that counts before, and after, as the law reader's.
    """

    rows: tuple[RuleChoice, ...]
    on: date
    before: Rules
    after: Rules
    changes: tuple[RuleChange, ...]
    warnings: tuple[RuleWarning, ...]
    backdated: bool
    old: tuple[Choice, ...] = ()
    new: tuple[Choice, ...] = ()

    @property
    def row(self) -> RuleChoice:
        """The first row; the only one of a single choice."""
        return self.rows[0]


async def trial(work: Work, row: RuleChoice) -> Trial:
    """The rules with and without `row`.

    Raises:
        LawProblem: unreadable, without its basis or factors, below the bureau's own text, outside a range.
        NothingChanges: it would say what is in force already.
    """
    tried = await trial_of(work, (row,))
    if not tried.changes:
        raise nothing_changes(tried)
    return tried


async def trial_of(work: Work, rows: Sequence[RuleChoice], kept: tuple[Choice, ...] | None = None) -> Trial:
    """The rules with and without all of `rows`.

    Args:
        rows: at least one, all of the bureau acted for.
        kept: what stands without them; default: the bureau's approved choices.

    Raises:
        LawProblem: as `trial`; a choice among the rows is measured against a text among them.
    """
    old = await _approved(work, rows[0].bureau) if kept is None else kept
    return await _tried(work, rows, old, (*old, *(choice for row in rows for choice in read_row(row))))


async def trial_without(work: Work, rows: Sequence[RuleChoice]) -> Trial:
    """The rules when these approved choices are revoked.

    Raises:
        LawProblem: another choice does not stand without them, e.g. below the text that applies again.
    """
    gone = {row.id for row in rows}
    kept = await choices.all_of(work.db, work.scope, rows[0].bureau)
    left = typed(row for row in kept if row.id not in gone)
    return await _tried(work, rows, typed(kept), left)


def nothing_changes(tried: Trial) -> NothingChanges:
    """The refusal of rows that say what is in force already."""
    (first, *_) = read_row(tried.row)
    return NothingChanges(first.basis.cite(), key=tried.row.key, on=tried.on.isoformat())


async def _tried(
    work: Work, rows: Sequence[RuleChoice], old: tuple[Choice, ...], new: tuple[Choice, ...]
) -> Trial:
    on = max(work.today, *(row.effective for row in rows))
    shared = (_shared([row.subject for row in rows]), _shared([row.item for row in rows]))
    asked = Asked(rows[0].bureau, on, *shared)
    before, after = await composed(work, asked, old), await composed(work, asked, new)
    await _later(work, asked, new)
    backdated = any(row.effective < work.today for row in rows)
    warnings = new_warnings(before, after)
    return Trial(tuple(rows), on, before, after, difference(before, after), warnings, backdated, old, new)


async def _later(work: Work, asked: Asked, chosen: tuple[Choice, ...]) -> None:
    """What is approved for later days must stand then too. Raises BelowOwnText, OutsideRange."""
    ahead = {(c.basis.effective, c.subject, c.item) for c in chosen if c.basis.effective > asked.on}
    for on, subject, item in sorted(ahead):
        await composed(work, Asked(asked.bureau, on, subject, item), chosen)


async def _approved(work: Work, bureau: str) -> tuple[Choice, ...]:
    return typed(await choices.all_of(await work.at(bureau), work.scope, bureau))


async def composed(work: Work, asked: Asked, chosen: tuple[Choice, ...]) -> Rules:
    """The law tree and these choices, as of a day; raises as `policies.rulebook.lawbook.rules_at`."""
    entry = await bureaus.get(work.control, asked.bureau)
    return rules_at(
        work.app.book,
        ("CN", *entry.path),
        asked.on,
        chosen,
        subject="" if asked.subject == asked.bureau else asked.subject,
        item=asked.item or ROUTINE,
        level=entry.level,
    )


def _shared(words: Sequence[str]) -> str:
    """What all rows are narrowed to, "" when they are not narrowed alike."""
    return words[0] if len(set(words)) == 1 else ""
