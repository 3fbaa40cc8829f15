"""A bureau's connections to other systems: set up, ended, never changed."""

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.exchange_rows import Connection
from tenants.faults import neutral_errors
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, many, one
from tenants.tables import connection as t


async def live(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[Connection, ...]:
    """The connections of a bureau that stand, by profile."""
    where = (within(scope, t.c.bureau), t.c.bureau == bureau, t.c.ended_at.is_(None))
    return await many(db, select(t).where(*where).order_by(t.c.profile), Connection)


async def of_profile(db: AsyncConnection, scope: Scope, profile: str) -> tuple[Connection, ...]:
    """The own bureau's connections to one system, standing and ended, the oldest first."""
    query = select(t).where(own(scope, t.c.bureau), t.c.profile == profile).order_by(t.c.made_at, t.c.id)
    return await many(db, query, Connection)


async def get(db: AsyncConnection, scope: Scope, id: UUID) -> Connection:
    """One connection of the own bureau, ended or not. Raises Missing."""
    query = select(t).where(own(scope, t.c.bureau), t.c.id == id)
    return await one(db, query, Connection, what="系统连接", key=id)


async def put(db: AsyncConnection, scope: Scope, made: Connection) -> None:
    """Set a connection up. Raises Conflict while another of its profile stands."""
    require_own(scope, made.bureau)
    with neutral_errors():
        await db.execute(insert(t).values(**asdict(made)))


async def end(db: AsyncConnection, scope: Scope, id: UUID, *, by: str, at: datetime) -> None:
    """End a connection of the own bureau. Raises WrongState when it is over already."""
    statement = update(t).where(own(scope, t.c.bureau), t.c.id == id, t.c.ended_at.is_(None))
    await change(db, statement.values(ended_by=by, ended_at=at), wanted="open")
