"""Files of other systems as they came in: kept once, acknowledged, decided; every fetch noted."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.import_rows import CheckState
from tenants.inbound_rows import FileState, InboundFetch, InboundFile
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, many, one
from tenants.tables import import_check as c
from tenants.tables import inbound_fetch as f
from tenants.tables import inbound_file as t

OPEN: tuple[FileState, ...] = ("ready", "refused")


async def keep(db: AsyncConnection, scope: Scope, made: InboundFile) -> None:
    """Keep a file of the own bureau. Raises Conflict: one is kept under its key."""
    require_own(scope, made.bureau)
    with neutral_errors():
        await db.execute(insert(t).values(**asdict(made)))


async def marks(db: AsyncConnection, scope: Scope, profile: str) -> dict[str, str]:
    """Key → mark of every file the own bureau ever kept of a system."""
    found = await db.execute(select(t.c.key, t.c.mark).where(own(scope, t.c.bureau), t.c.profile == profile))
    return {row.key: row.mark for row in found}


async def locked(db: AsyncConnection, scope: Scope, id: UUID) -> InboundFile:
    """One file of the own bureau, for this transaction alone. Raises Missing."""
    query = select(t).where(own(scope, t.c.bureau), t.c.id == id).with_for_update()
    return await one(db, query, InboundFile, what="收到的文件", key=id)


async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> InboundFile:
    """One file of a visible bureau. Raises Missing."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.id == id)
    return await one(db, query, InboundFile, what="收到的文件", key=id)


async def recent(db: AsyncConnection, scope: Scope, bureau: str, limit: int = 50) -> tuple[InboundFile, ...]:
    """The newest files of a bureau."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    return await many(db, query.order_by(t.c.fetched_at.desc(), t.c.id).limit(limit), InboundFile)


async def waiting(
    db: AsyncConnection, scope: Scope, bureau: str
) -> tuple[tuple[str, CheckState | None], ...]:
    """Of every file of a bureau that waits for somebody: its profile, and the state of its import check."""
    query = (
        select(t.c.profile, c.c.state)
        .join(c, (c.c.bureau == t.c.bureau) & (c.c.id == t.c.check_id), isouter=True)
        .where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.state.in_(OPEN))
        .order_by(t.c.fetched_at, t.c.id)
    )
    return tuple((row.profile, row.state) for row in await db.execute(query))


async def check_states(db: AsyncConnection, scope: Scope, bureau: str) -> dict[UUID, CheckState]:
    """File → state of its import check, of a bureau's files that have one."""
    query = (
        select(t.c.id, c.c.state)
        .join(c, (c.c.bureau == t.c.bureau) & (c.c.id == t.c.check_id))
        .where(within(scope, t.c.bureau), t.c.bureau == bureau)
    )
    return {row.id: row.state for row in await db.execute(query)}


async def move(
    db: AsyncConnection,
    scope: Scope,
    id: UUID,
    state: FileState,
    *,
    before: Collection[FileState] = OPEN,
    values: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Put a file of the own bureau into another state. Raises WrongState."""
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.state.in_(before))
    await change(db, update(t).where(*where).values(state=state, **values), wanted="、".join(before))


async def owed(db: AsyncConnection, scope: Scope, profile: str) -> tuple[InboundFile, ...]:
    """Files of a system that were kept and not acknowledged yet."""
    where = (own(scope, t.c.bureau), t.c.profile == profile, t.c.acknowledged_at.is_(None))
    return await many(db, select(t).where(*where).order_by(t.c.fetched_at, t.c.id), InboundFile)


async def acknowledged(db: AsyncConnection, scope: Scope, id: UUID, at: datetime) -> None:
    """Note that the other side was told. Raises WrongState: it was before."""
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.acknowledged_at.is_(None))
    await change(db, update(t).where(*where).values(acknowledged_at=at), wanted="kept")


async def fetched(db: AsyncConnection, scope: Scope, made: InboundFetch) -> None:
    """Keep a look at what a system offers."""
    require_own(scope, made.bureau)
    with neutral_errors():
        await db.execute(insert(f).values(**asdict(made)))


async def fetches(
    db: AsyncConnection, scope: Scope, bureau: str, limit: int = 30
) -> tuple[InboundFetch, ...]:
    """The newest looks of a bureau."""
    query = select(f).where(within(scope, f.c.bureau), f.c.bureau == bureau)
    return await many(db, query.order_by(f.c.at.desc(), f.c.id).limit(limit), InboundFetch)
