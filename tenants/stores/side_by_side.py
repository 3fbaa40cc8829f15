"""More numbers of many bureaus for their superior: how rosters changed, which visits were random, repeats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.terms import Period
from tenants.quarters import span
from tenants.rows import RuleChoice
from tenants.scope import Scope, within
from tenants.stores.common import columns_of, many
from tenants.tables import rule_choice as c
from tenants.tables import site_change as s
from tenants.tables import visit as v


@dataclass(frozen=True, slots=True)
class ChangeNumbers:
    """Rows of a bureau's roster of sites that were entered or changed in a quarter."""

    bureau: str
    count: int


@dataclass(frozen=True, slots=True)
class KindNumbers:
    """Visits of a bureau's quarter of one type."""

    bureau: str
    visit_type: str
    count: int


@dataclass(frozen=True, slots=True)
class LoadNumbers:
    """How many sites of a roster (`subject`) were visited in a year in just this way: type → number."""

    subject: str
    visits: dict[str, int]
    sites: int


async def changes_in(
    db: AsyncConnection, scope: Scope, bureaus: Sequence[str], period: Period | str
) -> tuple[ChangeNumbers, ...]:
    """Changed rows of the rosters in a quarter (China's calendar)."""
    start, end = span(period)
    query = (
        select(s.c.bureau, func.count().label("count"))
        .where(within(scope, s.c.bureau), s.c.bureau.in_(bureaus), s.c.at >= start, s.c.at < end)
        .group_by(s.c.bureau)
    )
    return await many(db, query, ChangeNumbers)


async def kinds_in(
    db: AsyncConnection, scope: Scope, bureaus: Sequence[str], period: Period | str
) -> tuple[KindNumbers, ...]:
    """Visits that began in a quarter by type, returned records aside."""
    start, end = span(period)
    query = (
        select(v.c.bureau, v.c.visit_type, func.count().label("count"))
        .where(within(scope, v.c.bureau), v.c.bureau.in_(bureaus), v.c.state != "returned")
        .where(v.c.started_at >= start, v.c.started_at < end)
        .group_by(v.c.bureau, v.c.visit_type)
    )
    return await many(db, query, KindNumbers)


async def loads_in(
    db: AsyncConnection, scope: Scope, bureaus: Sequence[str], year: int
) -> tuple[LoadNumbers, ...]:
    """How often the sites of each roster were visited in a year; a joint visit is one."""
    start, end = span(f"{year}Q1")[0], span(f"{year}Q4")[1]
    each = (
        select(
            v.c.subject,
            v.c.site_code,
            v.c.visit_type,
            func.count(v.c.record_sha256.distinct()).label("n"),
        )
        .where(within(scope, v.c.bureau), v.c.bureau.in_(bureaus), v.c.state != "returned")
        .where(v.c.started_at >= start, v.c.started_at < end)
        .group_by(v.c.subject, v.c.site_code, v.c.visit_type)
        .subquery()
    )
    site = (
        select(each.c.subject, func.jsonb_object_agg(each.c.visit_type, each.c.n).label("visits"))
        .group_by(each.c.subject, each.c.site_code)
        .subquery()
    )
    query = select(site.c.subject, site.c.visits, func.count().label("sites"))
    return await many(db, query.group_by(site.c.subject, site.c.visits), LoadNumbers)


async def caps_chosen(db: AsyncConnection, scope: Scope, bureaus: Sequence[str]) -> tuple[RuleChoice, ...]:
    """What the bureaus chose about their cap of visits, in the order in which choices count."""
    query = (
        select(*columns_of(c, RuleChoice))
        .where(within(scope, c.c.bureau), c.c.bureau.in_(bureaus), c.c.key.startswith("cap."))
        .order_by(c.c.bureau, c.c.key, c.c.effective, c.c.at, c.c.withdrawn_at.asc().nulls_last(), c.c.id)
    )
    return await many(db, query, RuleChoice)


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One changed row of a roster of sites. `added`: it was not there before."""

    at: datetime
    code: str
    by: str
    reason: str
    added: bool


async def changed_rows(
    db: AsyncConnection, scope: Scope, bureau: str, period: Period | str, limit: int = 501
) -> tuple[ChangedRow, ...]:
    """Changed rows of one bureau's quarter, the latest first."""
    start, end = span(period)
    query = (
        select(s.c.at, s.c.code, s.c.by, s.c.reason, s.c.before.is_(None).label("added"))
        .where(within(scope, s.c.bureau), s.c.bureau == bureau, s.c.at >= start, s.c.at < end)
        .order_by(s.c.at.desc(), s.c.n.desc())
        .limit(limit)
    )
    return await many(db, query, ChangedRow)
