"""Running clocks of visits: what is still due, and a last day moved by a notice."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.records import Visit
from tenants.scope import Scope, own, within
from tenants.stores.common import change, many
from tenants.tables import notice as n
from tenants.tables import visit as t


async def running(db: AsyncConnection, scope: Scope, bureau: str, since: date) -> tuple[Visit, ...]:
    """Records with a last day on or after `since` that are not returned, in time order."""
    query = select(t).where(
        within(scope, t.c.bureau),
        t.c.bureau == bureau,
        t.c.state != "returned",
        or_(t.c.upload_due >= since, t.c.publish_due >= since),
    )
    return await many(db, query.order_by(t.c.started_at, t.c.id), Visit)


async def published_of(
    db: AsyncConnection, scope: Scope, bureau: str, ids: Collection[UUID]
) -> frozenset[UUID]:
    """Those records whose result notice is public; a notice carries the id of its visit."""
    query = select(n.c.id).where(
        within(scope, n.c.bureau), n.c.bureau == bureau, n.c.id.in_(list(ids)), n.c.published_at.is_not(None)
    )
    return frozenset((await db.scalars(query)).all())


async def move(
    db: AsyncConnection, scope: Scope, id: UUID, *, upload_due: date | None, publish_due: date | None
) -> None:
    """Set the last days of a record of the own bureau."""
    statement = update(t).where(own(scope, t.c.bureau), t.c.id == id)
    values = {"upload_due": upload_due, "publish_due": publish_due}
    await change(db, statement.values(**values), wanted="recorded")
