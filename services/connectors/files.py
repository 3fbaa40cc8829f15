"""The connector by file: the columns of a profile in its format, a batch number typed in as the receipt."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from services.connectors.base import Line, OutFile
from services.connectors.incoming import csv_of
from services.connectors.profiles import Format, Profile
from services.sheets import Cell, OutSheet, write_table
from services.sheets.writer import write_csv
from services.visiting.visit_errors import BadProfile

Rows = Sequence[Sequence[Cell]]


def _xlsx(profile: Profile, headings: tuple[str, ...], rows: Rows, notes: tuple[str, ...]) -> bytes:
    widths = tuple(column.width for column in profile.columns)
    return write_table([OutSheet(profile.sheet, headings, rows, notes=notes, widths=widths)])


def _csv(_: Profile, headings: tuple[str, ...], rows: Rows, notes: tuple[str, ...]) -> bytes:
    return write_csv(headings, rows)  # a note above the headings would be read as a row


def _json(profile: Profile, headings: tuple[str, ...], rows: Rows, notes: tuple[str, ...]) -> bytes:
    whole = {
        "system": profile.target,
        "notes": list(notes),
        "rows": [dict(zip(headings, row, strict=True)) for row in rows],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _xml(profile: Profile, headings: tuple[str, ...], rows: Rows, notes: tuple[str, ...]) -> bytes:
    """Headings are attributes: as names of elements many of them would not be allowed."""
    top = Element("results", system=profile.target)
    for note in notes:
        SubElement(top, "note").text = _plain(note)
    for row in rows:
        line = SubElement(top, "row")
        for heading, cell in zip(headings, row, strict=True):
            SubElement(line, "cell", name=heading).text = "" if cell is None else _plain(str(cell))
    indent(top, " ")
    return bytes(tostring(top, encoding="utf-8", xml_declaration=True))


def _plain(text: str) -> str:
    """Without the control characters XML has no way to write."""
    return "".join(c for c in text if c >= " " or c in "\t\n\r")


WRITERS: Mapping[Format, Callable[[Profile, tuple[str, ...], Rows, tuple[str, ...]], bytes]] = {
    "xlsx": _xlsx,
    "csv": _csv,
    "json": _json,
    "xml": _xml,
}


@dataclass(frozen=True, slots=True)
class FileConnector:
    """Writes what a person uploads."""

    profile: Profile

    @property
    def target(self) -> str:
        """Name of the system."""
        return self.profile.target

    def results(self, name: str, lines: Sequence[Line], notes: Sequence[str] = ()) -> OutFile:
        """The lines in the format of the profile; see `Connector.results`."""
        profile, said = self.profile, (*notes, self.profile.note)
        headings = tuple(column.heading for column in profile.columns)
        rows = [tuple(profile.cell(column, line) for column in profile.columns) for line in lines]
        return OutFile(f"{name}.{profile.format}", WRITERS[profile.format](profile, headings, rows, said))

    def table(self, name: str, data: bytes) -> bytes:
        """A file of theirs under our headings; see `Connector.table`."""
        return csv_of(self.profile, name, data)

    def receipt(self, text: str) -> str:
        """The batch number as typed, without outer space."""
        number = text.strip()
        if not re.fullmatch(self.profile.receipt, number):
            raise BadProfile(number[:60], need=f"回执号符合 {self.profile.receipt}")
        return number
