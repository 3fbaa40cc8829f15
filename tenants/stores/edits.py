"""Who changed the rosters of a bureau, and since when; numbers only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.rows import Draw
from tenants.scope import Scope, within
from tenants.tables import draw as d
from tenants.tables import officer_change, site_change


@dataclass(frozen=True, slots=True)
class Edited:
    """Changes one login made: how many of sites and of officers, and when the first of them."""

    person: str
    sites: int
    officers: int
    first: datetime


async def by_person(
    db: AsyncConnection, scope: Scope, bureau: str, person: str, since: datetime | None
) -> tuple[int, int]:
    """Changes (of sites, of officers) a login made in a bureau's rosters, from a moment on; None = ever."""
    return (
        await _count(db, scope, site_change, bureau, person, since),
        await _count(db, scope, officer_change, bureau, person, since),
    )


async def tally(db: AsyncConnection, scope: Scope, bureau: str, since: datetime | None) -> tuple[Edited, ...]:
    """Everyone who changed a bureau's rosters from a moment on, by login; None = ever."""
    found: dict[str, Edited] = {}
    for t in (site_change, officer_change):
        query = select(t.c.by, func.count(), func.min(t.c.at)).where(
            within(scope, t.c.bureau), t.c.bureau == bureau
        )
        query = query if since is None else query.where(t.c.at >= since)
        for person, count, first in await db.execute(query.group_by(t.c.by)):
            known = found.get(person, Edited(person, 0, 0, first))
            sites, officers = (count, 0) if t is site_change else (0, count)
            found[person] = Edited(
                person, known.sites + sites, known.officers + officers, min(known.first, first)
            )
    return tuple(found[person] for person in sorted(found))


async def roster_freeze(db: AsyncConnection, scope: Scope, bureau: str, subject: str) -> datetime | None:
    """When a bureau last froze a subject's roster for a draw that still counts; None = never."""
    query = select(func.max(d.c.frozen_at)).where(
        within(scope, d.c.bureau), d.c.bureau == bureau, d.c.subject == subject, d.c.state != "void"
    )
    found: datetime | None = await db.scalar(query)
    return found


async def last_freeze(db: AsyncConnection, scope: Scope, before: Draw) -> datetime | None:
    """When the drawing bureau last froze the same roster for a draw that still counts; None = never.

    Args:
        db: connection of a unit.
        scope: sees the drawing bureau.
        before: the draw at hand; those with a lower number are asked.
    """
    query = select(func.max(d.c.frozen_at)).where(
        within(scope, d.c.bureau),
        d.c.bureau == before.bureau,
        d.c.subject == before.subject,
        d.c.draw_no < before.draw_no,
        d.c.state != "void",
    )
    found: datetime | None = await db.scalar(query)
    return found


async def _count(
    db: AsyncConnection, scope: Scope, t: Table, bureau: str, person: str, since: datetime | None
) -> int:
    query = select(func.count()).select_from(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    query = query.where(t.c.by == person)
    return int(await db.scalar(query if since is None else query.where(t.c.at >= since)) or 0)
