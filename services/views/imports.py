"""The report of an import: what was kept, what was refused and why, what the file does not name."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from policies.roster import RosterCheck
from services.usecases.import_roster import Imported

SHOWN = 200


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One fault of one cell; `cell` as the spreadsheet names it, e.g. "B7"."""

    sheet: str
    row: int | None
    cell: str
    column: str
    title: str
    expected: str
    got: str
    remedy: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Data of the report.

    Attributes:
        kept: {added, changed, unchanged}; None when nothing was kept.
        numbers: rows, valid, errors, duplicates, blank, hint, example, warnings of the file.
        errors, warnings: the first 200.
        missing: codes the roster holds and the file does not name. missing_count: all of them.
        skipped: spreadsheet rows passed over as hint or example.
        refused_file: name under which the refused rows are offered; "" = none.
        key_list: the published key list that was used (year, count, sources, notices), if one was.
    """

    kind: str
    file: str
    kept: Mapping[str, int] | None
    repeated: bool
    numbers: Mapping[str, int]
    errors: tuple[ErrorRow, ...]
    warnings: tuple[ErrorRow, ...]
    missing: tuple[str, ...]
    missing_count: int
    unknown_columns: tuple[str, ...]
    skipped: tuple[int, ...]
    refused_file: str
    key_list: Mapping[str, Any] | None = None


def report_of(done: Imported[Any], refused_file: str) -> ImportReport:
    """The report of an import that kept something."""
    counts, missing = done.counts, done.report["missing"]
    kept = {"added": counts.added, "changed": counts.changed, "unchanged": counts.unchanged}
    told = _report(done.kind, done.report["file"], done.check, refused_file, kept, done.repeated, missing)
    return replace(told, key_list=done.report.get("key_list"))


def report_of_check(kind: str, file: str, check: RosterCheck[Any], refused_file: str) -> ImportReport:
    """The report of an import that kept nothing."""
    return _report(kind, file, check, refused_file, None, False, {"codes": [], "count": 0})


def _report(
    kind: str,
    file: str,
    check: RosterCheck[Any],
    refused_file: str,
    kept: Mapping[str, int] | None,
    repeated: bool,
    missing: Mapping[str, Any],
) -> ImportReport:
    return ImportReport(
        kind=kind,
        file=file,
        kept=kept,
        repeated=repeated,
        numbers=check.report,
        errors=tuple(_row(error) for error in check.errors[:SHOWN]),
        warnings=tuple(_row(warning) for warning in check.warnings[:SHOWN]),
        missing=tuple(missing["codes"]),
        missing_count=missing["count"],
        unknown_columns=check.unknown_columns,
        skipped=tuple(row.number for row in check.skipped),
        refused_file=refused_file,
    )


def _row(error: Any) -> ErrorRow:
    words = error.wording("zh")
    return ErrorRow(
        sheet=error.where.sheet or "",
        row=error.where.row,
        cell=error.cell,
        column=error.column,
        title=words.title,
        expected=words.expected,
        got=error.got,
        remedy=words.remedy,
    )
