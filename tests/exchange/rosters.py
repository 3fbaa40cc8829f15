"""Rosters as another system would send them: its headings, its words, its formats."""

import csv
import io
import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from policies.roster.columns import SITE_LAYOUT
from services.connectors import Profile, profiles
from services.demo.rosters import make_rosters
from services.sheets import OutSheet, read_table, write_table

from .conftest import XP

ROSTER = "henan-roster"


def site_rows(folder: Path, count: int) -> list[dict[str, str]]:
    """Rows of the demonstration's county, by field."""
    data = make_rosters(folder)[XP].sites.read_bytes()
    found = [dict(row.cells) for row in read_table(data, "名录.xlsx", SITE_LAYOUT).rows]
    return found[:count]


def sent(
    rows: list[dict[str, str]], format: str = "csv", profile: str = ROSTER, without: tuple[str, ...] = ()
) -> bytes:
    """The rows under the headings of a profile, in its words."""
    system = profiles()[profile]
    columns = [one for one in system.columns if one.field not in without]
    return WRITERS[format](
        [one.heading for one in columns], [[_said(system, one.field, row) for one in columns] for row in rows]
    )


def _said(system: Profile, field: str, row: dict[str, str]) -> str:
    return system.codes.get(field, {}).get(row.get(field, ""), row.get(field, ""))


def _csv(headings: list[str], rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([headings, *rows])
    return out.getvalue().encode()


def _xlsx(headings: list[str], rows: list[list[str]]) -> bytes:
    return write_table([OutSheet("名录", tuple(headings), rows)])


def _json(headings: list[str], rows: list[list[str]]) -> bytes:
    return json.dumps({"rows": [dict(zip(headings, row, strict=True)) for row in rows]}).encode()


def _xml(headings: list[str], rows: list[list[str]]) -> bytes:
    lines = [
        "".join(f"<cell name={quoteattr(h)}>{escape(v)}</cell>" for h, v in zip(headings, row, strict=True))
        for row in rows
    ]
    return ("<results>" + "".join(f"<row>{line}</row>" for line in lines) + "</results>").encode()


WRITERS: dict[str, Any] = {"csv": _csv, "xlsx": _xlsx, "json": _json, "xml": _xml}
