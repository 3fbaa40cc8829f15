"""Proposals to void a draw. The latest one counts; another person approves it, then the draw may be void."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from tenants.errors import SameHand, UnfrozenDraw, WrongState
from tenants.faults import neutral_errors
from tenants.rows import VoidProposal
from tenants.scope import Scope, own, within
from tenants.stores.common import change, many
from tenants.stores.draw_reads import locked
from tenants.tables import draw_void_proposal as t


async def propose(db: AsyncConnection, scope: Scope, draw_no: int, reason: str, at: datetime) -> VoidProposal:
    """Keep a proposal of the scope's subject; it takes the place of one not approved.

    Raises:
        UnfrozenDraw: never frozen; amend the draw instead. WrongState: opened or void already.
    """
    draw = await locked(db, scope, draw_no)
    if draw.state == "prepared":
        raise UnfrozenDraw(draw_no, wanted="frozen")
    if draw.state not in ("frozen", "drawn"):
        raise WrongState(draw.state, wanted="frozen/drawn")
    last = await latest(db, scope, scope.bureau, draw_no)
    made = VoidProposal(scope.bureau, draw_no, last.n + 1 if last else 1, reason, scope.subject, at)
    with neutral_errors():
        await db.execute(insert(t).values(**asdict(made)))
    return made


async def latest(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> VoidProposal | None:
    """The proposal that counts, if there is one."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.draw_no == draw_no)
    found = await many(db, query.order_by(t.c.n.desc()).limit(1), VoidProposal)
    return found[0] if found else None


async def approve(db: AsyncConnection, scope: Scope, draw_no: int, n: int, at: datetime) -> VoidProposal:
    """Approve the proposal number `n` as the scope's subject.

    Raises:
        Missing: nothing was proposed. WrongState: another proposal counts now, or it is approved already.
        SameHand: who proposed may not approve.
    """
    await locked(db, scope, draw_no)
    kept = await latest(db, scope, scope.bureau, draw_no)
    if kept is None:
        raise Missing(draw_no, what="作废提议")
    if kept.n != n:
        raise WrongState(n, wanted=str(kept.n))
    if kept.by == scope.subject:
        raise SameHand(scope.subject)
    where = (own(scope, t.c.bureau), t.c.draw_no == draw_no, t.c.n == n, t.c.approved_by.is_(None))
    values = {"approved_by": scope.subject, "approved_at": at}
    await change(db, update(t).where(*where).values(**values), wanted="proposed")
    return kept
