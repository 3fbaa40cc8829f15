"""Who comes along on drawn visits: named by the dispatcher, ended once, never changed."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.companion_rows import Companion
from tenants.faults import neutral_errors
from tenants.scope import Scope, own, within
from tenants.stores.common import change, many
from tenants.tables import companion as t


async def keep(db: AsyncConnection, scope: Scope, made: Companion) -> None:
    """Keep one of the scope's own bureau."""
    values = asdict(made) | {"bureau": scope.bureau, "parts": list(made.parts)}
    with neutral_errors():
        await db.execute(insert(t).values(**values))


async def of_draw(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> tuple[Companion, ...]:
    """Everyone ever named for visits of a draw, by visit."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.draw_no == draw_no)
    return await many(db, query.order_by(t.c.slot, t.c.n), Companion)


async def of_subject(db: AsyncConnection, scope: Scope) -> tuple[Companion, ...]:
    """Where the scope's own subject comes along in the own bureau, not where that was ended."""
    mine = (t.c.subject == scope.subject, t.c.ended_at.is_(None))
    query = select(t).where(own(scope, t.c.bureau), *mine)
    return await many(db, query.order_by(t.c.draw_no, t.c.slot, t.c.n), Companion)


async def end(db: AsyncConnection, scope: Scope, draw_no: int, slot: int, n: int, at: datetime) -> None:
    """End one as the scope's subject. Raises WrongState when it has ended, or there is none."""
    where = (own(scope, t.c.bureau), t.c.draw_no == draw_no, t.c.slot == slot, t.c.n == n)
    values = {"ended_at": at, "ended_by": scope.subject}
    await change(db, update(t).where(*where, t.c.ended_at.is_(None)).values(**values), wanted="open")
