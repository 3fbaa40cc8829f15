"""Leave and recusals of officers: kept with their reasons, ended once, never changed."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.officer_rows import Span
from tenants.scope import Scope, own, within
from tenants.stores.common import change, many, one
from tenants.tables import officer_span as t
from tenants.tables import site

_LISTED = ("active", "suspended")


async def keep(db: AsyncConnection, scope: Scope, span: Span) -> None:
    """Keep one of the scope's own bureau. Raises Conflict when leaves overlap or the recusal stands."""
    with neutral_errors():
        await db.execute(insert(t).values(**asdict(span) | {"bureau": scope.bureau}))


async def in_bureau(
    db: AsyncConnection, scope: Scope, bureau: str, certificate: str | None = None, *, ended: bool = True
) -> tuple[Span, ...]:
    """Leave and recusals of a visible bureau, or of one officer, newest first; `ended`: also those."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    if certificate is not None:
        query = query.where(t.c.certificate == certificate)
    if not ended:
        query = query.where(t.c.ended_at.is_(None))
    return await many(db, query.order_by(t.c.at.desc(), t.c.id), Span)


async def get(db: AsyncConnection, scope: Scope, id: UUID) -> Span:
    """One of the own bureau. Raises Missing."""
    return await one(db, select(t).where(own(scope, t.c.bureau), t.c.id == id), Span, what="登记", key=id)


async def end(db: AsyncConnection, scope: Scope, id: UUID, at: datetime, why: str) -> None:
    """End one of the own bureau as the scope's subject. Raises WrongState when it has ended."""
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.ended_at.is_(None))
    values = {"ended_at": at, "ended_by": scope.subject, "ended_why": why}
    await change(db, update(t).where(*where).values(**values), wanted="standing")


async def sites_named(db: AsyncConnection, scope: Scope, code: str, name: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of listed sites of the own bureau with that code, credit code or whole name."""
    c = site.c
    meant = or_(c.code == code, c.credit_code == code, c.name == name)
    query = select(c.code, c.name).where(own(scope, c.bureau), c.status.in_(_LISTED), meant)
    return tuple((row.code, row.name) for row in await db.execute(query.order_by(c.code).limit(20)))


async def site_names(
    db: AsyncConnection, scope: Scope, bureau: str, codes: Collection[str]
) -> dict[str, str]:
    """Code → name of sites of a visible bureau."""
    c = site.c
    query = select(c.code, c.name).where(within(scope, c.bureau), c.bureau == bureau, c.code.in_(codes))
    return {row.code: row.name for row in await db.execute(query)}
