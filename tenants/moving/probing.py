"""Do the sealed lists still open where they were copied to? Nothing that is opened leaves this file."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.sealing import KeyProvider, part_row, task_row, unseal
from tenants.tables import draw, draw_sealed, task


async def probe_seals(db: AsyncConnection, keys: KeyProvider, bureau: str) -> int:
    """Open one sealed row of every draw of a bureau and forget it; returns how many draws were tried.

    No journal entry: nobody reads anything; the move itself is journalled.

    Args:
        db: the mover's connection in the new home.
        keys: provider of the bureau's key.
        bureau: whose draws.

    Raises:
        NoKey, SealBroken: a draw would not open there.
    """
    query = select(draw.c.draw_no, draw.c.wrapped_key).where(draw.c.bureau == bureau)
    tried = 0
    for no, wrapped in (await db.execute(query.where(draw.c.wrapped_key.is_not(None)))).all():
        key = await keys.unwrap(bureau, wrapped)
        for row, blob in await _some(db, bureau, no):
            unseal(key, blob, bureau=bureau, draw_no=no, row=row)
        tried += 1
    return tried


async def _some(db: AsyncConnection, bureau: str, no: int) -> list[tuple[str, bytes]]:
    """The first drawn visit and the smallest sealed part of a draw, where there are any."""
    visits = select(task.c.slot, task.c.blob).where(task.c.bureau == bureau, task.c.draw_no == no)
    parts = select(draw_sealed.c.part, draw_sealed.c.blob).where(
        draw_sealed.c.bureau == bureau, draw_sealed.c.draw_no == no
    )
    found = []
    for query, name in (
        (visits.order_by(task.c.slot), task_row),
        (parts.order_by(draw_sealed.c.part), part_row),
    ):
        row = await _first(db, query)
        if row is not None:
            found.append((name(row[0]), bytes(row[1])))
    return found


async def _first(db: AsyncConnection, query: Select[Any]) -> Any:
    return (await db.execute(query.limit(1))).first()
