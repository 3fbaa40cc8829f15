"""Bulk upsert of roster rows: by slices, each one read, one comparison in Python, at most two writes.

Slices keep memory and the time between two awaits bounded, however large the roster is. COPY FROM is refused
under row-level security; a JSON array unpacked by the server is as fast here.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Table, func, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.locks import hold
from tenants.rows import Change, Counts, Json
from tenants.scope import Scope, own, within

T = TypeVar("T")
SLICE = 500  # rows a statement
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Roster(Generic[T]):
    """How one kind of roster row is kept: table, its change table, key column, reader."""

    table: Table
    changes: Table
    key: str
    read: Callable[[Any], T]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who changes rows, when, why, from which file."""

    at: datetime
    by: str
    reason: str
    batch: UUID | None


async def upsert(
    db: AsyncConnection, scope: Scope, roster: Roster[T], items: Sequence[T], stamp: Stamp
) -> Counts:
    """Add or change rows of the own bureau and note every change; equal rows stay untouched."""
    await hold(db, "roster", roster.table.name, scope.bureau)
    if len({getattr(item, roster.key) for item in items}) != len(items):
        raise ValueError("keys repeat")
    found = Counts(0, 0, 0)
    for start in range(0, len(items), SLICE):
        part = await _slice(db, scope, roster, items[start : start + SLICE], stamp)
        found = Counts(
            found.added + part.added, found.changed + part.changed, found.unchanged + part.unchanged
        )
    return found


async def _slice(
    db: AsyncConnection, scope: Scope, roster: Roster[T], items: Sequence[T], stamp: Stamp
) -> Counts:
    wanted = {getattr(item, roster.key): item for item in items}
    kept = await _kept(db, scope, roster, list(wanted))
    touched = {key: item for key, item in wanted.items() if kept.get(key) != item}
    if touched:
        await _write(db, scope, roster, list(touched.values()), stamp)
        await _note(db, scope, roster, touched, kept, stamp)
    added = sum(key not in kept for key in touched)
    return Counts(added, len(touched) - added, len(wanted) - len(touched))


async def history(
    db: AsyncConnection, scope: Scope, roster: Roster[T], bureau: str, key: str
) -> tuple[Change, ...]:
    """Changes of one row, oldest first."""
    t = roster.changes
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c[roster.key] == key)
    return tuple(
        Change(row._mapping[roster.key], row.at, row.by, row.reason, row.before, row.after)
        for row in await db.execute(query.order_by(t.c.n))
    )


async def _kept(db: AsyncConnection, scope: Scope, roster: Roster[T], keys: list[str]) -> dict[str, T]:
    t = roster.table
    query = select(t).where(own(scope, t.c.bureau), t.c[roster.key] == text("any(:keys)"))
    rows = await db.execute(query, {"keys": keys})
    return {row._mapping[roster.key]: roster.read(row) for row in rows}


async def _write(db: AsyncConnection, scope: Scope, roster: Roster[T], items: list[T], stamp: Stamp) -> None:
    common = {"bureau": scope.bureau, "updated_at": stamp.at, "updated_by": stamp.by, "batch": stamp.batch}
    records = [{**as_json(item), **common} for item in items]
    await db.execute(
        text(_upsert_sql(roster.table, roster.key)), {"rows": await asyncio.to_thread(_dump, records)}
    )


async def _note(
    db: AsyncConnection,
    scope: Scope,
    roster: Roster[T],
    touched: dict[str, T],
    kept: dict[str, T],
    stamp: Stamp,
) -> None:
    last = select(func.coalesce(func.max(roster.changes.c.n), 0)).where(own(scope, roster.changes.c.bureau))
    start = int(await db.scalar(last) or 0) + 1
    records = [
        {
            "bureau": scope.bureau,
            "n": n,
            roster.key: key,
            "at": stamp.at,
            "by": stamp.by,
            "reason": stamp.reason,
            "before": as_json(kept[key]) if key in kept else None,
            "after": as_json(item),
            "batch": stamp.batch,
        }
        for n, (key, item) in enumerate(touched.items(), start)
    ]
    await db.execute(text(_insert_sql(roster.changes)), {"rows": await asyncio.to_thread(_dump, records)})


def _upsert_sql(table: Table, key: str) -> str:
    sets = ", ".join(f'"{c.name}" = excluded."{c.name}"' for c in table.c if c.name not in ("bureau", key))
    return f'{_insert_sql(table)} on conflict (bureau, "{key}") do update set {sets}'


def _insert_sql(table: Table) -> str:
    names = ", ".join(f'"{c.name}"' for c in table.c)
    typed = ", ".join(f'"{c.name}" {c.type.compile(_DIALECT)}' for c in table.c)
    return (
        f'insert into "{table.name}" ({names})'  # noqa: S608 - names of our own tables
        f" select {names} from jsonb_to_recordset(cast(:rows as jsonb)) as given({typed})"
    )


def as_json(item: Any) -> Json:
    """Fields of a frozen value as JSON data; own fields of a bureau by their codes."""
    found = {f.name: plain(getattr(item, f.name)) for f in fields(item)}
    return found | ({"extra": dict(item.extra)} if "extra" in found else {})


def plain(value: Any) -> Any:
    """A value as JSON data: tuples as lists, days as text."""
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def _dump(records: list[Json]) -> str:
    return json.dumps(records, ensure_ascii=False, allow_nan=False, default=str)
