"""Drawn visits and their assignments. No function here shows a name of a site."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Select, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.rows import Assignment, Task, TaskState
from tenants.scope import Scope, own, within
from tenants.sealing import task_row
from tenants.stores.common import change, columns_of, many, one, run
from tenants.tables import assignment as a
from tenants.tables import draw as d
from tenants.tables import task as t

_DONE = ("recorded", "reviewed", "published", "cancelled")
_SETTLED = ("reviewed", "published", "cancelled")  # a recorded visit may still be returned
_CHINA = timezone(timedelta(hours=8))
_COLUMNS = columns_of(t, Task)


async def keep(
    db: AsyncConnection,
    scope: Scope,
    draw_no: int,
    rows: Iterable[tuple[int, bytes]],
    *,
    drawn_by: str = "",
) -> int:
    """Keep drawn visits as (slot, sealed payload); `drawn_by` defaults to the scope's subject."""
    who = drawn_by or scope.subject
    common = {"bureau": scope.bureau, "draw_no": draw_no, "state": "drawn", "drawn_by": who}
    records = [
        {**common, "slot": slot, "blob": blob, "row_mark": task_row(slot)} for slot, blob in rows
    ]  # fmt: skip
    if records:
        await db.execute(insert(t), records)
    return len(records)


async def of_draw(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> tuple[Task, ...]:
    """Visits of a draw by slot."""
    return await many(db, _of(scope, bureau, draw_no).order_by(t.c.slot), Task)


async def get(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int, slot: int) -> Task:
    """One visit. Raises Missing."""
    query = _of(scope, bureau, draw_no).where(t.c.slot == slot)
    return await one(db, query, Task, what="任务", key=f"{draw_no}/{slot}")


async def blobs(
    db: AsyncConnection, scope: Scope, bureau: str, draw_no: int, slots: Sequence[int] | None = None
) -> tuple[tuple[int, bytes], ...]:
    """Sealed payloads by slot; for `tenants.sealed`, which opens them."""
    query = select(t.c.slot, t.c.blob).where(*_where(scope, bureau, draw_no))
    if slots is not None:
        query = query.where(t.c.slot.in_(slots))
    return tuple((slot, bytes(blob)) for slot, blob in await db.execute(query.order_by(t.c.slot)))


async def shape(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> tuple[int, int]:
    """(next free slot, length of the longest sealed payload) of a draw; a further visit must look alike."""
    query = select(func.coalesce(func.max(t.c.slot), -1), func.max(func.octet_length(t.c.blob)))
    slot, length = (await db.execute(query.where(*_where(scope, bureau, draw_no)))).one()
    return int(slot) + 1, int(length or 0)


async def dispatch(
    db: AsyncConnection,
    scope: Scope,
    draw_no: int,
    slot: int,
    visit_on: date,
    certificates: Sequence[str],
    by: str,
    at: datetime,
    *,
    from_day: date | None = None,
) -> None:
    """Hand a visit to its officers.

    Args:
        db: connection of a unit.
        scope: of the drawing bureau.
        draw_no: the draw.
        slot: the visit.
        visit_on: day of the visit.
        certificates: the team, its leader first.
        by: subject of the dispatcher; not the drawer.
        at: now.
        from_day: first day on which the officers see it; the day of `at` in China when not given.

    Raises:
        SameHand: the dispatcher has drawn.
        WrongState: dispatched already or cancelled.
    """
    where = (own(scope, t.c.bureau), t.c.draw_no == draw_no, t.c.slot == slot, t.c.state == "drawn")
    values = {"state": "dispatched", "visit_on": visit_on, "dispatched_at": at, "dispatched_by": by}
    await change(db, update(t).where(*where).values(**values), wanted="drawn")
    seen = from_day or at.astimezone(_CHINA).date()
    common = {"bureau": scope.bureau, "draw_no": draw_no, "slot": slot, "from_day": seen}
    team = [{**common, "certificate": c, "lead": n == 0, "n": 0} for n, c in enumerate(certificates)]
    await db.execute(insert(a), team)


async def of_officer(db: AsyncConnection, scope: Scope, certificate: str, on: date) -> tuple[Task, ...]:
    """Visits of the own bureau that an officer may see on a day, soonest first; void draws have none."""
    shown = and_(a.c.from_day <= on, or_(a.c.until_day.is_(None), a.c.until_day > on))
    query = (
        select(*_COLUMNS)
        .join(a, and_(a.c.bureau == t.c.bureau, a.c.draw_no == t.c.draw_no, a.c.slot == t.c.slot))
        .join(d, and_(d.c.bureau == t.c.bureau, d.c.draw_no == t.c.draw_no))
        .where(own(scope, t.c.bureau), own(scope, a.c.bureau), a.c.certificate == certificate, shown)
        .where(t.c.state != "drawn", own(scope, d.c.bureau), d.c.state != "void")
        .order_by(t.c.visit_on, t.c.draw_no, t.c.slot)
    )
    return await many(db, query, Task)


async def assignments(
    db: AsyncConnection, scope: Scope, bureau: str, draw_no: int, slot: int | None = None
) -> tuple[Assignment, ...]:
    """Who is on the visits of a draw, or on one of them; leaders first."""
    query = select(a).where(within(scope, a.c.bureau), a.c.bureau == bureau, a.c.draw_no == draw_no)
    if slot is not None:
        query = query.where(a.c.slot == slot)
    return await many(db, query.order_by(a.c.slot, a.c.lead.desc(), a.c.certificate), Assignment)


async def reassign(
    db: AsyncConnection, scope: Scope, draw_no: int, slot: int, team: Sequence[str], on: date, n: int
) -> None:
    """From a day on the visit has another team; who stays in the same part is not touched.

    Args:
        db: connection of a unit.
        scope: of the drawing bureau.
        draw_no: the draw.
        slot: a dispatched visit.
        team: certificates, the leader first.
        on: first day of the new team; a day not yet begun for the former one begins for neither.
        n: number of the event.
    """
    every = await assignments(db, scope, scope.bureau, draw_no, slot)
    standing = [member for member in every if member.until_day is None]
    wanted = {certificate: place == 0 for place, certificate in enumerate(team)}
    place = (own(scope, a.c.bureau), a.c.draw_no == draw_no, a.c.slot == slot, a.c.until_day.is_(None))
    for member in standing:
        if wanted.get(member.certificate) == member.lead:
            del wanted[member.certificate]
            continue
        ends = update(a).where(*place, a.c.certificate == member.certificate)
        await change(db, ends.values(until_day=max(on, member.from_day)), wanted="assigned")
    first = max([on, *(member.from_day for member in standing)])
    common = {"bureau": scope.bureau, "draw_no": draw_no, "slot": slot, "from_day": first, "n": n}
    rows = [{**common, "certificate": c, "lead": lead} for c, lead in wanted.items()]
    if rows:
        await db.execute(insert(a), rows)


async def set_state(
    db: AsyncConnection,
    scope: Scope,
    draw_no: int,
    slot: int,
    state: TaskState,
    *,
    expected: Sequence[TaskState] | None = None,
) -> None:
    """Move a visit on. Raises WrongState when it is not in one of the `expected` states."""
    where = [own(scope, t.c.bureau), t.c.draw_no == draw_no, t.c.slot == slot]
    if expected is not None:
        where.append(t.c.state.in_(expected))
    await change(db, update(t).where(*where).values(state=state), wanted="/".join(expected or ("—",)))


async def outstanding(db: AsyncConnection, scope: Scope, draw_no: int, bureau: str | None = None) -> int:
    """Number of visits whose record is not accepted and that are not cancelled."""
    where = _where(scope, bureau or scope.bureau, draw_no)
    return int(await db.scalar(select(func.count()).where(*where, t.c.state.not_in(_SETTLED))) or 0)


async def open_slots(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> tuple[int, ...]:
    """Slots of the visits neither done nor cancelled."""
    where = (*_where(scope, bureau, draw_no), t.c.state.not_in(_DONE))
    return tuple(await db.scalars(select(t.c.slot).where(*where).order_by(t.c.slot)))


async def cancel_open(db: AsyncConnection, scope: Scope, draw_no: int) -> int:
    """Call off every visit of an own draw that is not done; returns how many."""
    where = (own(scope, t.c.bureau), t.c.draw_no == draw_no, t.c.state.not_in(_DONE))
    return await run(db, update(t).where(*where).values(state="cancelled"))


def _where(scope: Scope, bureau: str, draw_no: int) -> tuple[Any, ...]:
    return within(scope, t.c.bureau), t.c.bureau == bureau, t.c.draw_no == draw_no


def _of(scope: Scope, bureau: str, draw_no: int) -> Select[Any]:
    return select(*_COLUMNS).where(*_where(scope, bureau, draw_no))
