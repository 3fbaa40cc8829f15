"""The journal newest first, for reading on a page."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.records import JournalEntry
from tenants.scope import Scope, within
from tenants.stores.common import many
from tenants.tables import journal as t


async def newest(
    db: AsyncConnection,
    scope: Scope,
    bureau: str,
    *,
    before: int | None = None,
    action: str | None = None,
    target: str | None = None,
    limit: int = 50,
) -> tuple[JournalEntry, ...]:
    """Entries of a visible bureau, newest first; those with a number below `before` if given.

    `target`: how the target begins.
    """
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    if before is not None:
        query = query.where(t.c.n < before)
    if action is not None:
        query = query.where(t.c.action == action)
    if target is not None:
        query = query.where(t.c.target.startswith(target, autoescape=True))
    return await many(db, query.order_by(t.c.n.desc()).limit(limit), JournalEntry)
