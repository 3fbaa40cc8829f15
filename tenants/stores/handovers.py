"""Handovers of a bureau's roster from one named keeper to the next, in the order they were begun."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.role_rows import Handover
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, many
from tenants.tables import keeper_handover as t


async def of_bureau(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[Handover, ...]:
    """Every handover of a visible bureau, the latest first, withdrawn ones included."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    return await many(db, query.order_by(t.c.n.desc()), Handover)


async def next_number(db: AsyncConnection, scope: Scope) -> int:
    """The number the next handover of the own bureau gets, from 1."""
    last = await db.scalar(select(func.max(t.c.n)).where(own(scope, t.c.bureau)))
    return (last or 0) + 1


async def give(db: AsyncConnection, scope: Scope, row: Handover) -> None:
    """Keep a handover that waits for its taker. Raises Conflict: another one waits already."""
    require_own(scope, row.bureau)
    with neutral_errors():
        await db.execute(insert(t).values(**{f.name: getattr(row, f.name) for f in fields(row)}))


async def confirm(db: AsyncConnection, scope: Scope, n: int, *, by: str, at: datetime) -> None:
    """The taker confirms. Raises WrongState: settled. Conflict: by anybody else."""
    await _settle(db, scope, n, confirmed_by=by, confirmed_at=at)


async def withdraw(db: AsyncConnection, scope: Scope, n: int, *, by: str, at: datetime) -> None:
    """Take back or decline one that waits. Raises WrongState when it is settled."""
    await _settle(db, scope, n, withdrawn_by=by, withdrawn_at=at)


async def _settle(db: AsyncConnection, scope: Scope, n: int, **values: object) -> None:
    free = t.c.confirmed_by.is_(None), t.c.withdrawn_by.is_(None)
    statement = update(t).where(own(scope, t.c.bureau), t.c.n == n, *free)
    with neutral_errors():
        await change(db, statement.values(**values), wanted="given")
