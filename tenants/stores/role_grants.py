"""Roles that two people grant: one proposes, another approves; then the period is appended."""

from dataclasses import fields, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.role_rows import RoleGrant
from tenants.rows import Membership
from tenants.scope import Scope, own, require_own, within
from tenants.stores import members
from tenants.stores.common import change, many, one
from tenants.tables import role_grant as t


async def propose(db: AsyncConnection, scope: Scope, row: RoleGrant) -> None:
    """Keep a proposal of the own bureau. Raises Conflict: one for this person and role is open already."""
    require_own(scope, row.bureau)
    with neutral_errors():
        await db.execute(insert(t).values(**{f.name: getattr(row, f.name) for f in fields(row)}))


async def approve(
    db: AsyncConnection, scope: Scope, row: RoleGrant, *, by: str, on: date, at: datetime
) -> Membership:
    """Approve an open proposal and append its period, from its first day or from `on` if that is later.

    Args:
        on: the day of `at` in China.

    Raises:
        WrongState: it is approved or withdrawn. SameHand: by who proposed it, or for oneself.
        And as `members.grant`.
    """
    require_own(scope, row.bureau)
    await _settle(db, scope, row.id, approved_by=by, approved_at=at)
    made = Membership(
        row.bureau, row.subject, row.role, row.name, max(row.since, on), row.until, row.certificate
    )
    made = replace(made, origin="two", grant_id=row.id)
    await members.grant(db, scope, made)
    return made


async def withdraw(db: AsyncConnection, scope: Scope, id: UUID, *, by: str, at: datetime) -> None:
    """Take back or decline an open proposal. Raises WrongState when it is settled."""
    await _settle(db, scope, id, withdrawn_by=by, withdrawn_at=at)


async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> RoleGrant:
    """One proposal of a visible bureau. Raises Missing."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.id == id)
    return await one(db, query, RoleGrant, what="岗位提议", key=id)


async def of_bureau(
    db: AsyncConnection, scope: Scope, bureau: str, *, open_only: bool = False
) -> tuple[RoleGrant, ...]:
    """Proposals of a visible bureau, the latest first."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    if open_only:
        query = query.where(t.c.approved_by.is_(None), t.c.withdrawn_by.is_(None))
    return await many(db, query.order_by(t.c.proposed_at.desc(), t.c.id), RoleGrant)


async def _settle(db: AsyncConnection, scope: Scope, id: UUID, **values: object) -> None:
    free = t.c.approved_by.is_(None), t.c.withdrawn_by.is_(None)
    statement = update(t).where(own(scope, t.c.bureau), t.c.id == id, *free)
    with neutral_errors():
        await change(db, statement.values(**values), wanted="proposed")
