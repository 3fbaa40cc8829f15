"""Counts over published rows, for the public pages."""

from datetime import date

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.tables import draw as d
from tenants.tables import notice as n
from tenants.tables import task as t


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


async def outstanding(db: AsyncConnection, bureau: str, draw_no: int, day: date) -> int | None:
    """Visits of a draw not settled yet, once `day` has reached its `reveal_by`; None before. Basis: rd1 §11.

    Args:
        db: connection of the public role.
        day: today in China, by the product's clock; the policy of the table reads it too.
    """
    due = select(d.c.draw_no).where(d.c.bureau == bureau, d.c.draw_no == draw_no, d.c.reveal_by <= day)
    if await db.scalar(due.where(d.c.state.in_(("drawn", "opened")))) is None:
        return None
    await db.execute(text("select set_config('app.public_day', :day, true)"), {"day": day.isoformat()})
    waiting = t.c.state.not_in(("reviewed", "published", "cancelled"))
    query = select(func.count(t.c.bureau)).where(t.c.bureau == bureau, t.c.draw_no == draw_no, waiting)
    return int(await db.scalar(query) or 0)
