"""Yearly key lists: kept whole, never changed; a newer whole list or a supplement follows."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.roster.key_list import Listed
from tenants.faults import neutral_errors
from tenants.organisation_rows import KeyList
from tenants.scope import Scope, require_own, within
from tenants.stores.common import columns_of, many, one
from tenants.tables import key_list as t
from tenants.tables import key_list_entry as e


async def put(db: AsyncConnection, scope: Scope, row: KeyList, entries: Sequence[Listed]) -> None:
    """Keep a list with its entries. Raises Conflict when the same file is kept for that year."""
    require_own(scope, row.bureau)
    with neutral_errors():
        await db.execute(insert(t).values(**{f.name: getattr(row, f.name) for f in fields(row)}))
    lead = {"bureau": row.bureau, "list_id": row.id}
    rows = [lead | asdict(entry) | {"categories": list(entry.categories)} for entry in entries]
    if rows:
        await db.execute(insert(e), rows)


async def all_of(
    db: AsyncConnection, scope: Scope, bureau: str, year: int | None = None
) -> tuple[KeyList, ...]:
    """Lists of a visible bureau, newest first."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    if year is not None:
        query = query.where(t.c.year == year)
    return await many(db, query.order_by(t.c.year.desc(), t.c.at.desc(), t.c.id), KeyList)


async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> KeyList:
    """One list of a visible bureau. Raises Missing."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.id == id)
    return await one(db, query, KeyList, what="重点单位名录", key=id)


async def entries_of(db: AsyncConnection, scope: Scope, bureau: str, list_id: UUID) -> tuple[Listed, ...]:
    """Entries of a list, by code."""
    query = select(*columns_of(e, Listed)).where(
        within(scope, e.c.bureau), e.c.bureau == bureau, e.c.list_id == list_id
    )
    rows = await db.execute(query.order_by(e.c.code))
    return tuple(Listed(r.code, r.name, r.division, tuple(r.categories)) for r in rows)
