"""A file of another system under our own headings: read by the columns of a profile, its words put into ours.

A column the profile names and the file lacks refuses the file: nothing is guessed from a likeness.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from xml.parsers import expat

from policies.errors import Place
from policies.roster.headings import heading
from policies.roster.tabular import Column, Layout
from services.connectors.incoming_errors import OtherForm
from services.connectors.profiles import LAYOUTS, Format, Profile
from services.sheets import LIMITS, read_table
from services.sheets.errors import EmptyFile, MissingColumns
from services.sheets.reader import load_bytes

Lines = Sequence[Mapping[str, str]]


def csv_of(profile: Profile, name: str, data: bytes) -> bytes:
    """The file as a csv of the template's columns the profile names, one line a row.

    Raises:
        OtherForm: not a file of the profile's format. MissingColumns: a column of the profile is not there.
        Problem: it is empty, too large or damaged (see `read_table`).
    """
    lines = READERS[profile.format](profile, name, load_bytes(data, name, LIMITS))
    if not lines:
        raise EmptyFile("0", where=Place(file=name))
    back = {field: {theirs: ours for ours, theirs in words.items()} for field, words in profile.codes.items()}
    fields = [one.key for one in LAYOUTS[profile.takes].columns if one.key in lines[0]]
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow([LAYOUTS[profile.takes].column(key).heading for key in fields])
    for line in lines:
        rows.writerow([back.get(key, {}).get(line[key], line[key]) for key in fields])
    return out.getvalue().encode()


def _sheet(profile: Profile, name: str, data: bytes) -> Lines:
    """xlsx and csv: the one table that has the columns of the profile as headings."""
    columns = tuple(Column(one.field, one.heading, must_exist=True) for one in profile.columns)
    table = read_table(data, name, Layout(profile.id, profile.sheet, profile.sheet, columns))
    keys = [one.field for one in profile.columns]
    return [{key: row.cells.get(key, "") for key in keys} for row in table.rows]


def _json(profile: Profile, name: str, data: bytes) -> Lines:
    """{"rows": [{heading: value}]}, or the list alone."""
    try:
        found: Any = json.loads(data)
    except (ValueError, RecursionError):
        raise OtherForm("json", where=Place(file=name), format="json") from None
    rows = found.get("rows") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise OtherForm("rows", where=Place(file=name), format="json")
    return _named(profile, name, [{str(k): _text(v, name) for k, v in row.items()} for row in rows])


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise OtherForm(type(value).__name__, where=Place(file=name), format="json")
    return str(value)


def _xml(profile: Profile, name: str, data: bytes) -> Lines:
    """<row><cell name="heading">value</cell></row>, as our own files are written; without definitions."""
    rows, parser = _Rows(), expat.ParserCreate()
    parser.StartDoctypeDeclHandler = rows.doctype  # before anything is defined: nothing is ever expanded
    parser.StartElementHandler, parser.EndElementHandler = rows.start, rows.end
    parser.CharacterDataHandler = rows.data
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise OtherForm("xml", where=Place(file=name), format="xml") from None
    return _named(profile, name, rows.found)


class _Rows:
    """What a parser finds: rows and their cells, nothing nested kept."""

    def __init__(self) -> None:
        self.found: list[dict[str, str]] = []
        self._cell: str | None = None
        self._said: list[str] = []

    def doctype(self, *_: object) -> None:
        raise ValueError("doctype")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "row":
            self.found.append({})
        if tag == "cell" and self.found:
            self._cell, self._said = attributes.get("name", ""), []

    def data(self, text: str) -> None:
        if self._cell is not None:
            self._said.append(text)

    def end(self, tag: str) -> None:
        if tag == "cell" and self._cell is not None:
            self.found[-1][self._cell] = "".join(self._said)
            self._cell = None


def _named(profile: Profile, name: str, rows: Iterable[Mapping[str, str]]) -> Lines:
    """Headings → fields. Raises MissingColumns: no row of the file has a heading of the profile."""
    read = [{heading(said): text.strip() for said, text in row.items()} for row in rows]
    there = {said for row in read for said in row}
    missing = [one.heading for one in profile.columns if heading(one.heading) not in there]
    if read and missing:
        have = "、".join(sorted(there))[:200]
        raise MissingColumns(have, where=Place(file=name), missing="、".join(missing))
    return [{one.field: row.get(heading(one.heading), "") for one in profile.columns} for row in read]


READERS: Mapping[Format, Callable[[Profile, str, bytes], Lines]] = {
    "xlsx": _sheet,
    "csv": _sheet,
    "json": _json,
    "xml": _xml,
}
