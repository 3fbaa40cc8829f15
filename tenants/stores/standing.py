"""Duties and entrustments: entered with a first day, ended with a last one, never changed or removed."""

from dataclasses import fields
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Table, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.organisation_rows import Duty, Entrustment
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, many, one
from tenants.tables import duty, entrustment

T = TypeVar("T", Duty, Entrustment)
_TABLES: dict[type[Any], Table] = {Duty: duty, Entrustment: entrustment}


async def put(db: AsyncConnection, scope: Scope, row: Duty | Entrustment) -> None:
    """Keep a row of the own bureau."""
    require_own(scope, row.bureau)
    values = {f.name: getattr(row, f.name) for f in fields(row)}
    await db.execute(insert(_TABLES[type(row)]).values(**values))


async def end(
    db: AsyncConnection,
    scope: Scope,
    kind: type[Duty | Entrustment],
    id: UUID,
    *,
    until: date,
    by: str,
    at: datetime,
) -> None:
    """Set the last day. Raises WrongState when it was ended before."""
    t = _TABLES[kind]
    statement = update(t).where(own(scope, t.c.bureau), t.c.id == id, t.c.ended_at.is_(None))
    await change(db, statement.values(until=until, ended_by=by, ended_at=at), wanted="open")


async def get(db: AsyncConnection, scope: Scope, kind: type[T], bureau: str, id: UUID) -> T:
    """One row of a visible bureau. Raises Missing."""
    t = _TABLES[kind]
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.id == id)
    return await one(db, query, kind, what="登记", key=id)


async def all_of(
    db: AsyncConnection, scope: Scope, kind: type[T], bureau: str, *, on: date | None = None
) -> tuple[T, ...]:
    """Rows of a visible bureau, oldest first; `on` = only those that hold on that day."""
    t = _TABLES[kind]
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    if on is not None:
        query = query.where(t.c.since <= on, or_(t.c.until.is_(None), t.c.until >= on))
    return await many(db, query.order_by(t.c.since, t.c.at, t.c.id), kind)
