"""Reading the cells of one row: a fault is noted with its place and reading goes on."""

import re
from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from policies.errors import Place
from policies.roster import codes
from policies.roster.code_errors import MangledCode
from policies.roster.errors import BadDate, BadNumber, MissingValue, RowError, StrayCells, UnknownValue
from policies.roster.tabular import Layout, Row, Table

V = TypeVar("V")

_SEPARATORS = re.compile(r"[、,，;；|\s]+")
_WORD_SEPARATORS = re.compile(r"[、,，;；|\s/／+＋]+")
_DATES = (
    re.compile(r"(\d{4})年?"),
    re.compile(r"(\d{4})(?:[-/]|年)(\d{1,2})月?"),  # not 2015.1: a spreadsheet may have cut it from 2015.10
    re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?(?:[ T]\d{2}:\d{2}(?::\d{2})?)?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
_DECIMAL = re.compile(r"\d{1,3}(?:\.\d{1,12})?")
_DEGREES = re.compile(r"(\d{1,3})[°度](?:(\d{1,2}(?:\.\d+)?)[′'分](?:(\d{1,2}(?:\.\d+)?)[″\"秒])?)?")


def split(text: str) -> tuple[str, ...]:
    """Parts of a cell that holds several codes or dates, in order, without blanks."""
    return tuple(part for part in _SEPARATORS.split(text) if part)


def split_words(text: str) -> tuple[str, ...]:
    """Parts of a cell that holds several words, which a slash or a plus may separate too."""
    return tuple(part for part in _WORD_SEPARATORS.split(text) if part)


def degrees(text: str) -> float | None:
    """Decimal degrees from "114.02" or "114°01′12″", E/N before or after allowed; None if neither."""
    bare = text.strip().strip("EeNn东经北纬 ")
    if _DECIMAL.fullmatch(bare.rstrip("°度")):
        return float(bare.rstrip("°度"))
    match = _DEGREES.fullmatch(bare.replace("’", "′").replace("”", "″"))
    if match is None:
        return None
    whole, minutes, seconds = (float(g or 0) for g in match.groups())
    return round(whole + minutes / 60 + seconds / 3600, 7) if minutes < 60 and seconds < 60 else None


class Cells:
    """The cells of one row with the faults and remarks found so far.

    Args:
        table: where the row stands.
        row: the row.
        layout: headings for the messages.
        required: keys whose empty cell is a fault.
    """

    def __init__(self, table: Table, row: Row, layout: Layout, required: frozenset[str]) -> None:
        self._table = table
        self._row = row
        self._layout = layout
        self.errors: list[RowError] = []
        self.warnings: list[RowError] = []
        for at, text in row.stray[:1]:
            self.errors.append(StrayCells(text, where=self._place(at), cell=f"{at}{row.number}"))
        for column in layout.columns:
            if column.key in required and not self.text(column.key):
                self.fail(MissingValue, column.key)

    def _place(self, heading: str) -> Place:
        return Place(self._table.file, self._table.sheet, self._row.number, heading)

    def _note(self, kind: type[RowError], key: str, facts: Mapping[str, object]) -> RowError:
        heading = self._layout.column(key).heading
        at = self._table.letters.get(key)
        cell = f"{at}{self._row.number}" if at else ""
        given = {"got": self.text(key)[:60], "column": heading, **facts}
        return kind(given.pop("got"), where=self._place(heading), cell=cell, **given)

    def fail(self, kind: type[RowError], key: str, **facts: object) -> None:
        """Note a fault of the cell `key`: the row will be refused."""
        self.errors.append(self._note(kind, key, facts))

    def warn(self, kind: type[RowError], key: str, **facts: object) -> None:
        """Note a remark on the cell `key`."""
        self.warnings.append(self._note(kind, key, facts))

    @property
    def number(self) -> int:
        """Spreadsheet row."""
        return self._row.number

    def text(self, key: str) -> str:
        """Text of the cell, "" when empty or when the file has no such column."""
        return self._row.cells.get(key, "")

    def code(self, key: str) -> str:
        """Compact code; notes a code the spreadsheet has destroyed and then gives ""."""
        text = self.text(key)
        if codes.mangled(text):
            self.fail(MangledCode, key)
            return ""
        return codes.compact(text)

    def word(self, key: str, words: Mapping[str, V], default: V) -> V:
        """Meaning of the cell's word; `default` when empty (a required column has noted that) or unknown."""
        text = self.text(key)
        if text and text not in words:
            self.fail(UnknownValue, key, allowed="、".join(words))
        return words.get(text, default)

    def words(self, key: str, words: Mapping[str, V]) -> tuple[V, ...]:
        """Meanings of the cell's several words, each once, in order of appearance."""
        parts = split_words(self.text(key))
        for part in parts:
            if part not in words:
                self.fail(UnknownValue, key, got=part, allowed="、".join(words))
        return tuple(dict.fromkeys(words[p] for p in parts if p in words))

    def degrees(self, key: str, low: int, high: int) -> float | None:
        """Decimal degrees within [low, high]."""
        text = self.text(key)
        value = degrees(text)
        if text and (value is None or not low <= value <= high):
            self.fail(BadNumber, key, low=low, high=high)
            return None
        return value

    def count(self, key: str, high: int) -> int:
        """A whole number from 0 to `high`; an empty cell is 0."""
        text = self.text(key)
        if not text:
            return 0
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) > high:
            self.fail(BadNumber, key, low=0, high=high)
            return 0
        return int(text)

    def partial_date(self, key: str) -> str:
        """ISO text of a year, month or day; "" when empty or bad."""
        text = self.text(key)
        parts = _date_parts(text)
        if text and not _is_date(parts):
            self.fail(BadDate, key, form="年、年-月或年-月-日", example="2015-06")
            return ""
        return "-".join(f"{p:02d}" for p in parts)

    def day(self, key: str, text: str | None = None) -> date | None:
        """A whole date, from the cell or from one of its parts."""
        given = self.text(key) if text is None else text
        parts = _date_parts(given)
        if given and (len(parts) != 3 or not _is_date(parts)):
            self.fail(BadDate, key, got=given, form="年-月-日", example="2028-12-31")
            return None
        return date(parts[0], parts[1], parts[2]) if parts else None


def _date_parts(text: str) -> list[int]:
    """Year, month, day as far as given; empty for text that is no date."""
    for form in _DATES:
        if match := form.fullmatch(text.strip()):
            return [int(g) for g in match.groups()]
    return []


def _is_date(parts: list[int]) -> bool:
    """True for [year], [year, month] or [year, month, day] that exist."""
    try:
        date(*[*parts, 1, 1][:3])
    except (TypeError, ValueError):
        return False
    return bool(parts) and 1900 <= parts[0] <= 2199
