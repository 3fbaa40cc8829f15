"""Requests seen before: the same key with the same content gets the same answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.records import Kept
from tenants.scope import Scope, own
from tenants.stores.common import change, columns_of, many, run
from tenants.tables import idempotency as t

_COLUMNS = columns_of(t, Kept)


async def find(db: AsyncConnection, scope: Scope, actor: str, key: str) -> Kept | None:
    """What is kept for a key of an actor in the own bureau."""
    where = (own(scope, t.c.bureau), t.c.actor == actor, t.c.key == key)
    found = await many(db, select(*_COLUMNS).where(*where), Kept)
    return found[0] if found else None


async def keep(
    db: AsyncConnection,
    scope: Scope,
    actor: str,
    key: str,
    request_sha256: str,
    at: datetime,
    *,
    status: int | None = None,
    response: Any = None,
) -> None:
    """Keep a request in the transaction that serves it. Raises Conflict when the key was kept meanwhile."""
    values = {"request_sha256": request_sha256, "status": status, "response": response, "at": at}
    with neutral_errors():
        await db.execute(insert(t).values(bureau=scope.bureau, actor=actor, key=key, **values))


async def answer(db: AsyncConnection, scope: Scope, actor: str, key: str, status: int, response: Any) -> None:
    """Keep the answer of a kept request."""
    where = (own(scope, t.c.bureau), t.c.actor == actor, t.c.key == key)
    await change(db, update(t).where(*where).values(status=status, response=response), wanted="kept")


async def clear(db: AsyncConnection, scope: Scope, before: datetime) -> int:
    """Forget requests from before a moment; returns how many."""
    return await run(db, delete(t).where(own(scope, t.c.bureau), t.c.at < before))
