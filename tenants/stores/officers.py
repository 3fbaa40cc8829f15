"""The roster of inspecting officers (执法人员)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from policies.terms import Officer
from tenants.rows import Change, Counts
from tenants.scope import Scope, within
from tenants.stores import bulk
from tenants.tables import officer as t
from tenants.tables import officer_change

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
    """Add or change officers of the own bureau; officers not named stay as they are."""
    return await bulk.upsert(db, scope, ROSTER, officers, bulk.Stamp(at, by, reason, batch))


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


def _of(scope: Scope, bureau: str) -> Select[Any]:
    return select(*_COLUMNS).where(within(scope, t.c.bureau), t.c.bureau == bureau)


def _read(row: Any) -> Officer:
    values = {name: row._mapping[name] for name in Officer.__dataclass_fields__}
    values["leave"] = tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in values["leave"])
    values["recusals"] = tuple(values["recusals"])
    return Officer(**values)


ROSTER = bulk.Roster(t, officer_change, "certificate", _read)
