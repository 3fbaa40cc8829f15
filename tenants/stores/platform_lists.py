"""Lists of the provincial platform: those draws were taken over from, and those compared with ours."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.external_rows import PlatformList, PublicSource
from tenants.faults import neutral_errors
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import columns_of, many
from tenants.tables import draw as d
from tenants.tables import platform_list as t


async def next_n(db: AsyncConnection, scope: Scope, draw_no: int) -> int:
    """Number of the next list of an own draw; hold the draw's row first."""
    query = select(func.coalesce(func.max(t.c.n), 0)).where(own(scope, t.c.bureau), t.c.draw_no == draw_no)
    return int(await db.scalar(query) or 0) + 1


async def keep(db: AsyncConnection, scope: Scope, row: PlatformList) -> None:
    """Keep what a list was and how it compared."""
    require_own(scope, row.bureau)
    with neutral_errors():
        await db.execute(insert(t).values(**asdict(row)))


async def of_draw(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> tuple[PlatformList, ...]:
    """Lists of a visible bureau's draw, in order."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.draw_no == draw_no)
    return await many(db, query.order_by(t.c.n), PlatformList)


async def batch_holder(db: AsyncConnection, scope: Scope, batch: str) -> int | None:
    """Number of the own draw, not void, that has a batch number of the platform; None when none has."""
    query = (
        select(t.c.draw_no)
        .join(d, (d.c.bureau == t.c.bureau) & (d.c.draw_no == t.c.draw_no))
        .where(own(scope, t.c.bureau), own(scope, d.c.bureau), t.c.batch == batch, d.c.state != "void")
        .limit(1)
    )
    found: int | None = await db.scalar(query)
    return found


async def differing(db: AsyncConnection, scope: Scope, bureaus: Sequence[str]) -> tuple[PlatformList, ...]:
    """Draws of visible bureaus, not void, whose last compared list differs; newest first."""
    compared = t.c.verdict.in_(("equal", "different"))
    newest = (
        select(t.c.bureau, t.c.draw_no, func.max(t.c.n).label("n"))
        .where(within(scope, t.c.bureau), t.c.bureau.in_(bureaus), compared)
        .group_by(t.c.bureau, t.c.draw_no)
        .subquery()
    )
    query = (
        select(t)
        .join(newest, (newest.c.bureau == t.c.bureau) & (newest.c.draw_no == t.c.draw_no)
              & (newest.c.n == t.c.n))
        .join(d, (d.c.bureau == t.c.bureau) & (d.c.draw_no == t.c.draw_no))
        .where(within(scope, t.c.bureau), within(scope, d.c.bureau), t.c.verdict == "different")
        .where(d.c.state != "void")
        .order_by(t.c.at.desc(), t.c.bureau, t.c.draw_no)
    )  # fmt: skip
    return await many(db, query, PlatformList)


async def public_source(db: AsyncConnection, bureau: str, draw_no: int) -> PublicSource | None:
    """The list a draw was taken over from; None for a draw of ours."""
    # The predicate repeats the policy: each layer must hold with the other switched off.
    query = select(*columns_of(t, PublicSource)).where(
        t.c.verdict == "source", t.c.bureau == bureau, t.c.draw_no == draw_no
    )
    return next(iter(await many(db, query, PublicSource)), None)
