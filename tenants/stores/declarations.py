"""Declared absences and recusals: they stand until withdrawn, and no reason is kept."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.rows import Declaration
from tenants.scope import Scope, own, within
from tenants.stores.common import change, many
from tenants.tables import declaration as t


async def absent(db: AsyncConnection, scope: Scope, certificate: str, day: date, at: datetime) -> bool:
    """An officer of the own bureau is away on a day. Returns False when that stands already."""
    found = await on_day(db, scope, scope.bureau, day)
    if certificate in {one.certificate for one in found}:
        return False
    who = scope.subject
    await _put(db, Declaration(scope.bureau, uuid4(), "absence", certificate, day, None, None, who, at))
    return True


async def recused(
    db: AsyncConnection, scope: Scope, draw_no: int, slot: int, certificate: str, at: datetime
) -> bool:
    """An officer must not go on an own visit. Returns False when that stands already."""
    found = await of_draw(db, scope, scope.bureau, draw_no)
    if (slot, certificate) in {(one.slot, one.certificate) for one in found}:
        return False
    who = scope.subject
    await _put(db, Declaration(scope.bureau, uuid4(), "recusal", certificate, None, draw_no, slot, who, at))
    return True


async def on_day(db: AsyncConnection, scope: Scope, bureau: str, day: date) -> tuple[Declaration, ...]:
    """Absences of a day that stand."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.withdrawn_at.is_(None))
    return await many(db, query.where(t.c.day == day).order_by(t.c.at, t.c.id), Declaration)


async def of_draw(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> tuple[Declaration, ...]:
    """Recusals on visits of a draw that stand."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.withdrawn_at.is_(None))
    return await many(db, query.where(t.c.draw_no == draw_no).order_by(t.c.at, t.c.id), Declaration)


async def withdraw(db: AsyncConnection, scope: Scope, id: UUID, at: datetime) -> None:
    """Take a declaration back as the scope's subject.

    Raises:
        WrongState: it does not stand, or an event rests on it.
    """
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.withdrawn_at.is_(None), t.c.rested_at.is_(None))
    values = {"withdrawn_by": scope.subject, "withdrawn_at": at}
    await change(db, update(t).where(*where).values(**values), wanted="declared")


async def find(db: AsyncConnection, scope: Scope, id: UUID) -> Declaration | None:
    """An own declaration, withdrawn or not; None when there is none."""
    found = await many(db, select(t).where(own(scope, t.c.bureau), t.c.id == id), Declaration)
    return found[0] if found else None


async def rest(db: AsyncConnection, scope: Scope, ids: Sequence[UUID], at: datetime) -> int:
    """Note that an event rests on own declarations. Returns how many of them stand."""
    where = (own(scope, t.c.bureau), t.c.id.in_(ids), t.c.withdrawn_at.is_(None))
    values = {"rested_at": func.coalesce(t.c.rested_at, at)}
    return (await db.execute(update(t).where(*where).values(**values))).rowcount


async def _put(db: AsyncConnection, row: Declaration) -> None:
    with neutral_errors():
        await db.execute(insert(t).values(**asdict(row)))
