"""Requests for visits that no draw chose: asked once, decided once, used by one record."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, any_, extract, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from tenants.faults import neutral_errors
from tenants.request_rows import VisitRequest
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change
from tenants.tables import visit as v
from tenants.tables import visit_request as t
from tenants.waiver_rows import Hand

MOST = 200


async def keep(db: AsyncConnection, scope: Scope, row: VisitRequest) -> None:
    """Keep a request of the own bureau. Raises Conflict: not within the limits."""
    require_own(scope, row.bureau)
    values = asdict(row) | {"bureau": scope.bureau, "officers": list(row.officers)}
    with neutral_errors():
        await db.execute(insert(t).values(**values))


async def get(db: AsyncConnection, scope: Scope, id: UUID, *, hold: bool = False) -> VisitRequest:
    """One request of the own bureau; `hold`: others who decide or use it wait. Raises Missing."""
    query = select(t).where(own(scope, t.c.bureau), t.c.id == id)
    found = await _many(db, query.with_for_update() if hold else query)
    if not found:
        raise Missing(id, what="检查申请")
    return found[0]


async def newest(
    db: AsyncConnection,
    scope: Scope,
    bureau: str,
    *,
    state: str = "",
    after: tuple[datetime, UUID] | None = None,
) -> tuple[VisitRequest, ...]:
    """At most 200 requests of a bureau, the latest first, those before a place in that order."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    if state:
        query = query.where(t.c.state == state)
    if after is not None:
        at, id = after
        query = query.where((t.c.asked_at < at) | ((t.c.asked_at == at) & (t.c.id > id)))
    return await _many(db, query.order_by(t.c.asked_at.desc(), t.c.id).limit(MOST))


async def of_person(
    db: AsyncConnection, scope: Scope, subject: str, certificate: str
) -> tuple[VisitRequest, ...]:
    """The latest 200 requests of the own bureau that a person asked for or is named in."""
    mine = (t.c.asked_by == subject) | (any_(t.c.officers) == certificate)
    return await _many(
        db, select(t).where(own(scope, t.c.bureau), mine).order_by(t.c.asked_at.desc(), t.c.id).limit(MOST)
    )


async def decide(
    db: AsyncConnection, scope: Scope, id: UUID, hand: Hand, why: str, *, approved: bool = False
) -> None:
    """Approve or refuse a request. Raises WrongState, SameHand."""
    values = {"decided_by": hand.by, "decided_name": hand.name, "decided_at": hand.at, "decided_why": why}
    statement = update(t).where(own(scope, t.c.bureau), t.c.id == id, t.c.state == "asked")
    state = "approved" if approved else "refused"
    with neutral_errors():
        await change(db, statement.values(**values, state=state), wanted="asked")


async def drop(db: AsyncConnection, scope: Scope, id: UUID, at: datetime, why: str) -> None:
    """Take a request back of which no record was made. Raises WrongState."""
    unused = (t.c.state.in_(("asked", "approved")), t.c.visit_id.is_(None))
    statement = update(t).where(own(scope, t.c.bureau), t.c.id == id, *unused)
    values = {"state": "dropped", "dropped_at": at, "dropped_why": why}
    await change(db, statement.values(**values), wanted="asked approved")


async def use(db: AsyncConnection, scope: Scope, id: UUID, visit_id: UUID, former: UUID | None) -> None:
    """Name the record made of a request; `former`: the one it takes the place of. Raises WrongState."""
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.visit_id.is_not_distinct_from(former))
    await change(db, update(t).where(*where).values(visit_id=visit_id), wanted="unused")


async def unapproved(
    db: AsyncConnection, scope: Scope, bureau: str, year: int, kinds: frozenset[str]
) -> frozenset[UUID]:
    """Records of a bureau's visits of some kinds, begun in a year in China, that nobody approved."""
    began = extract("year", func.timezone("Asia/Shanghai", v.c.started_at))
    covered = select(t.c.visit_id).where(
        t.c.bureau == v.c.bureau, t.c.visit_id == v.c.id, t.c.state == "approved"
    )
    query = select(v.c.id).where(
        within(scope, v.c.bureau), v.c.bureau == bureau, began == year, v.c.state != "returned",
        v.c.visit_type.in_(sorted(kinds)), ~covered.exists(),
    )  # fmt: skip
    return frozenset((await db.execute(query)).scalars())


async def _many(db: AsyncConnection, query: Select[Any]) -> tuple[VisitRequest, ...]:
    return tuple(
        VisitRequest(**{**row._mapping, "officers": tuple(row.officers)}) for row in await db.execute(query)
    )
