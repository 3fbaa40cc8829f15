"""Arrivals at the sites of drawn visits."""

from dataclasses import asdict

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.attachment_rows import Arrival
from tenants.faults import neutral_errors
from tenants.scope import Scope, require_own, within
from tenants.stores.common import many
from tenants.tables import arrival as t


async def keep(db: AsyncConnection, scope: Scope, row: Arrival) -> None:
    """Note an arrival of the own bureau. Raises Conflict: one is noted already."""
    require_own(scope, row.bureau)
    more = {"officers": [dict(one) for one in row.officers], "position": dict(row.position)}
    with neutral_errors():
        await db.execute(insert(t).values(**(asdict(row) | more | {"bureau": scope.bureau})))


async def of_task(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int, slot: int) -> Arrival | None:
    """The arrival of a drawn visit, if it was noted."""
    where = (t.c.bureau == bureau, t.c.draw_no == draw_no, t.c.slot == slot)
    found = await many(db, select(t).where(within(scope, t.c.bureau), *where), Arrival)
    return found[0] if found else None
