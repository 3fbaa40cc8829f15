"""Notices inside the bureau: made, published, withdrawn with trace."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.records import Notice
from tenants.rows import Json
from tenants.scope import Scope, own, within
from tenants.stores.common import change, many, one
from tenants.stores.public import public_get, public_list
from tenants.tables import notice as t

__all__ = ["find", "get", "keep", "listing", "public_get", "public_list", "publish", "withdraw"]


async def keep(
    db: AsyncConnection,
    scope: Scope,
    *,
    kind: str,
    title: str,
    body: Json,
    by: str,
    subject: str | None = None,
    due_on: date | None = None,
    id: UUID | None = None,
) -> UUID:
    """Make a notice, not public yet; `subject` is the bureau whose sites it is about (own if None)."""
    made = id or uuid4()
    values = {"kind": kind, "title": title, "body": body, "made_by": by, "due_on": due_on}
    about = subject or scope.bureau
    await db.execute(insert(t).values(bureau=scope.bureau, id=made, subject=about, **values))
    return made


async def publish(db: AsyncConnection, scope: Scope, id: UUID, at: datetime) -> None:
    """Make it public; from here on title and body stand."""
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.published_at.is_(None), t.c.withdrawn_at.is_(None))
    await change(db, update(t).where(*where).values(published_at=at), wanted="made")


async def withdraw(db: AsyncConnection, scope: Scope, id: UUID, why: str, at: datetime) -> None:
    """Withdraw it; the portal shows that and why."""
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.withdrawn_at.is_(None))
    await change(db, update(t).where(*where).values(withdrawn_at=at, withdrawn_why=why), wanted="made")


async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> Notice:
    """One notice of a visible bureau, published or not. Raises Missing."""
    return await one(db, _of(scope, bureau).where(t.c.id == id), Notice, what="公示", key=id)


async def find(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> Notice | None:
    """One notice of a visible bureau, or None."""
    return next(iter(await many(db, _of(scope, bureau).where(t.c.id == id), Notice)), None)


async def listing(
    db: AsyncConnection,
    scope: Scope,
    bureau: str,
    *,
    kind: str | None = None,
    open_only: bool = False,
    limit: int = 100,
) -> tuple[Notice, ...]:
    """Notices of a bureau, the most urgent unpublished ones first."""
    query = _of(scope, bureau)
    if kind is not None:
        query = query.where(t.c.kind == kind)
    if open_only:
        query = query.where(t.c.published_at.is_(None), t.c.withdrawn_at.is_(None))
    order = (t.c.published_at.desc().nulls_first(), t.c.due_on, t.c.id)
    return await many(db, query.order_by(*order).limit(limit), Notice)


def _of(scope: Scope, bureau: str) -> Select[Any]:
    return select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
