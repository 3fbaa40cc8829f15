"""Revocations of choices whose day is still to come: proposed, then approved by another or withdrawn."""

from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Update, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from tenants.faults import neutral_errors
from tenants.revocation_rows import PublicRevocation, Revocation
from tenants.rows import Json
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, columns_of, many, one
from tenants.tables import rule_revocation as t

_COLUMNS = columns_of(t, Revocation)
_PUBLIC = columns_of(t, PublicRevocation)
# Made in the same moment, what was withdrawn came first.
_ORDER = (t.c.at, t.c.withdrawn_at.asc().nulls_last(), t.c.id)


async def put(db: AsyncConnection, scope: Scope, row: Revocation) -> None:
    """Keep a proposal. Raises WrongState when the choice has one that is open or approved."""
    require_own(scope, row.bureau)
    with neutral_errors():
        await db.execute(insert(t).values(**{f.name: getattr(row, f.name) for f in fields(Revocation)}))


async def settle(
    db: AsyncConnection, scope: Scope, id: UUID, *, by: str, at: datetime, composed: Json
) -> None:
    """Approve one, and keep the rules that stand without the choice. Raises WrongState, SameHand."""
    values = {"approved_by": by, "approved_at": at, "composed": composed}
    with neutral_errors():
        await change(db, _open(scope, id).values(**values), wanted="proposed")


async def withdraw(db: AsyncConnection, scope: Scope, id: UUID, *, by: str, at: datetime, why: str) -> None:
    """Take one back, or turn it down: the choice stays. Raises WrongState."""
    values = {"withdrawn_by": by, "withdrawn_at": at, "withdrawn_why": why}
    await change(db, _open(scope, id).values(**values), wanted="proposed")


async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> Revocation:
    """One revocation of a visible bureau. Raises Missing."""
    return await one(db, _of(scope, bureau).where(t.c.id == id), Revocation, what="撤销提议", key=id)


async def all_of(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[Revocation, ...]:
    """Every revocation of a visible bureau, oldest first, withdrawn ones included."""
    return await many(db, _of(scope, bureau).order_by(*_ORDER), Revocation)


async def public_revocations(db: AsyncConnection, bureau: str) -> tuple[PublicRevocation, ...]:
    """Approved revocations, through the portal role, whose policy shows no others."""
    query = select(*_PUBLIC).where(*_approved(bureau)).order_by(t.c.approved_at, t.c.id)
    return await many(db, query, PublicRevocation)


async def public_composed(db: AsyncConnection, bureau: str, id: UUID) -> Json:
    """The rules an approved revocation left, through the portal role. Raises Missing."""
    found: Json | None = await db.scalar(select(t.c.composed).where(*_approved(bureau), t.c.id == id))
    if found is None:
        raise Missing(id, what="撤销提议")
    return found


def _approved(bureau: str) -> tuple[ColumnElement[bool], ...]:
    # The predicate repeats the policy of the portal role: each layer must hold alone.
    return t.c.bureau == bureau, t.c.approved_at.is_not(None)


def _open(scope: Scope, id: UUID) -> Update:
    return update(t).where(
        own(scope, t.c.bureau), t.c.id == id, t.c.approved_by.is_(None), t.c.withdrawn_at.is_(None)
    )


def _of(scope: Scope, bureau: str) -> Select[tuple[object, ...]]:
    return select(*_COLUMNS).where(within(scope, t.c.bureau), t.c.bureau == bureau)
