"""Sealed changes of a drawn list, in order."""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.locks import hold
from tenants.rows import DrawEvent
from tenants.scope import Scope, own, within
from tenants.stores.common import many
from tenants.tables import draw_event as t


async def next_n(db: AsyncConnection, scope: Scope, draw_no: int) -> int:
    """Number for the next event of an own draw, from 1; holds the draw's events until the unit ends."""
    await hold(db, "event", scope.bureau, str(draw_no))
    query = select(func.coalesce(func.max(t.c.n), 0)).where(own(scope, t.c.bureau), t.c.draw_no == draw_no)
    return int(await db.scalar(query) or 0) + 1


async def keep(
    db: AsyncConnection, scope: Scope, draw_no: int, n: int, blob: bytes, h: str, at: datetime
) -> None:
    """Keep event `n` (from `next_n`), sealed with row `event_row(n)`; `h` is its hex hash in the log.

    Raises:
        SameHand: no proposal that another person approved covers the number.
    """
    with neutral_errors():
        await db.execute(insert(t).values(bureau=scope.bureau, draw_no=draw_no, n=n, blob=blob, h=h, at=at))


async def number_of(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> int:
    """How many changes a draw has had; they are numbered from 1 without gaps."""
    query = select(func.coalesce(func.max(t.c.n), 0)).where(within(scope, t.c.bureau))
    return int(await db.scalar(query.where(t.c.bureau == bureau, t.c.draw_no == draw_no)) or 0)


async def of_draw(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> tuple[DrawEvent, ...]:
    """Events of a draw in order, still sealed."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.draw_no == draw_no)
    return await many(db, query.order_by(t.c.n), DrawEvent)
