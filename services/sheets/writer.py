"""Tables out: xlsx with every text cell forced to text, csv that no spreadsheet runs as a formula."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import xlsxwriter

from policies.errors import Place
from services.sheets.errors import TextTooLong

Cell = str | int | None

_MAX_TEXT = 32_767
_MAX_EXACT = 10**15  # larger numbers are written as text: a spreadsheet would round them
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  fixed, so that equal content gives equal files
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True, slots=True)
class OutSheet:
    """One worksheet to write.

    Attributes:
        name: at most 31 characters.
        headings: heading row.
        rows: cells; text is written as text, whole numbers as numbers, None as an empty cell.
        notes: rows above the headings, one cell each.
        widths: column widths in characters; missing ones are 16.
        choices: column index → words offered as a drop-down (a hint: other words can be typed).
    """

    name: str
    headings: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]
    notes: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    choices: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def _text(cell: str, sheet: str, row: int) -> str:
    if len(cell) > _MAX_TEXT:
        raise TextTooLong(len(cell), where=Place(sheet=sheet, row=row + 1))
    return cell


def _put(page: xlsxwriter.worksheet.Worksheet, row: int, cells: Sequence[Cell], form: object) -> None:
    for i, cell in enumerate(cells):
        if isinstance(cell, int) and abs(cell) < _MAX_EXACT:
            page.write_number(row, i, cell)
        elif cell is not None:
            page.write_string(row, i, _text(str(cell), page.name, row), form)


def _write(book: xlsxwriter.Workbook, sheet: OutSheet) -> None:
    plain = book.add_format({"num_format": "@"})
    bold = book.add_format({"num_format": "@", "bold": True, "bg_color": "#E8EEF4", "border": 1})
    note = book.add_format({"num_format": "@", "italic": True, "font_color": "#5A5A5A"})
    page = book.add_worksheet(sheet.name)
    for i in range(len(sheet.headings)):
        page.set_column(i, i, sheet.widths[i] if i < len(sheet.widths) else 16, plain)
    for i, text in enumerate(sheet.notes):
        _put(page, i, (text,), note)
    top = len(sheet.notes)
    _put(page, top, sheet.headings, bold)
    page.freeze_panes(top + 1, 0)
    for number, cells in enumerate(sheet.rows, top + 1):
        _put(page, number, cells, plain)
    for i, words in sheet.choices.items():
        rule = {"validate": "list", "source": list(words), "error_type": "information"}
        page.data_validation(top + 1, i, top + 5000, i, rule)


def write_table(sheets: Sequence[OutSheet]) -> bytes:
    """An xlsx workbook with these sheets.

    Raises:
        TextTooLong: a text no cell can hold.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        book.set_properties({"created": _CREATED})
        for sheet in sheets:
            _write(book, sheet)
    return buffer.getvalue()


def _tame(cell: Cell) -> str:
    """Text that a spreadsheet opening the csv does not run: an apostrophe before formula characters."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_FORMULA_START) else text


def write_csv(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """UTF-8 with BOM, comma separated, CRLF; formula-like text gets a leading apostrophe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([_tame(h) for h in headings])
    writer.writerows([_tame(c) for c in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")
