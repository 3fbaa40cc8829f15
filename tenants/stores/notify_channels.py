"""A bureau's channels: set up, ended, never changed; and the key that seals what is secret about them."""

from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.notify_rows import Channel
from tenants.scope import Scope, own, require_own
from tenants.stores.common import change, many, one, run
from tenants.tables import notify_channel as t
from tenants.tables import notify_key as k


async def live(db: AsyncConnection, scope: Scope) -> tuple[Channel, ...]:
    """The own bureau's channels that stand, by kind."""
    query = select(t).where(own(scope, t.c.bureau), t.c.ended_at.is_(None)).order_by(t.c.kind)
    return tuple(_read(row) for row in await many(db, query, Channel))


async def some(db: AsyncConnection, scope: Scope) -> bool:
    """Whether the own bureau has a channel at all."""
    query = select(func.count()).select_from(t).where(own(scope, t.c.bureau), t.c.ended_at.is_(None))
    return bool(await db.scalar(query))


async def get(db: AsyncConnection, scope: Scope, id: UUID) -> Channel:
    """One channel of the own bureau, ended or not. Raises Missing."""
    query = select(t).where(own(scope, t.c.bureau), t.c.id == id)
    return _read(await one(db, query, Channel, what="通知渠道", key=id))


async def put(db: AsyncConnection, scope: Scope, made: Channel) -> None:
    """Set a channel up. Raises Conflict while another of its kind stands."""
    require_own(scope, made.bureau)
    values = {f.name: getattr(made, f.name) for f in fields(made)} | {"events": list(made.events)}
    with neutral_errors():
        await db.execute(insert(t).values(**values))


async def end(db: AsyncConnection, scope: Scope, id: UUID, *, by: str, at: datetime) -> None:
    """End a channel of the own bureau. Raises WrongState when it is over already."""
    statement = update(t).where(own(scope, t.c.bureau), t.c.id == id, t.c.ended_at.is_(None))
    await change(db, statement.values(ended_by=by, ended_at=at), wanted="open")


async def wrapped(db: AsyncConnection, scope: Scope) -> bytes | None:
    """The own bureau's wrapped notification key, None before the first use."""
    query = select(k.c.wrapped).where(own(scope, k.c.bureau)).order_by(k.c.made_at.desc())
    found = await db.scalar(query)
    return None if found is None else bytes(found)


async def keep_key(db: AsyncConnection, scope: Scope, key: bytes, at: datetime) -> None:
    """Keep the wrapped key; of two at once the first stays."""
    added = insert(k).values(bureau=scope.bureau, wrapped=key, made_at=at).on_conflict_do_nothing()
    await run(db, added)


async def rewrap(db: AsyncConnection, scope: Scope, old: bytes, new: bytes) -> None:
    """Put another wrapping of the same key in the place of `old`. Raises WrongState: it is another by now."""
    where = (own(scope, k.c.bureau), k.c.wrapped == old)
    await change(db, update(k).where(*where).values(wrapped=new), wanted="the key that was read")


def _read(row: Channel) -> Channel:
    return Channel(**{f.name: getattr(row, f.name) for f in fields(row)} | {"events": tuple(row.events)})
