"""Leak cases and their measures. Words about sites or people are sealed parts of the draw, not here."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.errors import SameHand
from tenants.faults import neutral_errors
from tenants.locks import hold
from tenants.scope import Scope, own, within
from tenants.secrecy_rows import LeakCase, LeakMeasure
from tenants.stores.common import change, many, one
from tenants.tables import leak_case as t
from tenants.tables import leak_measure as m


async def next_n(db: AsyncConnection, scope: Scope) -> int:
    """The number of the next case of the own bureau; another report waits until this one is kept."""
    await hold(db, "leak", scope.bureau)
    query = select(func.coalesce(func.max(t.c.n), 0)).where(own(scope, t.c.bureau))
    return int(await db.scalar(query) or 0) + 1


async def report(
    db: AsyncConnection,
    scope: Scope,
    n: int,
    draw_no: int,
    slots: Sequence[int],
    seen_on: date,
    channel: str,
    list_mac: str | None,
    at: datetime,
) -> LeakCase:
    """Keep a report of the scope's subject about an own draw. Raises Conflict when there is no such draw."""
    values: dict[str, Any] = {"slots": list(slots), "seen_on": seen_on, "channel": channel, "at": at}
    values |= {"list_mac": list_mac, "reported_by": scope.subject, "state": "reported", "proposal": 0}
    with neutral_errors():
        await db.execute(insert(t).values(bureau=scope.bureau, n=n, draw_no=draw_no, **values))
    return await get(db, scope, scope.bureau, n)


async def get(db: AsyncConnection, scope: Scope, bureau: str, n: int) -> LeakCase:
    """One case. Raises Missing."""
    return await one(db, _of(scope, bureau).where(t.c.n == n), LeakCase, what="泄密事件", key=n)


async def locked(db: AsyncConnection, scope: Scope, n: int) -> LeakCase:
    """A case of the own bureau; other steps of it wait. Raises Missing."""
    query = select(t).where(own(scope, t.c.bureau), t.c.n == n).with_for_update()
    return await one(db, query, LeakCase, what="泄密事件", key=n)


async def of_bureau(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[LeakCase, ...]:
    """Cases of a bureau, newest first."""
    return await many(db, _of(scope, bureau).order_by(t.c.n.desc()), LeakCase)


async def counts(db: AsyncConnection, scope: Scope) -> tuple[tuple[str, str, int], ...]:
    """(bureau, state, number of cases) of every visible bureau that has any."""
    query = select(t.c.bureau, t.c.state, func.count()).where(within(scope, t.c.bureau))
    rows = await db.execute(query.group_by(t.c.bureau, t.c.state).order_by(t.c.bureau, t.c.state))
    return tuple((bureau, state, int(number)) for bureau, state, number in rows)


async def traced(db: AsyncConnection, scope: Scope, n: int, result: Mapping[str, Any]) -> None:
    """Keep what tracing the found list came to. Raises WrongState once the case is proposed."""
    where = (own(scope, t.c.bureau), t.c.n == n, t.c.state == "reported")
    await change(db, update(t).where(*where).values(trace=dict(result)), wanted="reported")


async def propose(
    db: AsyncConnection,
    scope: Scope,
    n: int,
    finding: str,
    kinds: Sequence[tuple[str, int | None]],
    at: datetime,
) -> LeakCase:
    """Propose a finding and measures, (kind, number of the proposal that carries it out or None) each."""
    case = await locked(db, scope, n)
    number = case.proposal + 1
    values = {"state": "proposed", "finding": finding, "proposal": number, "proposed_by": scope.subject}
    where = (own(scope, t.c.bureau), t.c.n == n, t.c.state == "reported")
    await change(db, update(t).where(*where).values(**values, proposed_at=at), wanted="reported")
    rows = [
        {"bureau": scope.bureau, "n": n, "proposal": number, "k": k, "kind": kind, "ref": ref}
        for k, (kind, ref) in enumerate(kinds, 1)
    ]
    if rows:
        await db.execute(insert(m), rows)
    return await get(db, scope, scope.bureau, n)


async def send_back(db: AsyncConnection, scope: Scope, n: int, proposal: int) -> None:
    """The proposal is not approved; another one may follow. Raises WrongState."""
    values = {"state": "reported", "finding": None, "proposed_by": None, "proposed_at": None}
    await change(db, update(t).where(*_proposed(scope, n, proposal)).values(**values), wanted="proposed")


async def decide(db: AsyncConnection, scope: Scope, n: int, proposal: int, at: datetime) -> LeakCase:
    """Approve the proposal that was read.

    Raises:
        SameHand: who proposed may not decide. WrongState: another proposal counts, or none.
    """
    case = await locked(db, scope, n)
    if case.state == "proposed" and case.proposed_by == scope.subject:
        raise SameHand(scope.subject)
    values = {"state": "decided", "decided_by": scope.subject, "decided_at": at}
    await change(db, update(t).where(*_proposed(scope, n, proposal)).values(**values), wanted="proposed")
    return await get(db, scope, scope.bureau, n)


async def close(db: AsyncConnection, scope: Scope, n: int, at: datetime) -> None:
    """Close a decided case. Raises WrongState."""
    values = {"state": "closed", "closed_by": scope.subject, "closed_at": at}
    where = (own(scope, t.c.bureau), t.c.n == n, t.c.state == "decided")
    await change(db, update(t).where(*where).values(**values), wanted="decided")


async def measures(db: AsyncConnection, scope: Scope, bureau: str, n: int) -> tuple[LeakMeasure, ...]:
    """Measures of every proposal of a case, in order."""
    query = select(m).where(within(scope, m.c.bureau), m.c.bureau == bureau, m.c.n == n)
    return await many(db, query.order_by(m.c.proposal, m.c.k), LeakMeasure)


async def done(
    db: AsyncConnection, scope: Scope, n: int, proposal: int, k: int, ref: int | None, at: datetime
) -> None:
    """A measure is carried out; `ref` names the act when there is one. Raises WrongState when it was."""
    where = (own(scope, m.c.bureau), m.c.n == n, m.c.proposal == proposal, m.c.k == k, m.c.done_at.is_(None))
    values = {"done_by": scope.subject, "done_at": at, "ref": ref}
    await change(db, update(m).where(*where).values(**values), wanted="open")


def _of(scope: Scope, bureau: str) -> Select[Any]:
    return select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)


def _proposed(scope: Scope, n: int, proposal: int) -> tuple[Any, ...]:
    return (own(scope, t.c.bureau), t.c.n == n, t.c.proposal == proposal, t.c.state == "proposed")
