"""Proposed changes of drawn lists, sealed; another person approves one, then its events may be kept."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.errors import SameHand, WrongState
from tenants.faults import neutral_errors
from tenants.locks import hold
from tenants.rows import ChangeProposal
from tenants.scope import Scope, own, within
from tenants.stores.common import change, many, one
from tenants.tables import draw_change as t


async def next_n(db: AsyncConnection, scope: Scope, draw_no: int) -> int:
    """Number for the next proposal of an own draw, from 1; held until the unit ends."""
    await hold(db, "change", scope.bureau, str(draw_no))
    query = select(func.coalesce(func.max(t.c.n), 0)).where(own(scope, t.c.bureau), t.c.draw_no == draw_no)
    return int(await db.scalar(query) or 0) + 1


async def keep(
    db: AsyncConnection, scope: Scope, draw_no: int, n: int, blob: bytes, base: int, at: datetime
) -> ChangeProposal:
    """Keep a proposal of the scope's subject, sealed with row `change_row(n)`.

    Raises:
        SameHand: the subject had a hand in the draw.
    """
    made = ChangeProposal(scope.bureau, draw_no, n, blob, base, scope.subject, at)
    with neutral_errors():
        await db.execute(insert(t).values(**asdict(made)))
    return made


async def get(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int, n: int) -> ChangeProposal:
    """One proposal. Raises Missing."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.draw_no == draw_no)
    return await one(db, query.where(t.c.n == n), ChangeProposal, what="变更提议", key=n)


async def of_draw(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> tuple[ChangeProposal, ...]:
    """Proposals of a draw by number, settled ones included."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.draw_no == draw_no)
    return await many(db, query.order_by(t.c.n), ChangeProposal)


async def approve(
    db: AsyncConnection, scope: Scope, proposal: ChangeProposal, events: int, at: datetime
) -> None:
    """Approve an open proposal as the scope's subject; it stands for the next `events` events.

    Raises:
        SameHand: who proposed may not approve, nor who had a hand in the draw. WrongState: settled already.
    """
    if proposal.by == scope.subject:
        raise SameHand(scope.subject)
    first = proposal.base + 1
    values = {"approved_by": scope.subject, "approved_at": at, "first_event": first}
    await _settle(db, scope, proposal, values | {"last_event": proposal.base + events})


async def withdraw(db: AsyncConnection, scope: Scope, proposal: ChangeProposal, at: datetime) -> None:
    """Withdraw or decline an open proposal as the scope's subject. Raises WrongState when settled already."""
    await _settle(db, scope, proposal, {"withdrawn_by": scope.subject, "withdrawn_at": at})


async def _settle(
    db: AsyncConnection, scope: Scope, proposal: ChangeProposal, values: dict[str, object]
) -> None:
    if not proposal.open:
        raise WrongState("settled", wanted="proposed")
    where = (own(scope, t.c.bureau), t.c.draw_no == proposal.draw_no, t.c.n == proposal.n)
    still = (t.c.approved_by.is_(None), t.c.withdrawn_by.is_(None))
    with neutral_errors():
        await change(db, update(t).where(*where, *still).values(**values), wanted="proposed")
