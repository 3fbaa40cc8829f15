"""The training log of officers: entered, withdrawn with a reason, never changed."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import extract, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.officer_rows import Training
from tenants.scope import Scope, own, within
from tenants.stores.common import change, many, one
from tenants.tables import officer_training as t


async def keep(db: AsyncConnection, scope: Scope, rows: Sequence[Training]) -> None:
    """Keep some of the scope's own bureau."""
    with neutral_errors():
        await db.execute(insert(t), [asdict(row) | {"bureau": scope.bureau} for row in rows])


async def in_bureau(
    db: AsyncConnection,
    scope: Scope,
    bureau: str,
    certificate: str | None = None,
    year: int | None = None,
) -> tuple[Training, ...]:
    """Trainings of a visible bureau, of one officer, of one year; latest first, withdrawn ones included."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    if certificate is not None:
        query = query.where(t.c.certificate == certificate)
    if year is not None:
        query = query.where(extract("year", t.c.day) == year)
    return await many(db, query.order_by(t.c.day.desc(), t.c.certificate, t.c.id), Training)


async def get(db: AsyncConnection, scope: Scope, id: UUID) -> Training:
    """One of the own bureau. Raises Missing."""
    query = select(t).where(own(scope, t.c.bureau), t.c.id == id)
    return await one(db, query, Training, what="培训记录", key=id)


async def withdraw(db: AsyncConnection, scope: Scope, id: UUID, at: datetime, why: str) -> None:
    """Withdraw one of the own bureau as the scope's subject. Raises WrongState when it is withdrawn."""
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.withdrawn_at.is_(None))
    values = {"withdrawn_at": at, "withdrawn_by": scope.subject, "withdrawn_why": why}
    await change(db, update(t).where(*where).values(**values), wanted="entered")
