"""What there is to tell, as numbers and days of the own bureau: no site is named, nothing is opened."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.scope import Scope, own
from tenants.tables import assignment as a
from tenants.tables import draw as d
from tenants.tables import finding as f
from tenants.tables import officer as o
from tenants.tables import task as t
from tenants.tables import visit as v


async def tasks_new(
    db: AsyncConnection, scope: Scope, day: date, before: datetime | None = None
) -> dict[str, int]:
    """Login → visits that its officer may see from this day on, and has not begun.

    Args:
        before: only those dispatched earlier.
    """
    query = _tasks(scope).where(a.c.from_day == day, t.c.state == "dispatched")
    if before is not None:
        query = query.where(t.c.dispatched_at < before)
    return await _counted(db, query, day)


def _tasks(scope: Scope) -> Select[str, int]:
    """Visits by the login of their officers, of draws that stand."""
    return (
        select(o.c.person, func.count())
        .select_from(a)
        .join(o, and_(o.c.bureau == a.c.bureau, o.c.certificate == a.c.certificate))
        .join(t, and_(t.c.bureau == a.c.bureau, t.c.draw_no == a.c.draw_no, t.c.slot == a.c.slot))
        .join(d, and_(d.c.bureau == a.c.bureau, d.c.draw_no == a.c.draw_no))
        .where(own(scope, a.c.bureau), own(scope, o.c.bureau), own(scope, t.c.bureau), own(scope, d.c.bureau))
        .where(d.c.state != "void", o.c.person != "")
    )


async def _counted(db: AsyncConnection, query: Select[str, int], day: date) -> dict[str, int]:
    """Of the officers whose assignment goes on after a day."""
    going = query.where(or_(a.c.until_day.is_(None), a.c.until_day > day))
    found = await db.execute(going.group_by(o.c.person))
    return {row[0]: int(row[1]) for row in found}


async def corrections(db: AsyncConnection, scope: Scope, until: date) -> tuple[date, ...]:
    """Days on which open correction orders fall due, up to a day; one entry an order."""
    query = (
        select(f.c.order_due)
        .join(v, and_(v.c.bureau == f.c.bureau, v.c.id == f.c.visit_id))
        .where(own(scope, f.c.bureau), own(scope, v.c.bureau), v.c.state != "returned")
        .where(f.c.order_due <= until, f.c.corrected_at.is_(None))
    )
    return tuple((await db.scalars(query.order_by(f.c.order_due))).all())


async def uploads(db: AsyncConnection, scope: Scope, until: date, *, accepted: bool) -> tuple[date, ...]:
    """Last days of records in no file yet, accepted or to be reviewed, up to a day; one entry a record."""
    state = "accepted" if accepted else "recorded"
    query = select(v.c.upload_due).where(
        own(scope, v.c.bureau), v.c.state == state, v.c.uploaded_at.is_(None), v.c.upload_due <= until
    )
    return tuple((await db.scalars(query)).all())


async def publications(db: AsyncConnection, scope: Scope, until: date) -> tuple[tuple[UUID, date], ...]:
    """(record, last day to publish it) of drawn visits up to a day, published or not."""
    query = select(v.c.id, v.c.publish_due).where(
        own(scope, v.c.bureau), v.c.state != "returned", v.c.visit_type == "random", v.c.publish_due <= until
    )
    return tuple((row.id, row.publish_due) for row in await db.execute(query))


async def tasks_open(db: AsyncConnection, scope: Scope, day: date, period: str) -> dict[str, int]:
    """Login → visits of a quarter that its officer may see on a day, and has not recorded."""
    query = _tasks(scope).where(
        a.c.from_day <= day, t.c.state.in_(("dispatched", "arrived")), d.c.period == period
    )
    return await _counted(db, query, day)


async def certificates(
    db: AsyncConnection, scope: Scope, first: date, last: date
) -> tuple[tuple[str, date], ...]:
    """(login or "", last day) of the certificates that end within two days, both included."""
    query = select(o.c.person, o.c.valid_until).where(
        own(scope, o.c.bureau), o.c.valid_until >= first, o.c.valid_until <= last
    )
    return tuple((person or "", day) for person, day in await db.execute(query.order_by(o.c.valid_until)))


async def draws_within(
    db: AsyncConnection, scope: Scope, first: datetime, last: datetime
) -> tuple[datetime, ...]:
    """When the own draws that are not drawn yet are to happen, between two moments."""
    query = select(d.c.beacon_at).where(
        own(scope, d.c.bureau),
        d.c.state.in_(("prepared", "frozen")),
        d.c.beacon_at >= first,
        d.c.beacon_at < last,
    )
    return tuple((await db.scalars(query.order_by(d.c.beacon_at))).all())
