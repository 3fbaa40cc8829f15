"""Which superiors read what of a bureau, from its own journal: a row there names the reader's bureau."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.records import JournalEntry
from tenants.scope import Scope, within
from tenants.stores.common import many
from tenants.tables import journal as t

READER = "reader"  # member of `after` that holds the code of the bureau the reader acts for
_READER = t.c.after[READER].as_string()


@dataclass(frozen=True, slots=True)
class Tally:
    """Reads of one kind by one superior. `last`: the latest of them."""

    reader: str
    action: str
    count: int
    last: datetime


async def of_bureau(
    db: AsyncConnection,
    scope: Scope,
    bureau: str,
    *,
    reader: str = "",
    action: str = "",
    before: int | None = None,
    limit: int = 50,
) -> tuple[JournalEntry, ...]:
    """Reads of a visible bureau's rows by its superiors, newest first.

    Args:
        db: connection of a unit in the database the bureau lives in.
        scope: that sees the bureau.
        bureau: whose journal.
        reader: only those of this superior. action: only of this kind.
        before: only entries with a lower number. limit: at most so many.
    """
    query = select(t).where(*_reads(scope, bureau))
    if reader:
        query = query.where(reader == _READER)
    if action:
        query = query.where(t.c.action == action)
    if before is not None:
        query = query.where(t.c.n < before)
    return await many(db, query.order_by(t.c.n.desc()).limit(limit), JournalEntry)


async def tally(db: AsyncConnection, scope: Scope, bureau: str, since: datetime) -> tuple[Tally, ...]:
    """How often each superior read what since a moment, most often first."""
    count = func.count().label("count")
    query = (
        select(_READER.label("reader"), t.c.action, count, func.max(t.c.at).label("last"))
        .where(*_reads(scope, bureau), t.c.at >= since)
        .group_by(_READER, t.c.action)
        .order_by(count.desc(), _READER, t.c.action)
    )
    return await many(db, query, Tally)


def _reads(scope: Scope, bureau: str) -> Sequence[ColumnElement[bool]]:
    """Rows that name a reader from another bureau."""
    return (within(scope, t.c.bureau), t.c.bureau == bureau, _READER.is_not(None), t.c.bureau != _READER)
