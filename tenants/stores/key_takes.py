"""Key lists taken over into rosters: kept with what they changed; undone with their batch."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.evidence_rows import Taking
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import columns_of, many, run
from tenants.tables import key_list_take as t

_COLUMNS = columns_of(t, Taking)


async def put(db: AsyncConnection, scope: Scope, row: Taking) -> None:
    """Keep a taking of the own bureau."""
    require_own(scope, row.bureau)
    await db.execute(insert(t).values(**{column.name: getattr(row, column.name) for column in _COLUMNS}))


async def all_of(db: AsyncConnection, scope: Scope, bureau: str, year: int) -> tuple[Taking, ...]:
    """Takings of a visible bureau for a year, newest first, undone ones too."""
    query = select(*_COLUMNS).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.year == year)
    return await many(db, query.order_by(t.c.at.desc(), t.c.id), Taking)


async def of_site(db: AsyncConnection, scope: Scope, bureau: str, code: str) -> Taking | None:
    """The last taking that names a site and stands; None without one."""
    query = select(*_COLUMNS).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.sites.has_key(code))
    query = query.where(t.c.undone_at.is_(None)).order_by(t.c.at.desc(), t.c.id).limit(1)
    return next(iter(await many(db, query, Taking)), None)


async def latest(
    db: AsyncConnection, scope: Scope, bureaus: Collection[str], year: int
) -> tuple[Taking, ...]:
    """The last standing taking of each of several visible bureaus; those without one are not there."""
    where = (within(scope, t.c.bureau), t.c.bureau.in_(bureaus), t.c.year == year, t.c.undone_at.is_(None))
    query = select(*_COLUMNS).where(*where).ext(distinct_on(t.c.bureau))
    return await many(db, query.order_by(t.c.bureau, t.c.at.desc(), t.c.id), Taking)


async def undone(db: AsyncConnection, scope: Scope, batch: UUID, *, at: datetime, by: str) -> int:
    """Note that the change of a taking of the own bureau was taken back; returns how many it was."""
    where = (own(scope, t.c.bureau), t.c.batch == batch, t.c.undone_at.is_(None))
    return await run(db, update(t).where(*where).values(undone_at=at, undone_by=by))
