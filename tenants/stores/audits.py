"""Audits of bureaus below, in the control database: read by both sides, written in the superior's scope."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.audit_rows import Answered, AuditCase, AuditCheck, AuditFinding, AuditStep, Said
from tenants.faults import neutral_errors
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, many, one
from tenants.tables import audit_case as c
from tenants.tables import audit_check as k
from tenants.tables import audit_finding as f
from tenants.tables import audit_step as s

WHAT = "稽查"


async def open_(db: AsyncConnection, scope: Scope, row: AuditCase) -> None:
    """Keep a new case of the own bureau. Raises Conflict: not below it, or that quarter has one."""
    await _put(db, scope, c, row)


async def of_bureau(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[AuditCase, ...]:
    """Cases of a visible bureau, the latest first."""
    query = select(c).where(within(scope, c.c.bureau), c.c.bureau == bureau)
    return await many(db, query.order_by(c.c.opened_at.desc(), c.c.id), AuditCase)


async def told(db: AsyncConnection, scope: Scope) -> tuple[AuditCase, ...]:
    """Cases about the own bureau that were sent to it, the latest first."""
    query = select(c).where(own(scope, c.c.district), c.c.sent_at.is_not(None))
    return await many(db, query.order_by(c.c.sent_at.desc(), c.c.id), AuditCase)


async def told_one(db: AsyncConnection, scope: Scope, id: UUID) -> AuditCase:
    """One case about the own bureau that was sent to it. Raises Missing."""
    query = select(c).where(own(scope, c.c.district), c.c.sent_at.is_not(None), c.c.id == id)
    return await one(db, query, AuditCase, what=WHAT, key=id)


async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> AuditCase:
    """One case of a visible bureau. Raises Missing."""
    query = select(c).where(within(scope, c.c.bureau), c.c.bureau == bureau, c.c.id == id)
    return await one(db, query, AuditCase, what=WHAT, key=id)


async def held(db: AsyncConnection, scope: Scope, id: UUID) -> AuditCase:
    """One case of the own bureau, locked until this unit ends: its steps come one by one. Raises Missing."""
    query = select(c).where(own(scope, c.c.bureau), c.c.id == id).with_for_update()
    return await one(db, query, AuditCase, what=WHAT, key=id)


async def drawn(
    db: AsyncConnection, scope: Scope, id: UUID, evidence: dict[str, Any], secret: str, by: str, at: datetime
) -> None:
    """The sample is drawn. Raises WrongState when it was, or when the case is no longer open."""
    values = {"evidence": evidence, "secret": secret, "drawn_by": by, "drawn_at": at}
    await _case(db, scope, id, "open", c.c.drawn_at.is_(None), **values)


async def propose(
    db: AsyncConnection,
    scope: Scope,
    id: UUID,
    letter: str,
    answer_by: date,
    by: str,
    name: str,
    at: datetime,
) -> None:
    """The letter is drafted. Raises WrongState."""
    values = {"letter": letter, "answer_by": answer_by, "state": "proposed"}
    signed = {"proposed_by": by, "proposed_name": name, "proposed_at": at}
    await _case(db, scope, id, "open", **values, **signed)


async def send_back(db: AsyncConnection, scope: Scope, id: UUID, why: str) -> None:
    """The head does not sign: the case is open again. Raises WrongState."""
    await _case(db, scope, id, "proposed", state="open", returned_why=why)


async def send(
    db: AsyncConnection,
    scope: Scope,
    id: UUID,
    number: int,
    by: str,
    name: str,
    at: datetime,
    *,
    closes: bool,
) -> None:
    """The letter goes out with its re-checks and findings; both sides read them from now on.

    Args:
        closes: there is nothing to answer, so the case ends with the letter.

    Raises:
        WrongState: not proposed. SameHand: who proposed it.
    """
    over = {"state": "closed", "closed_at": at} if closes else {"state": "sent"}
    signed = {"sent_by": by, "sent_name": name, "sent_at": at, "number": number}
    with neutral_errors():
        await _case(db, scope, id, "proposed", **over, **signed)
        await db.execute(update(k).where(own(scope, k.c.bureau), k.c.case_id == id).values(sent_at=at))
        going = (own(scope, f.c.bureau), f.c.case_id == id, f.c.state == "drafted")
        await db.execute(update(f).where(*going).values(state="sent", sent_at=at))


async def close(db: AsyncConnection, scope: Scope, id: UUID, at: datetime) -> None:
    """Every finding is settled. Raises WrongState."""
    await _case(db, scope, id, "sent", state="closed", closed_at=at)


async def next_number(db: AsyncConnection, scope: Scope, since: datetime) -> int:
    """The number of the own bureau's next letter of the year that began at `since`."""
    query = select(func.coalesce(func.max(c.c.number), 0) + 1).where(
        own(scope, c.c.bureau), c.c.sent_at >= since
    )
    return int(await db.scalar(query) or 1)


async def put_check(db: AsyncConnection, scope: Scope, row: AuditCheck) -> None:
    """Keep a record drawn for a re-check."""
    await _put(db, scope, k, row)


