"""A bureau's own dated choices of rule values."""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.rows import RuleChoice
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, many
from tenants.tables import rule_choice as t


async def put(db: AsyncConnection, scope: Scope, choice: RuleChoice) -> None:
    """Keep a choice of the own bureau; `approved_by` may be set at once or later by `approve`.

    Raises:
        Conflict: a choice of the same key and day exists.
        SameHand: the proposer approves.
    """
    require_own(scope, choice.bureau)
    values = {name: getattr(choice, name) for name in RuleChoice.__dataclass_fields__}
    await db.execute(insert(t).values(**values))


async def approve(db: AsyncConnection, scope: Scope, key: str, effective: date, by: str) -> None:
    """Approve a proposed choice. Raises WrongState when it is not open, SameHand for the proposer."""
    statement = update(t).where(
        own(scope, t.c.bureau), t.c.key == key, t.c.effective == effective, t.c.approved_by.is_(None)
    )
    await change(db, statement.values(approved_by=by), wanted="proposed")


async def all_of(
    db: AsyncConnection, scope: Scope, bureau: str, *, approved_only: bool = False
) -> tuple[RuleChoice, ...]:
    """Choices of a visible bureau, by key and day."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    if approved_only:
        query = query.where(t.c.approved_by.is_not(None))
    return await many(db, query.order_by(t.c.key, t.c.effective), RuleChoice)
