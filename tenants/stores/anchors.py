"""Anchors of a bureau's journal: what stands for entries that were archived and removed."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.job_rows import Anchor
from tenants.scope import Scope, require_own, within
from tenants.stores.common import many
from tenants.tables import journal_anchor as t


async def put(db: AsyncConnection, scope: Scope, anchor: Anchor) -> None:
    """Keep an anchor of the own bureau; the database compares it with the entry it stands for.

    Raises:
        WrongState: there is no such entry, it is too young, or an anchor reaches as far already.
    """
    require_own(scope, anchor.bureau)
    values = {name: getattr(anchor, name) for name in Anchor.__slots__}
    with neutral_errors():
        await db.execute(insert(t).values(**values))


async def of_bureau(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[Anchor, ...]:
    """The anchors of a visible bureau, oldest first."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    return await many(db, query.order_by(t.c.upto), Anchor)
