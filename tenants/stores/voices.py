"""The firm's page of a visit, its rating and complaints: by the digest of a code or a receipt."""

from dataclasses import asdict
from datetime import datetime, time, timedelta, timezone
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.terms import Period
from tenants.faults import neutral_errors
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, many, one
from tenants.tables import visit_complaint as c
from tenants.tables import visit_door as d
from tenants.tables import visit_rating as r
from tenants.voice_rows import Complaint, Rating, VisitDoor

_CHINA = timezone(timedelta(hours=8))


async def keep_door(db: AsyncConnection, scope: Scope, row: VisitDoor) -> None:
    """Keep the page of an own visit. Raises Conflict: there is one already."""
    require_own(scope, row.bureau)
    with neutral_errors():
        await db.execute(insert(d).values(**(asdict(row) | {"bureau": scope.bureau})))


async def door_of(db: AsyncConnection, scope: Scope, draw_no: int, slot: int) -> VisitDoor | None:
    """The page of an own visit, once it was shown."""
    where = (own(scope, d.c.bureau), d.c.draw_no == draw_no, d.c.slot == slot)
    return next(iter(await many(db, select(d).where(*where), VisitDoor)), None)


async def by_code(db: AsyncConnection, scope: Scope, code: str) -> VisitDoor:
    """The page of a code's digest, of the own bureau. Raises Missing."""
    query = select(d).where(own(scope, d.c.bureau), d.c.code == code)
    return await one(db, query, VisitDoor, what="检查", key="")


async def rating_of(db: AsyncConnection, scope: Scope, draw_no: int, slot: int) -> Rating | None:
    """The rating of an own visit; who changes it waits for others who do."""
    where = (own(scope, r.c.bureau), r.c.draw_no == draw_no, r.c.slot == slot)
    return next(iter(await many(db, select(r).where(*where).with_for_update(), Rating)), None)


async def rate(db: AsyncConnection, scope: Scope, row: Rating) -> None:
    """Keep the first rating. Raises Conflict: there is one already."""
    require_own(scope, row.bureau)
    values = asdict(row) | {"bureau": scope.bureau, "marks": dict(row.marks)}
    with neutral_errors():
        await db.execute(insert(r).values(**values))


async def rate_again(db: AsyncConnection, scope: Scope, row: Rating) -> None:
    """Change a rating. Raises WrongState where there is none."""
    where = (own(scope, r.c.bureau), r.c.draw_no == row.draw_no, r.c.slot == row.slot)
    values = {"marks": dict(row.marks), "words": row.words, "changed_at": row.changed_at}
    await change(db, update(r).where(*where).values(**values), wanted="rated")


async def ratings(db: AsyncConnection, scope: Scope, bureau: str, period: Period | str) -> tuple[Rating, ...]:
    """Ratings of a bureau's visits begun in a quarter (China's calendar), in no order that tells of them."""
    quarter = Period.parse(str(period))
    first = datetime.combine(quarter.first, time.min, _CHINA)
    end = datetime.combine(quarter.last + timedelta(days=1), time.min, _CHINA)
    of = (d.c.bureau == r.c.bureau) & (d.c.draw_no == r.c.draw_no) & (d.c.slot == r.c.slot)
    where = (within(scope, r.c.bureau), r.c.bureau == bureau, d.c.at >= first, d.c.at < end)
    return await many(db, select(r).join(d, of).where(*where).order_by(r.c.receipt), Rating)


async def complain(db: AsyncConnection, scope: Scope, row: Complaint) -> None:
    """Keep a complaint of the own bureau's visit."""
    require_own(scope, row.bureau)
    with neutral_errors():
        await db.execute(insert(c).values(**(asdict(row) | {"bureau": scope.bureau})))


async def complaints_of(db: AsyncConnection, scope: Scope, draw_no: int, slot: int) -> tuple[Complaint, ...]:
    """Complaints about one own visit."""
    where = (own(scope, c.c.bureau), c.c.draw_no == draw_no, c.c.slot == slot)
    return await many(db, select(c).where(*where).order_by(c.c.at), Complaint)


async def complaints(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[Complaint, ...]:
    """The newest 200 complaints of a bureau."""
    query = select(c).where(within(scope, c.c.bureau), c.c.bureau == bureau)
    return await many(db, query.order_by(c.c.at.desc(), c.c.id).limit(200), Complaint)


async def complaint(db: AsyncConnection, scope: Scope, id: UUID) -> Complaint:
    """One complaint of the own bureau. Raises Missing."""
    query = select(c).where(own(scope, c.c.bureau), c.c.id == id)
    return await one(db, query, Complaint, what="投诉", key=id)


async def answer(db: AsyncConnection, scope: Scope, id: UUID, words: str, by: str, at: datetime) -> None:
    """Answer a complaint, once. Raises WrongState: it is answered."""
    where = (own(scope, c.c.bureau), c.c.id == id, c.c.answer.is_(None))
    values = {"answer": words, "answered_by": by, "answered_at": at}
    await change(db, update(c).where(*where).values(**values), wanted="open")
