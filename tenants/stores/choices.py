"""A bureau's own dated choices of rule values: proposed, then approved by another person or withdrawn."""

from dataclasses import fields
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.rows import Json, RuleChoice
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, columns_of, many, one
from tenants.tables import rule_choice as t

_COLUMNS = columns_of(t, RuleChoice)
_NARROWED = ("item", "subject")
# Made in the same moment, what was withdrawn came first.
_ORDER = (t.c.key, t.c.effective, t.c.at, t.c.withdrawn_at.asc().nulls_last(), t.c.id)


async def put(db: AsyncConnection, scope: Scope, choice: RuleChoice) -> None:
    """Keep a choice of the own bureau; `approved_by` may be set at once or later by `approve`.

    Raises:
        SecondChoice: one of the same key, day and scope is there and not withdrawn.
        SameHand: the proposer approves.
    """
    require_own(scope, choice.bureau)
    values = {f.name: getattr(choice, f.name) for f in fields(RuleChoice)}
    values |= {name: values[name] or choice.basis.get(name, "") for name in _NARROWED}
    with neutral_errors():
        await db.execute(insert(t).values(**values))


async def approve(db: AsyncConnection, scope: Scope, key: str, effective: date, by: str) -> None:
    """Approve a proposed choice. Raises WrongState when it is not open, SameHand for the proposer."""
    statement = update(t).where(
        own(scope, t.c.bureau),
        t.c.key == key,
        t.c.effective == effective,
        t.c.approved_by.is_(None),
        t.c.withdrawn_at.is_(None),
    )
    await change(db, statement.values(approved_by=by), wanted="proposed")


async def settle(
    db: AsyncConnection, scope: Scope, id: UUID, *, by: str, at: datetime, composed: Json
) -> None:
    """Approve one choice and keep the rules it makes, whose hash goes into the log; raises as `approve`."""
    statement = update(t).where(
        own(scope, t.c.bureau), t.c.id == id, t.c.approved_by.is_(None), t.c.withdrawn_at.is_(None)
    )
    values = {"approved_by": by, "approved_at": at, "composed": composed}
    with neutral_errors():
        await change(db, statement.values(**values), wanted="proposed")


async def withdraw(db: AsyncConnection, scope: Scope, id: UUID, *, by: str, at: datetime, why: str) -> None:
    """Withdraw a choice nobody approved; it stays for the record. Raises WrongState."""
    statement = update(t).where(
        own(scope, t.c.bureau), t.c.id == id, t.c.approved_by.is_(None), t.c.withdrawn_at.is_(None)
    )
    values = {"withdrawn_by": by, "withdrawn_at": at, "withdrawn_why": why}
    await change(db, statement.values(**values), wanted="proposed")


async def revoke(db: AsyncConnection, scope: Scope, id: UUID, *, at: datetime) -> None:
    """End an approved choice before its day; its revocation is approved already. Raises WrongState."""
    statement = update(t).where(
        own(scope, t.c.bureau), t.c.id == id, t.c.approved_by.is_not(None), t.c.revoked_at.is_(None)
    )
    with neutral_errors():
        await change(db, statement.values(revoked_at=at), wanted="approved")


async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> RuleChoice:
    """One choice of a visible bureau. Raises Missing."""
    return await one(db, _of(scope, bureau).where(t.c.id == id), RuleChoice, what="自选规则", key=id)


async def composed(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> Json | None:
    """The whole rules as kept at approval; None when it has none."""
    query = select(t.c.composed).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.id == id)
    found: Json | None = await db.scalar(query)
    return found


async def all_of(
    db: AsyncConnection, scope: Scope, bureau: str, *, approved_only: bool = False
) -> tuple[RuleChoice, ...]:
    """Choices of a visible bureau, by key and day, withdrawn ones included."""
    query = _of(scope, bureau)
    if approved_only:
        query = query.where(t.c.approved_by.is_not(None), t.c.revoked_at.is_(None))
    return await many(db, query.order_by(*_ORDER), RuleChoice)


def _of(scope: Scope, bureau: str) -> Select[tuple[object, ...]]:
    return select(*_COLUMNS).where(within(scope, t.c.bureau), t.c.bureau == bureau)
