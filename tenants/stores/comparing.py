"""Numbers of many bureaus at once, for their superior: one query a kind and database, no row of a site."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.terms import Period
from tenants.scope import Scope, within
from tenants.stores.common import many
from tenants.tables import draw as d
from tenants.tables import notice as n
from tenants.tables import task as k
from tenants.tables import visit as v

_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class DrawNumbers:
    """A draw as the superior's table needs it.

    Attributes:
        strata: of the manifest, or of the platform's summary: `least` and `take` of each; None before it is
            frozen.
    """

    bureau: str
    draw_no: int
    state: str
    strata: list[dict[str, Any]] | None


@dataclass(frozen=True, slots=True)
class TaskNumbers:
    """Visits of a draw in one state. `late`: those of them whose day has passed without a record."""

    bureau: str
    draw_no: int
    state: str
    count: int
    late: int


@dataclass(frozen=True, slots=True)
class VisitNumbers:
    """Records of a bureau's quarter.

    Attributes:
        faults: with problems found. overdue: with an upload past its last day.
        unpublished: past the last day of publication without a public result. alone: of too few officers.
    """

    bureau: str
    faults: int
    overdue: int
    unpublished: int
    alone: int


async def periods(db: AsyncConnection, scope: Scope, bureaus: Sequence[str]) -> frozenset[str]:
    """The quarters in which any of the bureaus has a draw."""
    query = select(d.c.period).distinct().where(*_seen(scope, bureaus, d.c.bureau))
    return frozenset((await db.execute(query)).scalars())


async def draws_in(
    db: AsyncConnection, scope: Scope, bureaus: Sequence[str], period: Period | str
) -> tuple[DrawNumbers, ...]:
    """Every draw of the bureaus for a quarter, void ones included, without its manifest."""
    strata = case(
        (d.c.manifest.is_not(None), d.c.manifest["strata"]),
        (d.c.authority == "platform", d.c.summary["strata"]),
    ).label("strata")
    query = select(d.c.bureau, d.c.draw_no, d.c.state, strata)
    query = query.where(*_seen(scope, bureaus, d.c.bureau), d.c.period == str(period))
    return await many(db, query.order_by(d.c.bureau, d.c.draw_no), DrawNumbers)


async def tasks_in(
    db: AsyncConnection, scope: Scope, bureaus: Sequence[str], period: Period | str, day: date
) -> tuple[TaskNumbers, ...]:
    """Visits by state of the draws of a quarter that are not void; late as of a day."""
    late = and_(k.c.state.in_(("dispatched", "arrived")), k.c.visit_on < day)
    query = (
        select(k.c.bureau, k.c.draw_no, k.c.state, func.count().label("count"),
               func.count().filter(late).label("late"))
        .join(d, and_(d.c.bureau == k.c.bureau, d.c.draw_no == k.c.draw_no))
        .where(*_seen(scope, bureaus, k.c.bureau), within(scope, d.c.bureau))
        .where(d.c.period == str(period), d.c.state != "void")
        .group_by(k.c.bureau, k.c.draw_no, k.c.state)
    )  # fmt: skip
    return await many(db, query, TaskNumbers)


async def visits_in(
    db: AsyncConnection, scope: Scope, bureaus: Sequence[str], period: Period | str, day: date, least: int
) -> tuple[VisitNumbers, ...]:
    """Records of visits that began in a quarter (China's calendar), returned ones aside.

    Args:
        day: today. least: officers a visit needs.
    """
    quarter = Period.parse(str(period))
    start = datetime.combine(quarter.first, time.min, _CHINA)
    end = datetime.combine(quarter.last + timedelta(days=1), time.min, _CHINA)
    faults = v.c.result_code.in_(("corrected", "pending"))
    overdue = and_(v.c.uploaded_at.is_(None), v.c.upload_due < day)
    told = select(n.c.id).where(
        within(scope, n.c.bureau), n.c.bureau == v.c.bureau, n.c.id == v.c.id, n.c.published_at.is_not(None)
    )
    unpublished = and_(v.c.publish_due < day, ~told.exists())
    alone = func.jsonb_array_length(v.c.officers) < least
    counted = {"faults": faults, "overdue": overdue, "unpublished": unpublished, "alone": alone}
    query = (
        select(v.c.bureau, *(func.count().filter(one).label(name) for name, one in counted.items()))
        .where(*_seen(scope, bureaus, v.c.bureau), v.c.state != "returned", or_(*counted.values()))
        .where(v.c.started_at >= start, v.c.started_at < end)
        .group_by(v.c.bureau)
    )  # fmt: skip
    return await many(db, query, VisitNumbers)


@dataclass(frozen=True, slots=True)
class OverdueDraw:
    """A draw whose day of opening has come and which is not open.

    `outstanding`: visits not settled; None where the reader is not shown how many.
    """

    bureau: str
    draw_no: int
    period: str
    kind: str
    reveal_by: date
    outstanding: int | None


async def overdue_in(
    db: AsyncConnection, scope: Scope, bureaus: Sequence[str], day: date
) -> tuple[OverdueDraw, ...]:
    """Own draws of the bureaus that are drawn, past their day of opening and still closed."""
    waiting = k.c.state.not_in(("reviewed", "published", "cancelled"))
    query = (
        select(d.c.bureau, d.c.draw_no, d.c.period, d.c.kind, d.c.reveal_by,
               func.count(k.c.slot).filter(waiting).label("outstanding"))
        .outerjoin(k, and_(k.c.bureau == d.c.bureau, k.c.draw_no == d.c.draw_no, within(scope, k.c.bureau)))
        .where(*_seen(scope, bureaus, d.c.bureau), d.c.state == "drawn", d.c.authority == "own")
        .where(d.c.reveal_by <= day)
        .group_by(d.c.bureau, d.c.draw_no, d.c.period, d.c.kind, d.c.reveal_by)
    )  # fmt: skip
    return await many(db, query, OverdueDraw)


def _seen(
    scope: Scope, bureaus: Sequence[str], column: ColumnElement[str]
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return within(scope, column), column.in_(bureaus)
