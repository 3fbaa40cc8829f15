"""Data keys as wrapped, and the trace of those wrapped anew. What they seal is never touched."""

import hashlib
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.scope import Scope, own, within
from tenants.secrecy_rows import KeyRewrap
from tenants.stores.common import change, many
from tenants.tables import draw as d
from tenants.tables import key_rewrap as t


async def wrapped(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[tuple[int, bytes], ...]:
    """(draw_no, wrapped data key) of every draw of a bureau that has one, by number."""
    query = select(d.c.draw_no, d.c.wrapped_key).where(
        within(scope, d.c.bureau), d.c.bureau == bureau, d.c.wrapped_key.is_not(None)
    )
    return tuple((no, bytes(blob)) for no, blob in await db.execute(query.order_by(d.c.draw_no)))


async def replace(
    db: AsyncConnection,
    scope: Scope,
    draw_no: int,
    old: bytes,
    new: bytes,
    *,
    provider: str,
    at: datetime,
) -> KeyRewrap:
    """Put another wrapping of the same data key in the place of `old`; the row of it comes first.

    Raises:
        WrongState: the draw's key is not `old` any more; nothing is kept.
    """
    highest = select(func.coalesce(func.max(t.c.n), 0)).where(own(scope, t.c.bureau), t.c.draw_no == draw_no)
    n = int(await db.scalar(highest) or 0) + 1
    values = {"provider": provider, "by": scope.subject, "at": at, "before": _sha(old), "after": _sha(new)}
    made = KeyRewrap(bureau=scope.bureau, draw_no=draw_no, n=n, **values)  # type: ignore[arg-type]
    with neutral_errors():
        await db.execute(insert(t).values(bureau=scope.bureau, draw_no=draw_no, n=n, **values))
    where = (own(scope, d.c.bureau), d.c.draw_no == draw_no, d.c.wrapped_key == old)
    await change(db, update(d).where(*where).values(wrapped_key=new), wanted="the key that was read")
    return made


async def history(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[KeyRewrap, ...]:
    """Every key wrapped anew, in order."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    return await many(db, query.order_by(t.c.at, t.c.draw_no, t.c.n), KeyRewrap)


def _sha(blob: bytes) -> str:
    return hashlib.sha256(blob).hexdigest()
