"""Requests to look at a bureau's data: asked, approved or declined, ended; and what was read under one."""

from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import Interval, cast, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.access_glass import GLASS, Glass
from tenants.faults import neutral_errors
from tenants.records import JournalEntry
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, many, one
from tenants.tables import glass as t
from tenants.tables import journal as j

MOST = 200


async def of_subject(db: AsyncConnection, subject: str) -> tuple[Glass, ...]:
    """Requests of one login in all bureaus, the latest first.

    Args:
        subject: its own; the connection's scope must carry the same one (Scope.login).
    """
    query = select(t).where(t.c.asker == subject).order_by(t.c.asked_at.desc(), t.c.id)
    return await many(db, query.limit(MOST), Glass)


async def in_bureau(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[Glass, ...]:
    """Requests to look at a visible bureau, the latest first."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    return await many(db, query.order_by(t.c.asked_at.desc(), t.c.id).limit(MOST), Glass)


async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> Glass:
    """One request to look at a visible bureau, by its number. Raises Missing."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.id == id)
    return await one(db, query, Glass, key=id, what="应急查看申请")


async def ask(db: AsyncConnection, scope: Scope, made: Glass) -> None:
    """Keep a request about the bureau acted for."""
    require_own(scope, made.bureau)
    with neutral_errors():
        await db.execute(insert(t).values(**{f.name: getattr(made, f.name) for f in fields(made)}))


async def approve(db: AsyncConnection, scope: Scope, id: UUID, *, by: str, name: str, at: datetime) -> None:
    """Approve a request about the own bureau, for the minutes that were asked for.

    Raises:
        WrongState: it is approved or over. SameHand: by who asked. Conflict: not by the bureau's head.
    """
    lasts = t.c.minutes * cast(literal("1 minute"), Interval)
    values = {"approved_by": by, "approved_name": name, "approved_at": at}
    where = own(scope, t.c.bureau), t.c.id == id, t.c.approved_at.is_(None), t.c.ended_at.is_(None)
    statement = update(t).where(*where).values(**values, ends_at=literal(at, t.c.ends_at.type) + lasts)
    with neutral_errors():
        await change(db, statement, wanted="asked")


async def end(db: AsyncConnection, scope: Scope, id: UUID, *, by: str, name: str, at: datetime) -> None:
    """End, decline or withdraw a request about the own bureau. Raises WrongState when it is over."""
    where = own(scope, t.c.bureau), t.c.id == id, t.c.ended_at.is_(None)
    values = {"ended_by": by, "ended_name": name, "ended_at": at}
    with neutral_errors():
        await change(db, update(t).where(*where).values(**values), wanted="asked/open")


async def reads(
    db: AsyncConnection, scope: Scope, bureau: str, id: UUID, *, before: int | None = None, limit: int = 100
) -> tuple[JournalEntry, ...]:
    """What was read under a request, from the journal of the bureau that was read, newest first.

    Args:
        db: connection of a unit in the database the bureau lives in.
        before: only entries with a lower number. limit: at most so many.
    """
    query = select(j).where(
        within(scope, j.c.bureau), j.c.bureau == bureau, j.c.after[GLASS].as_string() == str(id)
    )
    if before is not None:
        query = query.where(j.c.n < before)
    return await many(db, query.order_by(j.c.n.desc()).limit(limit), JournalEntry)


async def count_reads(db: AsyncConnection, scope: Scope, bureau: str) -> dict[str, int]:
    """Number of a request → how many reads the bureau's journal tells of."""
    which = j.c.after[GLASS].as_string()
    query = select(which, func.count()).where(
        within(scope, j.c.bureau), j.c.bureau == bureau, which.is_not(None)
    )
    return {str(id): count for id, count in await db.execute(query.group_by(which))}
