"""The part both rosters share: read every row, set repeated codes apart, account for every row."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from policies.roster import codes
from policies.roster.cells import Cells
from policies.roster.errors import RowError
from policies.roster.outcome import Accepted, Duplicate, Refused, RosterCheck
from policies.roster.tabular import Layout, Row, Table

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RowKey:
    """The code that names a row: its column, its normal form, the fault of standing there twice."""

    column: str
    normal: Callable[[str], str]
    fault: type[RowError]


def _repeated(table: Table, key: RowKey) -> dict[str, tuple[Row, ...]]:
    """Rows by code, only codes on more than one row; mangled codes are faults of their own."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in table.rows:
        text = row.cells.get(key.column, "")
        if text and not codes.mangled(text):
            found[key.normal(text)].append(row)
    return {code: tuple(rows) for code, rows in found.items() if len(rows) > 1}


def _report(table: Table, valid: int, refused: list[Refused], warnings: int) -> Mapping[str, int]:
    duplicates = sum(1 for r in refused if r.duplicate)
    return {
        "rows": len(table.rows) + len(table.skipped),
        "valid": valid,
        "errors": len(refused) - duplicates,
        "duplicates": duplicates,
        "blank": table.count("blank"),
        "hint": table.count("hint"),
        "example": table.count("example"),
        "warnings": warnings,
    }


def check_rows(
    table: Table, layout: Layout, required: frozenset[str], key: RowKey, read: Callable[[Cells], T | None]
) -> RosterCheck[T]:
    """Check every row of a table.

    Args:
        table: the file's rows.
        layout: its columns.
        required: keys that may not be empty.
        key: the code that must not repeat.
        read: value of one row; notes its faults on the cells and may give None when there are any.
    """
    repeated = _repeated(table, key)
    twice = {row.number: rows for rows in repeated.values() for row in rows}
    valid: list[Accepted[T]] = []
    refused: list[Refused] = []
    warnings: list[RowError] = []
    for row in table.rows:
        cells = Cells(table, row, layout, required)
        value = read(cells)
        sound = not cells.errors
        if rows := twice.get(row.number):
            others = "、".join(str(r.number) for r in rows if r.number != row.number)
            cells.fail(key.fault, key.column, others=others)
        if cells.errors:
            refused.append(Refused(row, tuple(cells.errors), duplicate=sound))
        elif value is not None:
            valid.append(Accepted(row.number, value))
            warnings.extend(cells.warnings)
    return RosterCheck(
        valid=tuple(valid),
        refused=tuple(refused),
        errors=tuple(e for r in refused for e in r.errors),
        duplicates=tuple(_duplicate(code, rows) for code, rows in repeated.items()),
        warnings=tuple(warnings),
        report=_report(table, len(valid), refused, len(warnings)),
        unknown_columns=table.unknown,
        skipped=tuple(s for s in table.skipped if s.reason != "blank"),
        layout=layout,
    )


def _duplicate(code: str, rows: tuple[Row, ...]) -> Duplicate:
    return Duplicate(code, tuple(r.number for r in rows), all(r.cells == rows[0].cells for r in rows))
