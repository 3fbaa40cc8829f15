"""A table as it came from a spreadsheet, and the layout it should have. Pure values, no file access."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

SkipReason = Literal["blank", "hint", "example"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a template.

    Attributes:
        key: name of the field it fills.
        heading: heading of the template.
        hint: what to fill in, shown to the person.
        example: text of the example row.
        aliases: other headings read as this column.
        values: words a cell may hold, shown in the parameter sheet; empty = free text.
        must_exist: a file without this column is refused as a whole.
    """

    key: str
    heading: str
    hint: str = ""
    example: str = ""
    aliases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    must_exist: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A template: name of its data sheet and its columns in order."""

    key: str
    sheet: str
    title: str
    columns: tuple[Column, ...]

    def column(self, key: str) -> Column:
        """The column that fills `key`; KeyError when there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Row:
    """One data row.

    Attributes:
        number: row number as the spreadsheet shows it, from 1.
        cells: column key → text; absent key = the file has no such column.
        stray: (column letter, text) of filled cells that stand under no heading.
    """

    number: int
    cells: Mapping[str, str]
    stray: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no data: blank, hint or example."""

    number: int
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Table:
    """The data rows of one sheet, every other row accounted for.

    Attributes:
        file: shown name of the file.
        sheet: worksheet, None for csv.
        heading_row: spreadsheet row of the headings.
        letters: column key → letter of its spreadsheet column.
        unknown: headings no column of the layout claims; their cells are not imported.
        other_sheets: worksheets that were not read (parameter sheets and the like).
    """

    file: str
    sheet: str | None
    heading_row: int
    rows: tuple[Row, ...]
    letters: Mapping[str, str] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()
    unknown: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = ()

    def count(self, reason: SkipReason) -> int:
        """Number of rows skipped for `reason`."""
        return sum(1 for row in self.skipped if row.reason == reason)


def letter(index: int) -> str:
    """Spreadsheet letter of the zero-based column `index`: 0 → A, 26 → AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
