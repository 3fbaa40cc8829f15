"""Lists that sections hand in: kept whole, then merged or returned, once."""

from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, columns_of, many, one
from tenants.submission_rows import Submission
from tenants.tables import roster_submission as t
from tenants.tables import site

_COLUMNS = columns_of(t, Submission)


async def put(db: AsyncConnection, scope: Scope, row: Submission, content: bytes) -> None:
    """Keep what a section of the own bureau handed in."""
    require_own(scope, row.bureau)
    values = {f.name: getattr(row, f.name) for f in fields(row)}
    await db.execute(insert(t).values(**values, content=content))


async def recent(
    db: AsyncConnection, scope: Scope, bureau: str, *, by: str = "", limit: int = 50
) -> tuple[Submission, ...]:
    """The latest submissions of a visible bureau, newest first; only one person's if asked."""
    query = select(*_COLUMNS).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    if by:
        query = query.where(t.c.by == by)
    return await many(db, query.order_by(t.c.at.desc(), t.c.id).limit(limit), Submission)


async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> Submission:
    """One submission of a visible bureau. Raises Missing."""
    query = select(*_COLUMNS).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.id == id)
    return await one(db, query, Submission, what="报送", key=id)


async def content(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> bytes:
    """The file of a submission. Raises Missing."""
    query = select(t.c.content).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.id == id)
    found = await db.scalar(query)
    if found is None:
        raise Missing(id, what="报送")
    return bytes(found)


async def merged(db: AsyncConnection, scope: Scope, id: UUID, batch: UUID, *, by: str, at: datetime) -> None:
    """Note that a submission became an import. Raises WrongState when it is settled."""
    values = {"state": "merged", "batch": batch, "decided_by": by, "decided_at": at}
    await _settle(db, scope, id, values)


async def returned(db: AsyncConnection, scope: Scope, id: UUID, why: str, *, by: str, at: datetime) -> None:
    """Give a submission back with a reason. Raises WrongState when it is settled."""
    await _settle(db, scope, id, {"state": "returned", "why": why, "decided_by": by, "decided_at": at})


async def sources_of(db: AsyncConnection, scope: Scope, bureau: str, code: str) -> tuple[Submission, ...]:
    """The submissions a site's row last came by, oldest first; none when another file brought it."""
    query = (
        select(*_COLUMNS)
        .join(site, (site.c.bureau == t.c.bureau) & (site.c.batch == t.c.batch))
        .where(within(scope, t.c.bureau), within(scope, site.c.bureau))
        .where(t.c.bureau == bureau, site.c.code == code)
    )
    return await many(db, query.order_by(t.c.at, t.c.id), Submission)


async def _settle(db: AsyncConnection, scope: Scope, id: UUID, values: dict[str, object]) -> None:
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.state == "submitted")
    await change(db, update(t).where(*where).values(**values), wanted="submitted")
