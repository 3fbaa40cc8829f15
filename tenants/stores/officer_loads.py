"""How many dispatched visits each officer has or had, by quarter; no site is named."""

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.scope import Scope, within
from tenants.tables import assignment as a
from tenants.tables import draw as d
from tenants.tables import task as t


async def by_period(
    db: AsyncConnection, scope: Scope, bureau: str, certificate: str | None = None
) -> dict[str, dict[str, int]]:
    """Certificate → period → visits of a visible bureau the officer is on; cancelled and void ones aside."""
    query = (
        select(a.c.certificate, d.c.period, func.count().label("visits"))
        .join(t, and_(t.c.bureau == a.c.bureau, t.c.draw_no == a.c.draw_no, t.c.slot == a.c.slot))
        .join(d, and_(d.c.bureau == a.c.bureau, d.c.draw_no == a.c.draw_no))
        .where(within(scope, a.c.bureau), within(scope, t.c.bureau), within(scope, d.c.bureau))
        .where(a.c.bureau == bureau, a.c.until_day.is_(None))
        .where(t.c.state.not_in(("drawn", "cancelled")), d.c.state != "void")
    )
    if certificate is not None:
        query = query.where(a.c.certificate == certificate)
    found: dict[str, dict[str, int]] = {}
    for row in await db.execute(query.group_by(a.c.certificate, d.c.period)):
        found.setdefault(row.certificate, {})[row.period] = row.visits
    return found
