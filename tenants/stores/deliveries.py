"""What became of made files on their way to other systems, and the comparisons of both sides."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.errors import WrongState
from tenants.exchange_rows import Delivery, DeliveryState, Reconciliation
from tenants.faults import neutral_errors
from tenants.records import Upload
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, columns_of, many, one, run
from tenants.tables import delivery as t
from tenants.tables import reconciliation as r
from tenants.tables import upload as u

SETTLED: tuple[DeliveryState, ...] = ("received", "refused", "dead")
OPEN: tuple[DeliveryState, ...] = ("waiting", "sent")


async def add(db: AsyncConnection, scope: Scope, made: Delivery) -> None:
    """Keep that a file is to be handed over. Raises Conflict: it is on its way already."""
    require_own(scope, made.bureau)
    with neutral_errors():
        await db.execute(insert(t).values(**asdict(made)))


async def get(db: AsyncConnection, scope: Scope, upload_id: UUID) -> Delivery:
    """The delivery of a file of the own bureau. Raises Missing."""
    query = select(t).where(own(scope, t.c.bureau), t.c.upload_id == upload_id)
    return await one(db, query, Delivery, what="报送文件", key=upload_id)


async def some(db: AsyncConnection, scope: Scope, ids: Collection[UUID]) -> tuple[Delivery, ...]:
    """The deliveries of several files of the own bureau."""
    return await many(db, select(t).where(own(scope, t.c.bureau), t.c.upload_id.in_(ids)), Delivery)


async def received(db: AsyncConnection, scope: Scope, ids: Collection[UUID], at: datetime) -> None:
    """Note a try of several files that led to their receipts. Raises WrongState: one is settled already."""
    where = (own(scope, t.c.bureau), t.c.upload_id.in_(ids), t.c.state.in_(OPEN))
    values = {"state": "received", "tries": t.c.tries + 1, "tried_at": at, "last_error": None}
    if await run(db, update(t).where(*where).values(**values, settled_at=at)) != len(ids):
        raise WrongState(wanted="waiting/sent")


async def tried(
    db: AsyncConnection,
    scope: Scope,
    upload_id: UUID,
    state: DeliveryState,
    at: datetime,
    error: str | None = None,
) -> None:
    """Note a try and what it led to. Raises WrongState: it is settled already."""
    where = (own(scope, t.c.bureau), t.c.upload_id == upload_id, t.c.state.in_(OPEN))
    values = {"state": state, "tries": t.c.tries + 1, "tried_at": at, "last_error": error}
    settled = {"settled_at": at if state in SETTLED else None}
    await change(db, update(t).where(*where).values(**values, **settled), wanted="waiting/sent")


async def again(db: AsyncConnection, scope: Scope, upload_id: UUID) -> None:
    """Let a refused or given up delivery go once more. Raises WrongState."""
    where = (own(scope, t.c.bureau), t.c.upload_id == upload_id, t.c.state.in_(("refused", "dead")))
    await change(db, update(t).where(*where).values(state="waiting", settled_at=None), wanted="refused/dead")


async def of_connection(
    db: AsyncConnection, scope: Scope, bureau: str, connection_id: UUID
) -> tuple[tuple[Delivery, Upload], ...]:
    """Every delivery by a connection with its file, the oldest first, without the bytes."""
    columns = [*(c.label(f"d_{c.name}") for c in t.c), *columns_of(u, Upload)]
    same = (u.c.bureau == t.c.bureau, u.c.id == t.c.upload_id)
    where = (within(scope, t.c.bureau), t.c.bureau == bureau, t.c.connection_id == connection_id)
    query = select(*columns).join(u, same[0] & same[1]).where(*where).order_by(t.c.made_at, t.c.upload_id)
    found = []
    for row in await db.execute(query):
        values = dict(row._mapping)
        delivery = {name.removeprefix("d_"): values.pop(name) for name in [*values] if name.startswith("d_")}
        found.append((Delivery(**delivery), Upload(**values)))
    return tuple(found)


async def recent(db: AsyncConnection, scope: Scope, bureau: str, limit: int = 100) -> tuple[Delivery, ...]:
    """The newest deliveries of a bureau."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    return await many(db, query.order_by(t.c.made_at.desc(), t.c.upload_id).limit(limit), Delivery)


async def unanswered(db: AsyncConnection, scope: Scope) -> tuple[Delivery, ...]:
    """The own bureau's files that were handed over and have no receipt yet."""
    query = select(t).where(own(scope, t.c.bureau), t.c.state == "sent").order_by(t.c.made_at, t.c.upload_id)
    return await many(db, query, Delivery)


async def compared(db: AsyncConnection, scope: Scope, made: Reconciliation) -> None:
    """Keep a comparison of both sides."""
    require_own(scope, made.bureau)
    with neutral_errors():
        await db.execute(insert(r).values(**asdict(made)))


async def comparisons(
    db: AsyncConnection, scope: Scope, bureau: str, limit: int = 30
) -> tuple[Reconciliation, ...]:
    """The newest comparisons of a bureau."""
    query = select(r).where(within(scope, r.c.bureau), r.c.bureau == bureau)
    return await many(db, query.order_by(r.c.at.desc(), r.c.id).limit(limit), Reconciliation)
