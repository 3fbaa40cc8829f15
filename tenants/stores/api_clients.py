"""Programs a bureau lets in: entered with their days, ended, never changed."""

from dataclasses import fields
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.client_rows import ApiClient
from tenants.faults import neutral_errors
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, many
from tenants.tables import api_client as t


async def of_client(db: AsyncConnection, subject: str, on: date) -> tuple[ApiClient, ...]:
    """Registrations of one program that hold on a day, in all bureaus.

    Args:
        subject: its client id; the connection's scope must carry the same one (Scope.login).
    """
    holds = t.c.ended_at.is_(None), t.c.valid_from <= on, t.c.valid_until >= on
    return await many(db, select(t).where(t.c.client == subject, *holds).order_by(t.c.bureau), ApiClient)


async def in_bureau(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[ApiClient, ...]:
    """Every registration of a visible bureau, the latest first, ended ones included."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    return await many(db, query.order_by(t.c.allowed_at.desc(), t.c.client), ApiClient)


async def allow(db: AsyncConnection, scope: Scope, made: ApiClient) -> None:
    """Let a program in. Raises Conflict while another registration of it stands."""
    require_own(scope, made.bureau)
    with neutral_errors():
        await db.execute(insert(t).values(**{f.name: getattr(made, f.name) for f in fields(made)}))


async def end(db: AsyncConnection, scope: Scope, id: UUID, *, by: str, at: datetime) -> None:
    """End a registration of the own bureau, from now on. Raises WrongState when it is over already."""
    statement = update(t).where(own(scope, t.c.bureau), t.c.id == id, t.c.ended_at.is_(None))
    await change(db, statement.values(ended_by=by, ended_at=at), wanted="open")
