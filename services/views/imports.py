"""A file on its way into a roster, as the page shows it: columns, counts, faults by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.errors import Language
from policies.roster import RosterCheck
from policies.roster.headings import Meaning, absent, repeated
from policies.roster.tabular import Layout
from tenants.import_rows import ImportCheck

SHOWN = 200
WORKING = ("waiting", "ordered", "taking")


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
    """The report of a file of which nothing was kept.

    Attributes:
        numbers: rows, valid, errors, duplicates, blank, hint, example, warnings of the file.
        errors, warnings: the first 200.
        skipped: spreadsheet rows passed over as hint or example.
        refused_file: name under which the refused rows are offered; "" = none.
    """

    kind: str
    file: str
    numbers: Mapping[str, int]
    errors: tuple[ErrorRow, ...]
    warnings: tuple[ErrorRow, ...]
    unknown_columns: tuple[str, ...]
    skipped: tuple[int, ...]
    refused_file: str


@dataclass(frozen=True, slots=True)
class CheckFace:
    """Data of the page of one check.

    Attributes:
        fields: (key, heading, must be there) of every field a column can fill.
        columns: headings of the file. absent, repeated: headings of fields none or several fill.
        numbers: rows, valid, errors, duplicates, blank, hint, example, warnings; {} before the check.
        errors, warnings: the first 200. missing: codes the roster holds and the file does not name.
        problem: why it could not be read or taken.
    """

    row: ImportCheck
    fields: tuple[tuple[str, str, bool], ...]
    columns: tuple[Meaning, ...]
    absent: tuple[str, ...]
    repeated: tuple[str, ...]
    numbers: Mapping[str, int]
    told: Mapping[str, Any]
    errors: tuple[ErrorRow, ...]
    warnings: tuple[ErrorRow, ...]
    problem: Mapping[str, Any] | None

    @property
    def working(self) -> bool:
        """Whether the worker has it."""
        return self.row.state in WORKING

    @property
    def names(self) -> dict[str, str]:
        """Field → its heading."""
        return {key: heading for key, heading, _ in self.fields}

    @property
    def said(self) -> tuple[Meaning, ...]:
        """Columns read by what somebody said, now or for an earlier file."""
        return tuple(one for one in self.columns if one.why in ("remembered", "chosen"))


def check_face(row: ImportCheck, layout: Layout, language: Language) -> CheckFace:
    """The page of a check, its faults in the reader's language."""
    columns = tuple(Meaning.from_dict(one) for one in row.columns or ())
    told: Mapping[str, Any] = row.summary or {}
    return CheckFace(
        row=row,
        fields=tuple((c.key, c.heading, c.must_exist) for c in layout.columns),
        columns=columns,
        absent=tuple(c.heading for c in absent(columns, layout)),
        repeated=tuple(c.heading for c in repeated(columns, layout)),
        numbers=told.get("report", {}),
        told=told,
        errors=_faults(told.get("errors", ()), language),
        warnings=_faults(told.get("warnings", ()), language),
        problem=row.problem[language] if row.problem else None,
    )


def report_of_check(kind: str, file: str, check: RosterCheck[Any], refused_file: str) -> ImportReport:
    """The report of a file of which nothing was kept."""
    return ImportReport(
        kind=kind,
        file=file,
        numbers=check.report,
        errors=tuple(_row(error) for error in check.errors[:SHOWN]),
        warnings=tuple(_row(warning) for warning in check.warnings[:SHOWN]),
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


def _faults(kept: Sequence[Mapping[str, Any]], language: Language) -> tuple[ErrorRow, ...]:
    places = ("sheet", "row", "cell", "column", "got")
    return tuple(ErrorRow(**{name: one[name] for name in places}, **one["words"][language]) for one in kept)
