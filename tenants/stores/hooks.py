"""Webhooks of the own bureau: endpoints that stand, events told to them, tries noted."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.hook_rows import Hook, HookDelivery, HookState
from tenants.scope import Scope, own, require_own
from tenants.stores.common import change, many, one
from tenants.tables import hook as h
from tenants.tables import hook_delivery as d


async def live(db: AsyncConnection, scope: Scope) -> tuple[Hook, ...]:
    """Endpoints that stand, in the order they were made."""
    query = select(h).where(own(scope, h.c.bureau), h.c.ended_at.is_(None)).order_by(h.c.made_at, h.c.id)
    return await _hooks(db, query)


async def get(db: AsyncConnection, scope: Scope, id: UUID, *, hold: bool = False) -> Hook:
    """One endpoint, ended or not; `hold`: others who change it wait. Raises Missing."""
    query = select(h).where(own(scope, h.c.bureau), h.c.id == id)
    found = await one(db, query.with_for_update() if hold else query, Hook, what="推送地址", key=id)
    return _hook(found)


async def put(db: AsyncConnection, scope: Scope, row: Hook) -> None:
    """Keep an endpoint."""
    require_own(scope, row.bureau)
    values = {f.name: getattr(row, f.name) for f in fields(row)}
    with neutral_errors():
        await db.execute(insert(h).values(**(values | {"bureau": scope.bureau, "events": list(row.events)})))


async def end(db: AsyncConnection, scope: Scope, id: UUID, *, by: str, at: datetime) -> None:
    """End an endpoint. Raises WrongState: it is over already."""
    statement = update(h).where(own(scope, h.c.bureau), h.c.id == id, h.c.ended_at.is_(None))
    await change(db, statement.values(ended_by=by, ended_at=at), wanted="open")


async def renew(db: AsyncConnection, scope: Scope, id: UUID, sealed: bytes, former_until: datetime) -> None:
    """Another secret; the one before signs too for some time. Raises WrongState: it is over."""
    statement = update(h).where(own(scope, h.c.bureau), h.c.id == id, h.c.ended_at.is_(None))
    await change(db, statement.values(sealed=sealed, former_until=former_until), wanted="open")


async def gone(db: AsyncConnection, scope: Scope, id: UUID, at: datetime | None) -> None:
    """The other side said that it is there no more; None: try again."""
    statement = update(h).where(own(scope, h.c.bureau), h.c.id == id)
    await change(db, statement.values(gone_at=at), wanted="open")


async def tell(db: AsyncConnection, scope: Scope, rows: Sequence[HookDelivery]) -> None:
    """Keep what is to be told."""
    for row in rows:
        require_own(scope, row.bureau)
    values = [{f.name: getattr(row, f.name) for f in fields(row)} | {"bureau": scope.bureau} for row in rows]
    with neutral_errors():
        await db.execute(insert(d), values)


async def delivery(db: AsyncConnection, scope: Scope, id: UUID) -> HookDelivery:
    """One delivery. Raises Missing."""
    return await one(
        db, select(d).where(own(scope, d.c.bureau), d.c.id == id), HookDelivery, what="推送", key=id
    )


async def deliveries(
    db: AsyncConnection,
    scope: Scope,
    *,
    state: HookState | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 100,
) -> tuple[HookDelivery, ...]:
    """Deliveries, the latest first, those before a place in that order."""
    query = select(d).where(own(scope, d.c.bureau))
    if state:
        query = query.where(d.c.state == state)
    if after is not None:
        at, id = after
        query = query.where((d.c.made_at < at) | ((d.c.made_at == at) & (d.c.id > id)))
    return await many(db, query.order_by(d.c.made_at.desc(), d.c.id).limit(limit), HookDelivery)


async def tried(
    db: AsyncConnection,
    scope: Scope,
    id: UUID,
    at: datetime,
    *,
    status: int | None = None,
    answer: str | None = None,
    error: str | None = None,
    settled: HookState | None = None,
) -> None:
    """Note a try; `settled`: how it ended, None while it is tried again. Raises WrongState."""
    values: dict[str, Any] = {"tries": d.c.tries + 1, "tried_at": at, "status": status, "answer": answer}
    values |= {"last_error": error} | ({"state": settled, "settled_at": at} if settled else {})
    statement = update(d).where(own(scope, d.c.bureau), d.c.id == id, d.c.state == "waiting")
    await change(db, statement.values(**values), wanted="waiting")


async def again(db: AsyncConnection, scope: Scope, id: UUID) -> None:
    """Tell it anew, with its id. Raises WrongState: it waits already."""
    statement = update(d).where(own(scope, d.c.bureau), d.c.id == id, d.c.state != "waiting")
    await change(db, statement.values(state="waiting", settled_at=None), wanted="sent dead")


async def _hooks(db: AsyncConnection, query: Select[Any]) -> tuple[Hook, ...]:
    return tuple(_hook(row) for row in await many(db, query, Hook))


def _hook(row: Hook) -> Hook:
    return Hook(**{f.name: getattr(row, f.name) for f in fields(row)} | {"events": tuple(row.events)})
