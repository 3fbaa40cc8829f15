"""The State Council's notices of the deployment, and the closed days of bureaus."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.calendar_rows import Closure, KeptNotice
from tenants.faults import neutral_errors
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, many
from tenants.tables import calendar_notice as n
from tenants.tables import closure as c

# What the public role may read too.
_OPEN_NOTICE = (n.c.year, n.c.version, n.c.text, n.c.holidays, n.c.workdays, n.c.at)


async def enter(
    db: AsyncConnection,
    year: int,
    text: str,
    holidays: Sequence[date],
    workdays: Sequence[date],
    *,
    by: str,
    at: datetime,
) -> int:
    """Keep a year's notice as its next version; needs a system scope. Returns the version.

    Raises:
        Conflict: two people entered the same version at once.
    """
    version = (await db.scalar(select(func.max(n.c.version)).where(n.c.year == year)) or 0) + 1
    days = {"holidays": _texts(holidays), "workdays": _texts(workdays)}
    with neutral_errors():
        await db.execute(insert(n).values(year=year, version=version, text=text, by=by, at=at, **days))
    return version


async def notices(db: AsyncConnection) -> tuple[KeptNotice, ...]:
    """The newest version of every year, ascending; readable by every role, `by` left empty."""
    rows = await db.execute(select(*_OPEN_NOTICE).order_by(n.c.year, n.c.version))
    return tuple({row.year: _notice(row, "") for row in rows}.values())


async def history(db: AsyncConnection, year: int) -> tuple[KeptNotice, ...]:
    """Every version of a year, oldest first."""
    rows = await db.execute(select(n).where(n.c.year == year).order_by(n.c.version))
    return tuple(_notice(row, row.by) for row in rows)


async def close_days(db: AsyncConnection, scope: Scope, closure: Closure) -> None:
    """Keep closed days of the own bureau."""
    require_own(scope, closure.bureau)
    values = {name: getattr(closure, name) for name in Closure.__dataclass_fields__}
    await db.execute(insert(c).values(**values))


async def reopen_days(db: AsyncConnection, scope: Scope, id: UUID, *, by: str, at: datetime) -> None:
    """Withdraw closed days. Raises WrongState when they are withdrawn already or not the own ones."""
    statement = update(c).where(own(scope, c.c.bureau), c.c.id == id, c.c.withdrawn_at.is_(None))
    await change(db, statement.values(withdrawn_at=at, withdrawn_by=by), wanted="closed")


async def closures(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[Closure, ...]:
    """Closed days of a visible bureau, withdrawn ones included, by first day."""
    query = select(c).where(within(scope, c.c.bureau), c.c.bureau == bureau)
    return await many(db, query.order_by(c.c.first, c.c.at), Closure)


async def public_closures(db: AsyncConnection, bureau: str) -> tuple[tuple[date, date], ...]:
    """Spans of closed days as the public role sees them."""
    query = select(c.c.first, c.c.last).where(c.c.bureau == bureau, c.c.withdrawn_at.is_(None))
    return tuple((row.first, row.last) for row in await db.execute(query.order_by(c.c.first)))


def _texts(days: Sequence[date]) -> list[str]:
    return [day.isoformat() for day in sorted(set(days))]


def _notice(row: Any, by: str) -> KeptNotice:
    holidays, workdays = (
        tuple(date.fromisoformat(day) for day in days) for days in (row.holidays, row.workdays)
    )
    return KeptNotice(row.year, row.version, row.text, holidays, workdays, by, row.at)
