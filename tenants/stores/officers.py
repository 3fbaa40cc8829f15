"""The roster of inspecting officers (执法人员)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from policies.terms import Officer
from tenants.locks import hold
from tenants.rows import Change, Counts
from tenants.scope import Scope, own, within
from tenants.stores import bulk
from tenants.tables import officer as t
from tenants.tables import officer_change, officer_span

_COLUMNS = [column for column in t.c if column.name in Officer.__dataclass_fields__]


async def upsert(
    db: AsyncConnection,
    scope: Scope,
    officers: Sequence[Officer],
    *,
    batch: UUID | None = None,
    at: datetime,
    by: str,
    reason: str,
) -> Counts:
    """Add or change officers of the own bureau; officers not named stay as they are.

    What was entered or declared for an officer, and stands, stays in the row whatever a file says.
    """
    await hold(db, "roster", t.name, scope.bureau)  # none is entered between the look and the write
    kept = await with_spans(db, scope, officers)
    return await bulk.upsert(db, scope, ROSTER, kept, bulk.Stamp(at, by, reason, batch))


async def with_spans(db: AsyncConnection, scope: Scope, officers: Sequence[Officer]) -> tuple[Officer, ...]:
    """Officers of the own bureau with their standing leave and recusals among those they bring."""
    s = officer_span
    query = select(s.c.certificate, s.c.site, s.c.first, s.c.last)
    rows = list(
        await db.execute(query.where(own(scope, s.c.bureau), s.c.ended_at.is_(None)).order_by(s.c.at))
    )
    return tuple(
        _joined(one, [row for row in rows if row.certificate == one.certificate]) for one in officers
    )


async def all_of(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[Officer, ...]:
    """Every officer of a visible bureau, by certificate."""
    return tuple(_read(row) for row in await db.execute(_of(scope, bureau).order_by(t.c.certificate)))


async def one(db: AsyncConnection, scope: Scope, bureau: str, certificate: str) -> Officer:
    """One officer. Raises Missing."""
    row = (await db.execute(_of(scope, bureau).where(t.c.certificate == certificate))).first()
    if row is None:
        raise Missing(certificate, what="执法人员")
    return _read(row)


async def of_person(db: AsyncConnection, scope: Scope, bureau: str, subject: str) -> tuple[Officer, ...]:
    """Officers that belong to a login."""
    return tuple(_read(row) for row in await db.execute(_of(scope, bureau).where(t.c.person == subject)))


async def history(db: AsyncConnection, scope: Scope, bureau: str, certificate: str) -> tuple[Change, ...]:
    """Changes of one officer, oldest first."""
    return await bulk.history(db, scope, ROSTER, bureau, certificate)


async def as_of(db: AsyncConnection, scope: Scope, bureau: str, before: datetime) -> tuple[Officer, ...]:
    """The roster as it was kept just before a moment, by certificate: from its changes."""
    c = officer_change
    kept = (within(scope, c.c.bureau), c.c.bureau == bureau, c.c.at < before)
    newest = select(func.max(c.c.n)).where(*kept).group_by(c.c.certificate)
    query = select(c.c.after).where(*kept, c.c.n.in_(newest)).order_by(c.c.certificate)
    return tuple(kept_as(row.after) for row in await db.execute(query))


def _of(scope: Scope, bureau: str) -> Select[Any]:
    return select(*_COLUMNS).where(within(scope, t.c.bureau), t.c.bureau == bureau)


def _joined(officer: Officer, spans: Sequence[Any]) -> Officer:
    leave = dict.fromkeys((*officer.leave, *((s.first, s.last) for s in spans if s.site is None)))
    recusals = dict.fromkeys((*officer.recusals, *(s.site for s in spans if s.site is not None)))
    return replace(officer, leave=tuple(leave), recusals=tuple(recusals))


def kept_as(row: dict[str, Any]) -> Officer:
    """An officer as its change keeps it."""
    return _officer(row | {"valid_until": date.fromisoformat(row["valid_until"])})


def _read(row: Any) -> Officer:
    return _officer(row._mapping)


def _officer(row: Any) -> Officer:
    values = {name: row[name] for name in Officer.__dataclass_fields__}
    values["leave"] = tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in values["leave"])
    values["recusals"] = tuple(values["recusals"])
    return Officer(**values)


ROSTER = bulk.Roster(t, officer_change, "certificate", _read)
