"""Imported files and their reports."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import Select, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.rows import ImportBatch, Json
from tenants.scope import Scope, within
from tenants.stores.common import many, one
from tenants.tables import import_batch as t

_Kind = Literal["sites", "officers"]


async def keep(
    db: AsyncConnection,
    scope: Scope,
    *,
    kind: _Kind,
    file_name: str,
    sha256: str,
    at: datetime,
    by: str,
    report: Json,
    id: UUID | None = None,
) -> ImportBatch:
    """Keep what came in; `sha256` is the hex hash of the file's bytes."""
    batch = ImportBatch(scope.bureau, id or uuid4(), kind, file_name, sha256, at, by, report)
    values = {name: getattr(batch, name) for name in ImportBatch.__dataclass_fields__}
    await db.execute(insert(t).values(**values))
    return batch


async def recent(
    db: AsyncConnection, scope: Scope, bureau: str | None = None, limit: int = 20
) -> tuple[ImportBatch, ...]:
    """The latest batches of a bureau (own one when not given), newest first."""
    query = _of(scope, bureau or scope.bureau).order_by(t.c.at.desc(), t.c.id).limit(limit)
    return await many(db, query, ImportBatch)


async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> ImportBatch:
    """One import. Raises Missing."""
    return await one(db, _of(scope, bureau).where(t.c.id == id), ImportBatch, what="导入", key=id)


async def find_same(
    db: AsyncConnection, scope: Scope, sha256: str, kind: _Kind | None = None
) -> ImportBatch | None:
    """The first batch of the own bureau that came from the same bytes, if any."""
    query = _of(scope, scope.bureau).where(t.c.sha256 == sha256)
    if kind is not None:
        query = query.where(t.c.kind == kind)
    found = await many(db, query.order_by(t.c.at).limit(1), ImportBatch)
    return found[0] if found else None


def _of(scope: Scope, bureau: str) -> Select[Any]:
    return select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
