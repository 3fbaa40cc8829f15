"""Marks of exports: which copy went to whom, in which order of rows."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.locks import hold
from tenants.scope import Scope, own, require_own, within
from tenants.secrecy_rows import ExportMark
from tenants.stores.common import many, one
from tenants.tables import export_mark as t


async def next_n(db: AsyncConnection, scope: Scope) -> int:
    """The number of the next copy of the own bureau; others wait until this transaction ends."""
    await hold(db, "export", scope.bureau)
    query = select(func.coalesce(func.max(t.c.n), 0)).where(own(scope, t.c.bureau))
    return int(await db.scalar(query) or 0) + 1


async def keep(db: AsyncConnection, scope: Scope, mark: ExportMark) -> None:
    """Keep the mark of a copy, once. Raises Conflict when its number is taken."""
    require_own(scope, mark.bureau)
    with neutral_errors():
        await db.execute(insert(t).values(**asdict(mark) | {"rows": list(mark.rows)}))


async def get(db: AsyncConnection, scope: Scope, bureau: str, n: int) -> ExportMark:
    """One mark. Raises Missing."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.n == n)
    return await one(db, query, ExportMark, what="导出", key=n)


async def recent(db: AsyncConnection, scope: Scope, bureau: str, limit: int = 50) -> tuple[ExportMark, ...]:
    """Copies of a bureau, newest first."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    return await many(db, query.order_by(t.c.n.desc()).limit(limit), ExportMark)


async def holding(
    db: AsyncConnection, scope: Scope, bureau: str, kinds: Sequence[str]
) -> tuple[ExportMark, ...]:
    """Copies of these kinds, oldest first: the candidates a found list may come from."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.kind.in_(kinds))
    return await many(db, query.order_by(t.c.n), ExportMark)
