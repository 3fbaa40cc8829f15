"""Granted waivers where the bureau lives, and the acts of draws done under them; both are public."""

from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, columns_of, many
from tenants.tables import draw_waiver as u
from tenants.tables import waiver_copy as t
from tenants.waiver_rows import HeldWaiver, PublicUse, PublicWaiver, WaiverUse


async def copy(db: AsyncConnection, scope: Scope, row: HeldWaiver) -> None:
    """Keep a waiver that was granted to the own bureau. Raises Conflict: there is none like it."""
    require_own(scope, row.bureau)
    values = {f.name: getattr(row, f.name) for f in fields(row)} | {"pairs": list(row.pairs)}
    with neutral_errors():
        await db.execute(insert(t).values(**values))


async def ended(db: AsyncConnection, scope: Scope, id: UUID, why: str, at: datetime) -> None:
    """Note that a waiver of the own bureau was withdrawn. Raises WrongState when it was before."""
    statement = update(t).where(own(scope, t.c.bureau), t.c.id == id, t.c.ended_at.is_(None))
    with neutral_errors():
        await change(db, statement.values(ended_at=at, ended_why=why), wanted="granted")


async def standing(db: AsyncConnection, scope: Scope, subject: str) -> tuple[HeldWaiver, ...]:
    """Waivers of the own bureau for a person that were not withdrawn, whichever their days."""
    query = select(t).where(own(scope, t.c.bureau), t.c.subject == subject, t.c.ended_at.is_(None))
    found = await db.execute(query.order_by(t.c.since, t.c.id))
    return tuple(HeldWaiver(**{**row._mapping, "pairs": tuple(row.pairs)}) for row in found)


async def use(db: AsyncConnection, scope: Scope, row: WaiverUse) -> None:
    """Note that an act of a draw is done under a waiver. Raises Conflict: it is not in force that day."""
    require_own(scope, row.bureau)
    with neutral_errors():
        await db.execute(insert(u).values(**{f.name: getattr(row, f.name) for f in fields(row)}))


async def of_draw(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> tuple[WaiverUse, ...]:
    """What was done under waivers in a draw of a visible bureau, in order of time."""
    query = select(u).where(within(scope, u.c.bureau), u.c.bureau == bureau, u.c.draw_no == draw_no)
    return await many(db, query.order_by(u.c.at, u.c.act, u.c.pair), WaiverUse)


async def held_by(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[HeldWaiver, ...]:
    """Every waiver ever granted to a visible bureau, the latest first."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    found = await db.execute(query.order_by(t.c.since.desc(), t.c.id))
    return tuple(HeldWaiver(**{**row._mapping, "pairs": tuple(row.pairs)}) for row in found)


async def public_waivers(db: AsyncConnection, bureau: str) -> tuple[PublicWaiver, ...]:
    """Every waiver of a bureau that was shown to the public, the latest first."""
    query = select(*columns_of(t, PublicWaiver)).where(t.c.bureau == bureau, t.c.public_at.is_not(None))
    found = await db.execute(query.order_by(t.c.since.desc(), t.c.id))
    return tuple(PublicWaiver(**{**row._mapping, "pairs": tuple(row.pairs)}) for row in found)


async def public_uses(db: AsyncConnection, bureau: str, draw_no: int) -> tuple[PublicUse, ...]:
    """What was done under waivers in one draw, in order of time."""
    return await many(db, _uses(bureau).where(u.c.draw_no == draw_no), PublicUse)


def _uses(bureau: str) -> Select[Any]:
    columns = (u.c.draw_no, u.c.act, u.c.pair, u.c.at, u.c.waiver, t.c.above, t.c.since, t.c.until)
    return (
        select(*columns)
        .join(t, (t.c.bureau == u.c.bureau) & (t.c.id == u.c.waiver))
        .where(u.c.bureau == bureau, u.c.public_at.is_not(None), t.c.public_at.is_not(None))
        .order_by(u.c.at, u.c.act, u.c.pair)
    )
