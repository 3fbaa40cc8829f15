"""Yearly plans: versions, never overwritten; another person approves."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.locks import hold
from tenants.rows import Json, PlanRow
from tenants.scope import Scope, own, within
from tenants.stores.common import change, many
from tenants.tables import plan as t


async def keep(db: AsyncConnection, scope: Scope, year: int, body: Json, by: str, at: datetime) -> int:
    """Keep a new draft of the own bureau's plan; returns its version, counting from 1."""
    await hold(db, "plan", scope.bureau)
    last = select(func.coalesce(func.max(t.c.version), 0)).where(own(scope, t.c.bureau), t.c.year == year)
    version = int(await db.scalar(last) or 0) + 1
    values = {"year": year, "version": version, "body": body, "state": "draft", "made_at": at, "made_by": by}
    await db.execute(insert(t).values(bureau=scope.bureau, **values))
    return version


async def latest(
    db: AsyncConnection, scope: Scope, bureau: str, year: int, *, approved_only: bool = False
) -> PlanRow | None:
    """The newest version of a year, or the newest approved one; None when there is none."""
    query = _of(scope, bureau, year)
    if approved_only:
        query = query.where(t.c.state == "approved")
    found = await many(db, query.order_by(t.c.version.desc()).limit(1), PlanRow)
    return found[0] if found else None


async def versions(db: AsyncConnection, scope: Scope, bureau: str, year: int) -> tuple[PlanRow, ...]:
    """All versions of a year, oldest first."""
    return await many(db, _of(scope, bureau, year).order_by(t.c.version), PlanRow)


async def approve(db: AsyncConnection, scope: Scope, year: int, version: int, by: str, at: datetime) -> None:
    """Approve a draft. Raises SameHand for its maker, WrongState when it is no draft."""
    statement = update(t).where(
        own(scope, t.c.bureau), t.c.year == year, t.c.version == version, t.c.state == "draft"
    )
    await change(db, statement.values(state="approved", approved_at=at, approved_by=by), wanted="draft")


def _of(scope: Scope, bureau: str, year: int) -> Select[Any]:
    return select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.year == year)
