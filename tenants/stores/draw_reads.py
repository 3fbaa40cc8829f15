"""Reading draws of visible bureaus."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.errors import UnfrozenDraw
from tenants.rows import Draw
from tenants.scope import Scope, own, within
from tenants.stores.common import many, one
from tenants.tables import draw as t

ZEROS = "0" * 64


async def get(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> Draw:
    """One draw of a visible bureau. Raises Missing."""
    return await one(db, _of(scope, bureau).where(t.c.draw_no == draw_no), Draw, what="抽查", key=draw_no)


async def locked(db: AsyncConnection, scope: Scope, draw_no: int) -> Draw:
    """An own draw, its row held until the unit ends, so its steps wait for each other. Raises Missing."""
    query = _of(scope, scope.bureau).where(own(scope, t.c.bureau), t.c.draw_no == draw_no)
    return await one(db, query.with_for_update(), Draw, what="抽查", key=draw_no)


async def of_subject(
    db: AsyncConnection, scope: Scope, bureau: str, subject: str, year: int
) -> tuple[Draw, ...]:
    """Draws a bureau made over one roster for the quarters of a year, void ones included, by number."""
    query = _of(scope, bureau).where(t.c.subject == subject, t.c.period.like(f"{year:04d}Q_"))
    return await many(db, query.order_by(t.c.draw_no), Draw)


async def of_period(db: AsyncConnection, scope: Scope, bureau: str, period: str) -> tuple[Draw, ...]:
    """Draws made by a bureau for a period ("2026Q1"), void ones included, by number."""
    return await many(db, _of(scope, bureau).where(t.c.period == str(period)).order_by(t.c.draw_no), Draw)


async def recent(db: AsyncConnection, scope: Scope, bureau: str, limit: int = 20) -> tuple[Draw, ...]:
    """The latest draws of a bureau, newest first."""
    return await many(
        db, _of(scope, bureau).order_by(t.c.created_at.desc(), t.c.draw_no.desc()).limit(limit), Draw
    )


async def before(db: AsyncConnection, scope: Scope, draw: Draw) -> Draw | None:
    """The draw frozen before `draw` over the same roster, item and kind by the same bureau, void or not."""
    query = _of(scope, draw.bureau).where(
        t.c.subject == draw.subject,
        t.c.item == draw.item,
        t.c.kind == draw.kind,
        t.c.draw_no < draw.draw_no,
        t.c.m.is_not(None),
    )
    found = await many(db, query.order_by(t.c.draw_no.desc()).limit(1), Draw)
    return found[0] if found else None


async def last_m(db: AsyncConnection, scope: Scope, *, before: int | None = None) -> str:
    """Hex M of the own bureau's previous draw, 64 zeros for the first: `prev` of the next manifest.

    Args:
        db: connection of a unit.
        scope: of the drawing bureau.
        before: number of the draw about to be frozen; the latest frozen one counts when not given.

    Raises:
        UnfrozenDraw: the draw before has no manifest yet, so the chain could not be continued.
    """
    if before is None:
        query = select(t.c.m).where(own(scope, t.c.bureau), t.c.m.is_not(None))
        return await db.scalar(query.order_by(t.c.draw_no.desc()).limit(1)) or ZEROS
    if before == 1:
        return ZEROS
    found = await db.scalar(select(t.c.m).where(own(scope, t.c.bureau), t.c.draw_no == before - 1))
    if found is None:
        raise UnfrozenDraw(before - 1, wanted="frozen")
    return str(found)


def _of(scope: Scope, bureau: str) -> Select[Any]:
    return select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
