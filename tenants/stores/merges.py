"""Merges of what sections handed in: kept while they are looked at, then taken or dropped, once."""

from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.evidence_rows import Merge, MergeStep
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, columns_of, many, one
from tenants.tables import roster_merge as t

_COLUMNS = columns_of(t, Merge)


async def put(db: AsyncConnection, scope: Scope, row: Merge) -> None:
    """Keep a new merge of the own bureau."""
    require_own(scope, row.bureau)
    values = {column.name: getattr(row, column.name) for column in _COLUMNS}
    await db.execute(insert(t).values(**values | {"parts": list(row.parts)}))


async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> Merge:
    """One merge of a visible bureau. Raises Missing."""
    query = select(*_COLUMNS).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.id == id)
    return await one(db, query, Merge, what="名录合并", key=id)


async def open_ones(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[Merge, ...]:
    """Those that are neither taken nor dropped, newest first."""
    query = select(*_COLUMNS).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.state == "open")
    return await many(db, query.order_by(t.c.at.desc(), t.c.id), Merge)


async def of_batch(db: AsyncConnection, scope: Scope, bureau: str, batch: UUID) -> tuple[Merge, ...]:
    """The merge that became a batch; none where it came another way."""
    query = select(*_COLUMNS).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.batch == batch)
    return await many(db, query, Merge)


async def step(
    db: AsyncConnection, scope: Scope, id: UUID, version: int, to: MergeStep, *, at: datetime, by: str
) -> None:
    """The next version of an open merge of the own bureau; `version` is the one it follows.

    Raises:
        WrongState: another step was first, or it has ended.
    """
    changed = {f.name: getattr(to, f.name) for f in fields(to) if getattr(to, f.name) is not None}
    ended = {"decided_at": at, "decided_by": by} if to.state != "open" else {}
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.version == version, t.c.state == "open")
    await change(db, update(t).where(*where).values(**changed, **ended, version=version + 1), wanted="open")
