"""What happened in a bureau day by day, in numbers, for its superior's timeline; no site of an open draw."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.terms import Period
from tenants.quarters import span
from tenants.scope import Scope, within
from tenants.stores.common import many
from tenants.tables import notice as n
from tenants.tables import site_change as s
from tenants.tables import visit as v


@dataclass(frozen=True, slots=True)
class DayNumbers:
    """A day of one kind of thing: what it was, and how often."""

    day: date
    what: str
    count: int


async def published(
    db: AsyncConnection, scope: Scope, bureau: str, period: Period | str
) -> tuple[DayNumbers, ...]:
    """Notices published, by day and kind."""
    of = (within(scope, n.c.bureau), n.c.bureau == bureau)
    return await _days(db, of, n.c.published_at, n.c.kind, period)


async def withdrawn(
    db: AsyncConnection, scope: Scope, bureau: str, period: Period | str
) -> tuple[DayNumbers, ...]:
    """Notices withdrawn, by day and kind."""
    of = (within(scope, n.c.bureau), n.c.bureau == bureau)
    return await _days(db, of, n.c.withdrawn_at, n.c.kind, period)


async def changed(
    db: AsyncConnection, scope: Scope, bureau: str, period: Period | str
) -> tuple[DayNumbers, ...]:
    """Rows of the roster of sites that changed, by day and reason given."""
    of = (within(scope, s.c.bureau), s.c.bureau == bureau)
    return await _days(db, of, s.c.at, s.c.reason, period)


async def recorded(
    db: AsyncConnection, scope: Scope, bureau: str, period: Period | str
) -> tuple[DayNumbers, ...]:
    """Records sealed, by day and result."""
    of = (within(scope, v.c.bureau), v.c.bureau == bureau, v.c.state != "returned")
    return await _days(db, of, v.c.recorded_at, v.c.result_code, period)


async def _days(
    db: AsyncConnection,
    of: tuple[ColumnElement[bool], ...],
    at: ColumnElement[Any],
    what: ColumnElement[Any],
    period: Period | str,
) -> tuple[DayNumbers, ...]:
    since, before = span(period)
    day = cast(func.timezone("Asia/Shanghai", at), Date)
    query = (
        select(day.label("day"), what.label("what"), func.count().label("count"))
        .where(*of, at >= since, at < before)
        .group_by(day, what)
        .order_by(day, what)
    )
    return await many(db, query, DayNumbers)
