"""Sealed parts of a draw, as bytes. Only `tenants.sealed` opens them."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from tenants.faults import neutral_errors
from tenants.scope import Scope, within
from tenants.tables import draw_sealed as t


async def put(db: AsyncConnection, scope: Scope, draw_no: int, part: str, blob: bytes) -> None:
    """Keep a sealed part of an own draw, once. Raises Conflict when the part is there already."""
    with neutral_errors():
        await db.execute(insert(t).values(bureau=scope.bureau, draw_no=draw_no, part=part, blob=blob))


async def get(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int, part: str) -> bytes:
    """The sealed bytes of a part. Raises Missing."""
    query = select(t.c.blob).where(
        within(scope, t.c.bureau), t.c.bureau == bureau, t.c.draw_no == draw_no, t.c.part == part
    )
    found = await db.scalar(query)
    if found is None:
        raise Missing(part, what="密封内容")
    return bytes(found)


async def parts(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> tuple[str, ...]:
    """Names of the parts kept for a draw."""
    query = select(t.c.part).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.draw_no == draw_no)
    return tuple((await db.scalars(query.order_by(t.c.part))).all())
