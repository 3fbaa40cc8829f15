"""Differences of rosters as shown before a freeze, and the one the freeze put into the log."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.planning.roster_change import Past
from tenants.external_rows import DifferenceRow, PublicDifference, difference_target
from tenants.faults import neutral_errors
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import columns_of, many
from tenants.tables import journal as j
from tenants.tables import roster_difference as t
from tenants.tables import site_change as c

READ = "draw.difference_read"  # noted in the bureau's journal only of readers from outside


async def next_n(db: AsyncConnection, scope: Scope, draw_no: int) -> int:
    """Number of the next difference of an own draw; hold the draw's row first."""
    query = select(func.coalesce(func.max(t.c.n), 0)).where(own(scope, t.c.bureau), t.c.draw_no == draw_no)
    return int(await db.scalar(query) or 0) + 1


async def keep(db: AsyncConnection, scope: Scope, row: DifferenceRow) -> None:
    """Keep one. Raises Conflict when the draw has a logged one already."""
    require_own(scope, row.bureau)
    with neutral_errors():
        await db.execute(insert(t).values(**asdict(row)))


async def latest(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> DifferenceRow | None:
    """The last one of a visible bureau's draw; of a frozen draw the one frozen."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.draw_no == draw_no)
    found = await many(db, query.order_by(t.c.n.desc()).limit(1), DifferenceRow)
    return found[0] if found else None


async def seen_outside(db: AsyncConnection, scope: Scope, draw_no: int, h: str) -> bool:
    """Whether the own journal says that somebody outside has read the difference of this fingerprint."""
    query = select(j.c.n).where(
        own(scope, j.c.bureau),
        j.c.action == READ,
        j.c.target == difference_target(scope.bureau, draw_no),
        j.c.after["fingerprint"].astext == h,
    )
    return await db.scalar(query.limit(1)) is not None


async def public_one(db: AsyncConnection, bureau: str, draw_no: int) -> PublicDifference | None:
    """What anyone may know of a draw's roster, once logged."""
    return next(
        iter(await many(db, _public().where(t.c.bureau == bureau, t.c.draw_no == draw_no), PublicDifference)),
        None,
    )


async def past_of(
    db: AsyncConnection, scope: Scope, bureau: str, since: datetime | None
) -> Mapping[str, Past]:
    """Code → what the roster's history says of every site changed after a moment; None = ever."""
    wanted = (c.c.code, c.c.before, c.c.after, c.c.reason)
    query = select(*wanted).where(within(scope, c.c.bureau), c.c.bureau == bureau)
    if since is not None:
        query = query.where(c.c.at > since)
    found: dict[str, Past] = {}
    for code, before, after, reason in await db.execute(query.order_by(c.c.n)):
        first = found.get(code) or Past(before is not None, (before or {}).get("status", ""))
        notes = first.notes if reason in first.notes else (*first.notes, reason)
        found[code] = Past(first.existed, first.status, after.get("status", ""), notes)
    return found


def _public() -> Select[Any]:
    # The predicate repeats the policy: each layer must hold with the other switched off.
    return select(*columns_of(t, PublicDifference)).where(t.c.log_index.is_not(None))
