"""What a look at a file comes to: headings to be settled, or a whole check with what taking it would do."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from policies.errors import Language
from policies.roster import RosterCheck, RosterDiff
from policies.roster.errors import RowError
from policies.roster.headings import Meaning, absent, mapping_of, meanings, repeated
from services.sheets import Book, open_book
from services.sheets.quiet import no_collection
from services.usecases.import_judge import Judging, Step, compared, judged, silent
from services.usecases.import_roster import missing
from services.work import Work
from tenants.stores import import_headings

SHOWN = 200  # faults shown; the counts are whole, the refused rows all go back as a workbook
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found; `check` and `diff` are None while headings are to be settled."""

    columns: tuple[Meaning, ...]
    check: RosterCheck[Any] | None = field(default=None, repr=False)
    diff: RosterDiff[Any] | None = field(default=None, repr=False)
    mark: str = ""
    said: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def values(self) -> dict[str, Any]:
        """Columns of the kept row."""
        columns = [one.as_dict() for one in self.columns]
        return {"columns": columns, "summary": self.summary, "mark": self.mark, "problem": None}

    @property
    def summary(self) -> dict[str, Any] | None:
        """Counts, faults in both languages, what taking it would do; None while headings are open."""
        if self.check is None or self.diff is None:
            return None
        counts = self.diff.counts()
        return {
            "report": dict(self.check.report),
            **{name: counts[name] for name in ("added", "changed", "unchanged")},
            "missing": missing(self.diff),
            "errors": [_fault(error) for error in self.check.errors[:SHOWN]],
            "warnings": [_fault(error) for error in self.check.warnings[:SHOWN]],
            "unknown_columns": list(self.check.unknown_columns),
            "skipped": [row.number for row in self.check.skipped],
            **self.said,
        }


async def look(
    work: Work, how: Judging[Any], data: bytes, name: str, chosen: Mapping[str, str], step: Step = silent
) -> Outcome:
    """Read a file, settle its headings, judge its rows, compare with the roster; keeps nothing.

    Args:
        chosen: heading → field, said for this file; "" = not imported.

    Raises:
        Problem: the file is unreadable, or lacks columns and has no other headings to take them from.
    """
    await step("read", 0, 0)
    with no_collection():
        return await _look(work, how, data, name, chosen, step)


async def _look(
    work: Work, how: Judging[Any], data: bytes, name: str, chosen: Mapping[str, str], step: Step
) -> Outcome:
    book = await asyncio.to_thread(open_book, data, name)
    meant = await _meant(work, how, book, chosen)
    asked = any(one.why != "template" for one in meant)
    if asked and not settled(meant, how):
        return Outcome(meant)
    check = await judged(how, await asyncio.to_thread(book.table, how.layout, mapping_of(meant)), step)
    diff, mark = await compared(how, check)
    return Outcome(meant, check, diff, mark, how.said)


async def reread(
    how: Judging[Any], data: bytes, name: str, columns: tuple[Meaning, ...], step: Step = silent
) -> RosterCheck[Any]:
    """The rows judged once more with the headings as they were settled."""
    await step("read", 0, 0)
    book = await asyncio.to_thread(open_book, data, name)
    return await judged(how, await asyncio.to_thread(book.table, how.layout, mapping_of(columns)), step)


def settled(meant: tuple[Meaning, ...], how: Judging[Any]) -> bool:
    """Whether the file can be checked: every heading is said, every needed field filled, none twice."""
    open_ = [one for one in meant if not one.settled]
    return not (open_ or absent(meant, how.layout) or repeated(meant, how.layout))


async def _meant(work: Work, how: Judging[Any], book: Book, chosen: Mapping[str, str]) -> tuple[Meaning, ...]:
    known = await import_headings.of_kind(work.db, work.scope, work.scope.bureau, how.kind)
    remembered = {one.heading: one.field for one in known}
    found = await asyncio.to_thread(book.headings, how.layout, remembered | dict(chosen))
    return meanings(found, how.layout, remembered, chosen)


def _fault(error: RowError) -> dict[str, Any]:
    """A fault of a cell as it is kept: its place once, its sentences in both languages."""
    words = {language: error.wording(language) for language in _LANGUAGES}
    return {
        "sheet": error.where.sheet or "",
        "row": error.where.row,
        "cell": error.cell,
        "column": error.column,
        "got": error.got,
        "words": {
            language: {"title": one.title, "expected": one.expected, "remedy": one.remedy}
            for language, one in words.items()
        },
    }
