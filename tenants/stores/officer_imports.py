"""What an import did to the officers of a bureau, and what was built on them since."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.roster.undo import Step
from policies.terms import Officer
from tenants.locks import hold
from tenants.scope import Scope, own
from tenants.stores.officers import kept_as
from tenants.tables import assignment as a
from tenants.tables import draw as d
from tenants.tables import officer
from tenants.tables import officer_change as c


async def import_steps(db: AsyncConnection, scope: Scope, id: UUID) -> tuple[Step[Officer], ...]:
    """Every change an import made in the own bureau, by certificate; holds the roster until the end."""
    await hold(db, "roster", officer.name, scope.bureau)
    newest = select(c.c.certificate, func.max(c.c.n).label("n")).where(own(scope, c.c.bureau))
    last = newest.group_by(c.c.certificate).subquery("last")
    query = select(c.c.before, c.c.after, (last.c.n > c.c.n).label("overtaken"))
    query = query.join(last, last.c.certificate == c.c.certificate)
    query = query.where(own(scope, c.c.bureau), c.c.batch == id).order_by(c.c.certificate, c.c.n)
    return tuple(_step(row._mapping) for row in await db.execute(query))


async def dispatched_since(
    db: AsyncConnection, scope: Scope, certificates: Sequence[str], since: date
) -> tuple[str, ...]:
    """Which of these officers of the own bureau have a visit on a day or later, by certificate."""
    query = select(a.c.certificate).where(own(scope, a.c.bureau), a.c.certificate.in_(certificates))
    query = query.where(or_(a.c.until_day.is_(None), a.c.until_day >= since), a.c.from_day >= since)
    return tuple(await db.scalars(query.distinct().order_by(a.c.certificate)))


async def frozen_since(db: AsyncConnection, scope: Scope, since: datetime) -> bool:
    """Whether the own bureau froze a draw after a moment that still counts."""
    query = select(func.count()).select_from(d).where(own(scope, d.c.bureau), d.c.frozen_at >= since)
    return bool(await db.scalar(query.where(d.c.state != "void")))


def _step(row: Mapping[Any, Any]) -> Step[Officer]:
    before = kept_as(row["before"]) if row["before"] else None
    return Step(before, kept_as(row["after"]), bool(row["overtaken"]))
