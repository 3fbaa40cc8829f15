"""Waivers: asked, decided and withdrawn in the control database; nothing of one is ever removed."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from tenants.faults import neutral_errors
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change
from tenants.tables import waiver as t
from tenants.waiver_rows import Hand, Waiver


async def ask(db: AsyncConnection, scope: Scope, row: Waiver) -> None:
    """Keep a request of the own bureau. Raises Conflict: not of its superior, or not within the limits."""
    require_own(scope, row.bureau)
    values = {f.name: getattr(row, f.name) for f in fields(row)} | {"pairs": list(row.pairs)}
    with neutral_errors():
        await db.execute(insert(t).values(**values))


async def of_bureau(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[Waiver, ...]:
    """Every waiver a visible bureau asked for, the latest first, those that are over included."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    return await _many(db, query.order_by(t.c.asked_at.desc(), t.c.id))


async def asked_of(db: AsyncConnection, scope: Scope) -> tuple[Waiver, ...]:
    """Every waiver bureaus below asked of the own bureau, the latest first."""
    query = select(t).where(own(scope, t.c.above))
    return await _many(db, query.order_by(t.c.asked_at.desc(), t.c.id))


async def put_to(db: AsyncConnection, scope: Scope, id: UUID) -> Waiver:
    """One waiver that was asked of the own bureau. Raises Missing."""
    return _one(await _many(db, select(t).where(own(scope, t.c.above), t.c.id == id)), id)


async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> Waiver:
    """One waiver a visible bureau asked for. Raises Missing."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.id == id)
    return _one(await _many(db, query), id)


async def granted_to(db: AsyncConnection, scope: Scope, subject: str) -> tuple[Waiver, ...]:
    """Waivers of the own bureau that stand for a person, whichever their days."""
    query = select(t).where(own(scope, t.c.bureau), t.c.subject == subject, t.c.state == "granted")
    return await _many(db, query.order_by(t.c.since, t.c.id))


async def propose(
    db: AsyncConnection, scope: Scope, id: UUID, hand: Hand, since: date, until: date, opinion: str
) -> None:
    """The superior's first hand is for it, perhaps for fewer days. Raises WrongState, SameHand."""
    values = _signed("proposed", hand) | {"since": since, "until": until, "opinion": opinion}
    await _step(db, scope, id, ("asked",), state="proposed", **values)


async def approve(db: AsyncConnection, scope: Scope, id: UUID, hand: Hand, since: date) -> None:
    """The superior's second hand grants it, from `since` on. Raises WrongState, SameHand."""
    await _step(db, scope, id, ("proposed",), state="granted", since=since, **_signed("approved", hand))


async def refuse(db: AsyncConnection, scope: Scope, id: UUID, hand: Hand, why: str) -> None:
    """The superior refuses it. Raises WrongState when it is decided."""
    values = _signed("decided", hand) | {"decided_why": why}
    await _step(db, scope, id, ("asked", "proposed"), state="refused", **values)


async def drop(db: AsyncConnection, scope: Scope, id: UUID, hand: Hand, why: str) -> None:
    """The bureau takes its request back. Raises WrongState when it is decided."""
    values = _signed("decided", hand) | {"decided_why": why}
    await _step(db, scope, id, ("asked", "proposed"), state="dropped", **values)


async def withdraw(db: AsyncConnection, scope: Scope, id: UUID, hand: Hand, why: str, on: date) -> None:
    """End a granted waiver; `on`, the day of the act in China, is its last day.

    Raises:
        WrongState: it is not in force, or a role still stands on it.
    """
    values = _signed("ended", hand) | {"ended_why": why, "ended_on": on}
    await _step(db, scope, id, ("granted",), state="withdrawn", **values)


def _signed(step: str, hand: Hand) -> dict[str, Any]:
    return {f"{step}_by": hand.by, f"{step}_name": hand.name, f"{step}_at": hand.at}


async def _step(db: AsyncConnection, scope: Scope, id: UUID, states: Sequence[str], **values: Any) -> None:
    statement = update(t).where(own(scope, t.c.bureau), t.c.id == id, t.c.state.in_(states))
    with neutral_errors():
        await change(db, statement.values(**values), wanted=" ".join(states))


async def _many(db: AsyncConnection, query: Select[Any]) -> tuple[Waiver, ...]:
    return tuple(Waiver(**{**row._mapping, "pairs": tuple(row.pairs)}) for row in await db.execute(query))


def _one(found: Sequence[Waiver], id: UUID) -> Waiver:
    if not found:
        raise Missing(id, what="豁免")
    return found[0]
