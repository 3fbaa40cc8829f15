"""Visits sealed anew after a change: the first payload stays, the latest one counts."""

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.scope import Scope, within
from tenants.tables import task_rewrite as t


async def keep(db: AsyncConnection, scope: Scope, draw_no: int, slot: int, n: int, blob: bytes) -> None:
    """Keep the payload of an own visit after event `n`, sealed with row `rewrite_row(slot, n)`."""
    await db.execute(insert(t).values(bureau=scope.bureau, draw_no=draw_no, slot=slot, n=n, blob=blob))


async def latest(
    db: AsyncConnection, scope: Scope, bureau: str, draw_no: int, slots: Sequence[int] | None = None
) -> dict[int, tuple[int, bytes]]:
    """slot → (event, sealed payload) of the visits that were sealed anew; the latest of each."""
    query = select(t.c.slot, t.c.n, t.c.blob).where(
        within(scope, t.c.bureau), t.c.bureau == bureau, t.c.draw_no == draw_no
    )
    if slots is not None:
        query = query.where(t.c.slot.in_(slots))
    return {slot: (n, bytes(blob)) for slot, n, blob in await db.execute(query.order_by(t.c.slot, t.c.n))}
