"""Rosters for tables and exports: the columns of the import template, persons and telephones left out."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.roster import OFFICER_LAYOUT, SITE_LAYOUT
from policies.roster.extras import class_shown
from policies.roster.tabular import Layout
from policies.terms import Officer, Site
from services.ruling.roster_form import RosterForm
from services.sheets.writer import write_csv
from tenants.rows import Change

PERSONAL = frozenset({"phone", "legal_person", "contact", "contact_phone", "env_officer"})
# What a reader of a site's history sees, in this order; `extra` bookkeeping is left out.
Cell = str | int | None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a change; `old` and `new` as text."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change of a roster row; `fields` is empty for the row's first appearance."""

    change: Change
    fields: tuple[FieldChange, ...]


def history_rows(changes: Sequence[Change], layout: Layout) -> tuple[HistoryRow, ...]:
    """Changes, newest first, field by field under the headings of the template."""
    headings = {column.key: column.heading for column in layout.columns}
    return tuple(HistoryRow(c, _fields(c, headings)) for c in reversed(changes))


def site_cells(site: Site, form: RosterForm | None = None) -> dict[str, Cell]:
    """A site under the keys of the template, without persons; the bureau's own fields behind the others.

    Args:
        form: of the bureau's roster: its own fields, and its names of classes.
    """
    cells: dict[str, Cell] = {name: getattr(site, name, None) for name in _names(SITE_LAYOUT)}
    own = dict(site.extra)
    cells |= {one.code: own.get(one.code, "") for one in (form.extra if form else ())}
    cells |= {
        "site_class": class_shown(site, form.classes if form else {}),
        "pollution": "、".join(site.pollution),
        "special_cases": "、".join(site.special_cases),
        "lon": f"{site.lon:.6f}",
        "lat": f"{site.lat:.6f}",
        "kind": site.kind.value,
        "status": site.status.value,
        "override": "；".join(site.overrides),
    }
    return cells


def officer_cells(officer: Officer) -> dict[str, Cell]:
    """An officer under the keys of the template, without login; recusals stay in the bureau."""
    return {
        "name": officer.name,
        "certificate": officer.certificate,
        "unit": officer.unit,
        "valid_until": officer.valid_until.isoformat(),
        "lead": int(officer.lead),
        "on_post": int(officer.on_post),
        "leave_from": "；".join(first.isoformat() for first, _ in officer.leave),
        "leave_to": "；".join(last.isoformat() for _, last in officer.leave),
    }


def as_csv(layout: Layout, rows: Iterable[Any], cells: Callable[[Any], Mapping[str, Cell]]) -> bytes:
    """A table under the template's headings; cells no spreadsheet runs as formulas."""
    made = [cells(row) for row in rows]
    keys = [name for name in _names(layout) if not made or name in made[0]]
    headings = [layout.column(name).heading for name in keys]
    return write_csv(headings, [[row.get(name) for name in keys] for row in made])


def as_json(
    bureau: str,
    rows: Iterable[Any],
    cells: Callable[[Any], Mapping[str, Cell]],
    mark: Sequence[str] = (),
) -> bytes:
    """`{"bureau": …, "mark": […], "rows": [{key: value}]}` under the keys of the template."""
    body = {"bureau": bureau, "mark": list(mark), "rows": [dict(cells(row)) for row in rows]}
    return json.dumps(body, ensure_ascii=False).encode()


def _names(layout: Layout) -> list[str]:
    return [column.key for column in layout.columns if column.key not in PERSONAL]


def _fields(change: Change, headings: Mapping[str, str]) -> tuple[FieldChange, ...]:
    before = change.before
    if before is None:
        return ()
    old, new = _flat(before), _flat(change.after)
    names = [name for name in {**new, **old} if (old.get(name) or "") != (new.get(name) or "")]
    return tuple(
        FieldChange(headings.get(n, n), _text(old.get(n)), _text(new.get(n)))
        for n in names
        if n not in PERSONAL
    )


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A kept row with the bureau's own fields beside the others."""
    return {name: value for name, value in row.items() if name != "extra"} | dict(row.get("extra") or {})


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "" if value is None else str(value)


LAYOUTS: Mapping[str, Layout] = {"sites": SITE_LAYOUT, "officers": OFFICER_LAYOUT}
