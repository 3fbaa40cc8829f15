"""Evidence of special sites: records and withdrawals are only added."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    and_,
    any_,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.evidence_rows import Evidence
from tenants.faults import neutral_errors
from tenants.scope import Scope, require_own, within
from tenants.stores.common import columns_of, many, one
from tenants.tables import site
from tenants.tables import special_evidence as t
from tenants.tables import special_withdrawal as w

_LIVE = ("active", "suspended")
_WITHDRAWN = {
    "withdrawn_at": w.c.at,
    "withdrawn_by": w.c.by,
    "withdrawn_name": w.c.by_name,
    "withdrawn_why": w.c.why,
}


async def put(db: AsyncConnection, scope: Scope, rows: Sequence[Evidence]) -> None:
    """Keep new records of the own bureau."""
    names = [f.name for f in fields(Evidence) if f.name not in _WITHDRAWN]
    for row in rows:
        require_own(scope, row.bureau)
    if rows:
        await db.execute(insert(t), [{name: getattr(row, name) for name in names} for row in rows])


async def withdraw(
    db: AsyncConnection, scope: Scope, ids: Collection[UUID], why: str, *, by: str, by_name: str, at: datetime
) -> None:
    """Add withdrawals of records of the own bureau. Raises Conflict where one was withdrawn before."""
    said = {"bureau": scope.bureau, "why": why, "by": by, "by_name": by_name, "at": at}
    if ids:
        with neutral_errors():
            await db.execute(insert(w), [said | {"id": id} for id in sorted(ids)])


async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> Evidence:
    """One record of a visible bureau. Raises Missing."""
    return await one(db, _all(scope, bureau).where(t.c.id == id), Evidence, what="特殊对象证据", key=id)


async def of_sites(
    db: AsyncConnection, scope: Scope, bureau: str, codes: Collection[str]
) -> Mapping[str, tuple[Evidence, ...]]:
    """Code → its records, newest first; sites without any are not there."""
    query = _all(scope, bureau).where(t.c.code == any_(literal(list(codes), ARRAY(Text))))
    found: dict[str, tuple[Evidence, ...]] = {}
    for row in await many(db, query.order_by(t.c.code, t.c.at.desc(), t.c.id), Evidence):
        found[row.code] = (*found.get(row.code, ()), row)
    return found


async def of_batch(db: AsyncConnection, scope: Scope, batch: UUID) -> tuple[Evidence, ...]:
    """Records of the own bureau entered with a change of many sites."""
    query = _all(scope, scope.bureau).where(t.c.batch == batch)
    return await many(db, query.order_by(t.c.code, t.c.id), Evidence)


async def shown(
    db: AsyncConnection, scope: Scope, bureau: str, codes: Collection[str], today: date
) -> frozenset[str]:
    """Those of the sites for which a record stands on a day."""
    query = select(t.c.code).where(within(scope, t.c.bureau), t.c.bureau == bureau, _stands(today))
    query = query.where(t.c.code == any_(literal(list(codes), ARRAY(Text)))).distinct()
    return frozenset(row.code for row in await db.execute(query))


async def counts(db: AsyncConnection, scope: Scope, bureau: str, today: date) -> tuple[int, int]:
    """(special sites in the roster, those of them without standing evidence); closed ones left out."""
    query = select(func.count(), func.count().filter(lacking(today))).where(
        within(scope, site.c.bureau), site.c.bureau == bureau, site.c.special, site.c.status.in_(_LIVE)
    )
    row = (await db.execute(query)).one()
    return int(row[0]), int(row[1])


def lacking(today: date) -> ColumnElement[bool]:
    """Of a query over sites: special ones for which no record stands."""
    here = and_(t.c.bureau == site.c.bureau, t.c.code == site.c.code, _stands(today))
    return and_(site.c.special, ~exists().where(here))


def _stands(today: date) -> ColumnElement[bool]:
    """Not past its last day, and nobody withdrew it."""
    gone = exists().where(w.c.bureau == t.c.bureau, w.c.id == t.c.id)
    return and_(or_(t.c.until.is_(None), t.c.until >= today), ~gone)


def _all(scope: Scope, bureau: str) -> Select[tuple[Evidence]]:
    mine = [column.label(name) for name, column in _WITHDRAWN.items()]
    joined = t.outerjoin(w, and_(w.c.bureau == t.c.bureau, w.c.id == t.c.id))
    query = select(*columns_of(t, Evidence), *mine).select_from(joined)
    return query.where(within(scope, t.c.bureau), t.c.bureau == bureau)
