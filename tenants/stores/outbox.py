"""What the rest of the world is to be told, written in the transaction that decided it."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.records import OutboxItem
from tenants.rows import Json
from tenants.scope import Scope, own
from tenants.stores.common import change, many
from tenants.tables import outbox as t


async def add(db: AsyncConnection, scope: Scope, topic: str, payload: Json, at: datetime) -> UUID:
    """Put something into the own bureau's outbox."""
    made = uuid4()
    values = {"topic": topic, "payload": payload, "made_at": at, "tries": 0}
    await db.execute(insert(t).values(bureau=scope.bureau, id=made, **values))
    return made


async def lease(
    db: AsyncConnection, scope: Scope, now: datetime, until: datetime, limit: int = 20
) -> tuple[OutboxItem, ...]:
    """Take open items until a moment; other workers pass over them."""
    free = or_(t.c.lease_until.is_(None), t.c.lease_until < now)
    query = select(t.c.id).where(own(scope, t.c.bureau), t.c.done_at.is_(None), free)
    query = query.order_by(t.c.made_at, t.c.id).limit(limit).with_for_update(skip_locked=True)
    ids = (await db.scalars(query)).all()
    taken = update(t).where(own(scope, t.c.bureau), t.c.id.in_(ids))
    await db.execute(taken.values(lease_until=until, tries=t.c.tries + 1))
    shown = select(t).where(own(scope, t.c.bureau), t.c.id.in_(ids)).order_by(t.c.made_at, t.c.id)
    return await many(db, shown, OutboxItem)


async def done(db: AsyncConnection, scope: Scope, id: UUID, at: datetime) -> None:
    """Note that it was told."""
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.done_at.is_(None))
    await change(db, update(t).where(*where).values(done_at=at, lease_until=None), wanted="open")


async def fail(db: AsyncConnection, scope: Scope, id: UUID, error: str, retry_at: datetime) -> None:
    """Note a failed try; it becomes free again at `retry_at`."""
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.done_at.is_(None))
    await change(db, update(t).where(*where).values(last_error=error, lease_until=retry_at), wanted="open")


async def clear(db: AsyncConnection, scope: Scope, before: datetime) -> None:
    """Forget what was told before a moment."""
    await db.execute(delete(t).where(own(scope, t.c.bureau), t.c.done_at < before))
