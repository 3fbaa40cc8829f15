"""Counts over published rows, for the public pages."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.tables import notice as n


async def published_results(db: AsyncConnection, period: str) -> dict[tuple[str, int], int]:
    """Published, not withdrawn result notices of a period by (bureau that drew, draw_no).

    Notices of visits that were not drawn carry no draw_no and are not counted.
    """
    number = n.c.body["draw_no"].as_integer()
    query = (
        select(n.c.bureau, number, func.count())
        .where(n.c.published_at.is_not(None), n.c.withdrawn_at.is_(None), n.c.kind == "result")
        .where(n.c.body["period"].as_string() == period, number.is_not(None))
        .group_by(n.c.bureau, number)
    )
    return {(bureau, draw_no): count for bureau, draw_no, count in await db.execute(query)}
