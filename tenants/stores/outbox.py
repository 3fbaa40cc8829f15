"""What the rest of the world is to be told, written in the transaction that decided it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.job_rows import OutboxCount
from tenants.records import OutboxItem
from tenants.rows import Json
from tenants.scope import Scope, own, within
from tenants.stores.common import change, many, run
from tenants.tables import outbox as t


async def add(
    db: AsyncConnection,
    scope: Scope,
    topic: str,
    payload: Json,
    at: datetime,
    *,
    dedup: str | None = None,
) -> UUID | None:
    """Put something into the own bureau's outbox.

    Args:
        dedup: while an open item of the topic carries the same word, nothing is added.

    Returns:
        The new item's id, None when it stands there already.
    """
    made = uuid4()
    values = {"topic": topic, "payload": payload, "made_at": at, "tries": 0, "dedup": dedup}
    added = insert(t).values(bureau=scope.bureau, id=made, **values).on_conflict_do_nothing()
    return made if await run(db, added) else None


async def lease(
    db: AsyncConnection,
    scope: Scope,
    now: datetime,
    until: datetime,
    limit: int = 20,
    topics: Collection[str] | None = None,
) -> tuple[OutboxItem, ...]:
    """Take open items until a moment; other workers pass over them.

    Args:
        topics: only these; what has no consumer stays where it is, untried. None takes all.
    """
    free = or_(t.c.lease_until.is_(None), t.c.lease_until < now)
    query = select(t.c.id).where(own(scope, t.c.bureau), t.c.done_at.is_(None), t.c.stuck_at.is_(None), free)
    if topics is not None:
        query = query.where(t.c.topic.in_(topics))
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


async def all_done(db: AsyncConnection, scope: Scope, ids: Collection[UUID], at: datetime) -> None:
    """Note of several that they were told; those that were already stay as they are."""
    where = (own(scope, t.c.bureau), t.c.id.in_(ids), t.c.done_at.is_(None))
    await db.execute(update(t).where(*where).values(done_at=at, lease_until=None))


async def fail(db: AsyncConnection, scope: Scope, id: UUID, error: str, retry_at: datetime) -> None:
    """Note a failed try; it becomes free again at `retry_at`."""
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.done_at.is_(None))
    await change(db, update(t).where(*where).values(last_error=error, lease_until=retry_at), wanted="open")


async def stick(db: AsyncConnection, scope: Scope, id: UUID, error: str, at: datetime) -> None:
    """Note that it is given up: no worker takes it any more, until somebody frees it."""
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.done_at.is_(None))
    values = {"last_error": error, "stuck_at": at, "lease_until": None}
    await change(db, update(t).where(*where).values(**values), wanted="open")


async def free(db: AsyncConnection, scope: Scope) -> int:
    """Let the workers try again what was given up; returns how many items that are."""
    where = (own(scope, t.c.bureau), t.c.done_at.is_(None), t.c.stuck_at.is_not(None))
    return await run(db, update(t).where(*where).values(stuck_at=None, tries=0))


async def counts(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[OutboxCount, ...]:
    """What a visible bureau has open, topic by topic."""
    stuck = t.c.stuck_at.is_not(None)
    tried = and_(t.c.stuck_at.is_(None), t.c.last_error.is_not(None))
    query = select(
        t.c.topic,
        func.count().label("open"),
        func.count().filter(tried).label("failed"),
        func.count().filter(stuck).label("stuck"),
        func.min(t.c.made_at).label("oldest"),
    ).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.done_at.is_(None))
    return await many(db, query.group_by(t.c.topic).order_by(t.c.topic), OutboxCount)


async def clear(db: AsyncConnection, scope: Scope, before: datetime) -> int:
    """Forget what was told before a moment; returns how many items that were."""
    return await run(db, delete(t).where(own(scope, t.c.bureau), t.c.done_at < before))
