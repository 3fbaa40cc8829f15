"""Witnesses invited for one draw: link and code as digests, wrong codes counted where they cannot be lost."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from tenants.faults import neutral_errors
from tenants.scope import Scope, own, within
from tenants.stores.common import change, many
from tenants.tables import witness_invitation as t
from tenants.witness_rows import Invitation


async def invite(db: AsyncConnection, scope: Scope, made: Invitation) -> None:
    """Keep an invitation of the scope's own bureau."""
    values = asdict(made) | {"bureau": scope.bureau}
    with neutral_errors():
        await db.execute(insert(t).values(**values))


async def of_draw(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> tuple[Invitation, ...]:
    """Every invitation of a draw, in the order they were made."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.draw_no == draw_no)
    return await many(db, query.order_by(t.c.n), Invitation)


async def get(db: AsyncConnection, scope: Scope, draw_no: int, n: int) -> Invitation:
    """One invitation of the own bureau. Raises Missing."""
    query = select(t).where(own(scope, t.c.bureau), t.c.draw_no == draw_no, t.c.n == n)
    return _one(await many(db, query, Invitation))


async def by_link(db: AsyncConnection, scope: Scope, link: str) -> Invitation:
    """The invitation of a link's digest; others who bring the same one wait. Raises Missing."""
    query = select(t).where(own(scope, t.c.bureau), t.c.link == link).with_for_update()
    return _one(await many(db, query, Invitation))


async def count_wrong(db: AsyncConnection, scope: Scope, draw_no: int, n: int) -> None:
    """One more wrong code. Raises WrongState at ten."""
    where = (own(scope, t.c.bureau), t.c.draw_no == draw_no, t.c.n == n, t.c.tries < 10)
    await change(db, update(t).where(*where).values(tries=t.c.tries + 1), wanted="tries < 10")


async def entered(db: AsyncConnection, scope: Scope, draw_no: int, n: int, at: datetime) -> None:
    """The first right code; later ones change nothing."""
    where = (own(scope, t.c.bureau), t.c.draw_no == draw_no, t.c.n == n, t.c.entered_at.is_(None))
    await db.execute(update(t).where(*where).values(entered_at=at))


async def withdraw(db: AsyncConnection, scope: Scope, draw_no: int, n: int, at: datetime) -> None:
    """End an invitation as the scope's subject. Raises WrongState when it is withdrawn already."""
    where = (own(scope, t.c.bureau), t.c.draw_no == draw_no, t.c.n == n, t.c.withdrawn_at.is_(None))
    values = {"withdrawn_at": at, "withdrawn_by": scope.subject}
    await change(db, update(t).where(*where).values(**values), wanted="open")


async def keep_device(db: AsyncConnection, scope: Scope, draw_no: int, n: int, key: str) -> None:
    """The key of the witness's device, once; the database refuses another one."""
    where = (own(scope, t.c.bureau), t.c.draw_no == draw_no, t.c.n == n)
    with neutral_errors():
        await db.execute(update(t).where(*where).values(device_key=key))


def _one(found: tuple[Invitation, ...]) -> Invitation:
    if not found:
        raise Missing("", what="邀请")
    return found[0]
