"""Joint visits: two bureaus drew the same site; each keeps its own side of the link."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.rows import Joint
from tenants.scope import Scope, within
from tenants.stores.common import many
from tenants.tables import joint as t


async def link(
    db: AsyncConnection,
    scope: Scope,
    draw_no: int,
    slot: int,
    other_bureau: str,
    other_draw_no: int,
    other_slot: int,
) -> None:
    """Keep the own side. A job that links both calls `enter` with the other bureau's scope in between."""
    other = {"other_bureau": other_bureau, "other_draw_no": other_draw_no, "other_slot": other_slot}
    await db.execute(insert(t).values(bureau=scope.bureau, draw_no=draw_no, slot=slot, **other))


async def of_draw(
    db: AsyncConnection, scope: Scope, bureau: str, draw_no: int, slot: int | None = None
) -> tuple[Joint, ...]:
    """Links of a draw, or of one of its visits; also those whose other side is void by now."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.draw_no == draw_no)
    if slot is not None:
        query = query.where(t.c.slot == slot)
    return await many(db, query.order_by(t.c.slot, t.c.other_bureau, t.c.other_draw_no), Joint)