async def checks(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> tuple[AuditCheck, ...]:
    """Re-checks of a case of a visible bureau, by rank."""
    query = select(k).where(within(scope, k.c.bureau), k.c.bureau == bureau, k.c.case_id == id)
    return await many(db, query.order_by(k.c.k), AuditCheck)


async def told_checks(db: AsyncConnection, scope: Scope, id: UUID) -> tuple[AuditCheck, ...]:
    """The same of a case that was sent to the own bureau."""
    query = select(k).where(own(scope, k.c.district), k.c.sent_at.is_not(None), k.c.case_id == id)
    return await many(db, query.order_by(k.c.k), AuditCheck)


async def say(db: AsyncConnection, scope: Scope, id: UUID, rank: int, said: Said) -> None:
    """Note the verdict on a record. Raises WrongState."""
    statement = update(k).where(own(scope, k.c.bureau), k.c.case_id == id, k.c.k == rank)
    with neutral_errors():
        await change(db, statement.values(**_values(said)), wanted="open")


async def put_finding(db: AsyncConnection, scope: Scope, row: AuditFinding) -> None:
    """Keep a finding of an open case."""
    await _put(db, scope, f, row)


async def findings(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> tuple[AuditFinding, ...]:
    """Findings of a case of a visible bureau, by number; dropped ones included."""
    query = select(f).where(within(scope, f.c.bureau), f.c.bureau == bureau, f.c.case_id == id)
    return await many(db, query.order_by(f.c.n), AuditFinding)


async def told_findings(db: AsyncConnection, scope: Scope, id: UUID) -> tuple[AuditFinding, ...]:
    """The same of a case that was sent to the own bureau; only what was sent."""
    query = select(f).where(own(scope, f.c.district), f.c.sent_at.is_not(None), f.c.case_id == id)
    return await many(db, query.order_by(f.c.n), AuditFinding)


async def every_finding(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[AuditFinding, ...]:
    """Findings of all cases of a visible bureau."""
    query = _findings(scope).where(f.c.bureau == bureau)
    return await many(db, query.order_by(f.c.case_id, f.c.n), AuditFinding)


async def drop(db: AsyncConnection, scope: Scope, id: UUID, n: int, why: str) -> None:
    """A draft is dropped. Raises WrongState."""
    await _step(db, scope, id, n, ("drafted",), state="dropped", settled_words=why)


async def answer(db: AsyncConnection, scope: Scope, id: UUID, n: int, given: Answered) -> None:
    """The audited bureau answers a finding. Raises WrongState."""
    await _step(db, scope, id, n, ("sent",), state="answered", **_values(given))


async def finish(
    db: AsyncConnection, scope: Scope, id: UUID, n: int, words: str, by: str, name: str, at: datetime
) -> None:
    """The measure is carried out. Raises WrongState."""
    signed = {"done_by": by, "done_name": name, "done_at": at}
    await _step(db, scope, id, n, ("answered",), state="done", done_words=words, **signed)


async def settle(
    db: AsyncConnection, scope: Scope, id: UUID, n: int, words: str, by: str, name: str, at: datetime
) -> None:
    """The superior settles a finding. Raises WrongState."""
    await _step(db, scope, id, n, ("done",), state="closed", **_settled(words, by, name, at))


async def ask_again(
    db: AsyncConnection, scope: Scope, id: UUID, n: int, words: str, by: str, name: str, at: datetime
) -> None:
    """The superior sends an answer back for another one. Raises WrongState."""
    again = {"state": "sent", "rounds": f.c.rounds + 1}
    await _step(db, scope, id, n, ("answered", "done"), **_settled(words, by, name, at), **again)


async def note(db: AsyncConnection, scope: Scope, row: AuditStep) -> None:
    """Keep a step; its number follows the one before, the case is held."""
    require_own(scope, row.bureau)
    query = select(func.coalesce(func.max(s.c.n), 0) + 1).where(
        own(scope, s.c.bureau), s.c.case_id == row.case_id
    )
    values = _values(row) | {"n": await db.scalar(query)}
    with neutral_errors():
        await db.execute(insert(s).values(**values))


async def steps(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> tuple[AuditStep, ...]:
    """Steps of a case of a visible bureau, in order."""
    query = select(s).where(within(scope, s.c.bureau), s.c.bureau == bureau, s.c.case_id == id)
    return await many(db, query.order_by(s.c.n), AuditStep)


async def told_steps(db: AsyncConnection, scope: Scope, id: UUID) -> tuple[AuditStep, ...]:
    """The same of a case that was sent to the own bureau; what went on inside the superior is not told."""
    query = select(s).where(own(scope, s.c.district), s.c.sent_at.is_not(None), s.c.case_id == id)
    return await many(db, query.order_by(s.c.n), AuditStep)


def _findings(scope: Scope) -> Select[Any]:
    return select(f).where(within(scope, f.c.bureau))


async def _case(
    db: AsyncConnection, scope: Scope, id: UUID, wanted: str, *more: ColumnElement[bool], **values: Any
) -> None:
    statement = update(c).where(own(scope, c.c.bureau), c.c.id == id, c.c.state == wanted, *more)
    with neutral_errors():
        await change(db, statement.values(**values), wanted=wanted)


async def _put(db: AsyncConnection, scope: Scope, table: Any, row: Any) -> None:
    require_own(scope, row.bureau)
    with neutral_errors():
        await db.execute(insert(table).values(**_values(row)))


def _values(row: Any) -> dict[str, Any]:
    return {one.name: getattr(row, one.name) for one in fields(row)}


def _settled(words: str, by: str, name: str, at: datetime) -> dict[str, Any]:
    return {"settled_words": words, "settled_by": by, "settled_name": name, "settled_at": at}


async def _step(
    db: AsyncConnection, scope: Scope, id: UUID, n: int, before: Sequence[str], **values: Any
) -> None:
    statement = update(f).where(own(scope, f.c.bureau), f.c.case_id == id, f.c.n == n, f.c.state.in_(before))
    with neutral_errors():
        await change(db, statement.values(**values), wanted=" ".join(before))
