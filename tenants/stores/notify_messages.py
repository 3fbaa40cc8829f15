"""Messages and the tries to deliver them: made once, settled once, never removed."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.notify_rows import Attempt, Message, MessageState
from tenants.scope import Scope, own, require_own
from tenants.stores.common import change, many, one, run
from tenants.tables import notify_attempt as a
from tenants.tables import notify_message as t


async def add(db: AsyncConnection, scope: Scope, made: Message) -> bool:
    """Keep a new message. False when the same one was made before: it is not made twice."""
    require_own(scope, made.bureau)
    values = {f.name: getattr(made, f.name) for f in fields(made)}
    return bool(await run(db, insert(t).values(**values).on_conflict_do_nothing()))


async def get(db: AsyncConnection, scope: Scope, id: UUID) -> Message:
    """One message of the own bureau. Raises Missing."""
    query = select(t).where(own(scope, t.c.bureau), t.c.id == id)
    return await one(db, query, Message, what="消息", key=id)


async def newest(
    db: AsyncConnection,
    scope: Scope,
    *,
    after: tuple[datetime, UUID] | None = None,
    state: MessageState | None = None,
    limit: int = 50,
) -> tuple[Message, ...]:
    """Messages of the own bureau, the newest first.

    Args:
        after: moment and id of the last one of the page before. state: only those in it.
    """
    query = select(t).where(own(scope, t.c.bureau))
    if after is not None:
        query = query.where(tuple_(t.c.made_at, t.c.id) < tuple_(*after))
    if state is not None:
        query = query.where(t.c.state == state)
    return await many(db, query.order_by(t.c.made_at.desc(), t.c.id.desc()).limit(limit), Message)


async def counts(db: AsyncConnection, scope: Scope) -> dict[str, int]:
    """State → how many messages of the own bureau."""
    query = select(t.c.state, func.count()).where(own(scope, t.c.bureau)).group_by(t.c.state)
    return {state: int(n) for state, n in await db.execute(query)}


async def attempts(db: AsyncConnection, scope: Scope, ids: Sequence[UUID]) -> tuple[Attempt, ...]:
    """The tries of several messages of the own bureau, in order."""
    query = select(a).where(own(scope, a.c.bureau), a.c.message.in_(ids))
    return await many(db, query.order_by(a.c.message, a.c.n), Attempt)


async def tried(
    db: AsyncConnection,
    scope: Scope,
    id: UUID,
    outcome: str,
    at: datetime,
    *,
    channel: UUID | None,
    settled: MessageState | None = None,
) -> None:
    """Note a try, and what became of the message by it.

    Args:
        outcome: "sent" or the code of a failure. settled: None while it is tried again.

    Raises:
        WrongState: the message is settled already.
    """
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.state == "waiting")
    failed = None if outcome == "sent" else outcome
    values: dict[str, Any] = {"tries": t.c.tries + 1, "last_error": failed}
    if settled is not None:
        values |= {"state": settled, "settled_at": at}
    await change(db, update(t).where(*where).values(**values), wanted="waiting")
    n = select(func.count() + 1).where(own(scope, a.c.bureau), a.c.message == id).scalar_subquery()
    row = {"message": id, "n": n, "at": at, "channel": channel, "outcome": outcome}
    await db.execute(insert(a).values(bureau=scope.bureau, **row))


async def again(db: AsyncConnection, scope: Scope, id: UUID) -> None:
    """Take a message that was given up back to waiting. Raises WrongState when it was not given up."""
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.state == "dead")
    await change(db, update(t).where(*where).values(state="waiting", settled_at=None), wanted="dead")
