"""Visit records, their findings, and what is due from them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from uuid import UUID

from sqlalchemy import Select, extract, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.terms import Period
from tenants.faults import neutral_errors
from tenants.records import Finding, Visit
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, many, one
from tenants.tables import finding as f
from tenants.tables import visit as t

_CHINA = timezone(timedelta(hours=8))


async def keep(db: AsyncConnection, scope: Scope, visit: Visit, findings: Sequence[Finding] = ()) -> None:
    """Keep a record and its findings. Raises Conflict when the drawn visit has a record already."""
    for bureau in (visit.bureau, *(finding.bureau for finding in findings)):
        require_own(scope, bureau)
    with neutral_errors():
        await db.execute(insert(t).values(**_values(visit)))
        if findings:
            await db.execute(insert(f), [_values(finding) for finding in findings])


async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> Visit:
    """One record. Raises Missing."""
    return await one(db, _of(scope, bureau).where(t.c.id == id), Visit, what="检查记录", key=id)


async def of_task(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int, slot: int) -> Visit | None:
    """The standing record of a drawn visit, if there is one; returned ones do not count."""
    query = _of(scope, bureau).where(t.c.draw_no == draw_no, t.c.slot == slot, t.c.state != "returned")
    found = await many(db, query, Visit)
    return found[0] if found else None


async def last_returned(
    db: AsyncConnection, scope: Scope, bureau: str, draw_no: int, slot: int
) -> Visit | None:
    """The record of a drawn visit that was returned last, if one was."""
    query = _of(scope, bureau).where(t.c.draw_no == draw_no, t.c.slot == slot, t.c.state == "returned")
    version = func.coalesce(t.c.form["version"].as_integer(), 1)  # moments can be equal, versions cannot
    found = await many(db, query.order_by(version.desc(), t.c.reviewed_at.desc(), t.c.id).limit(1), Visit)
    return found[0] if found else None


async def of_draw(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> tuple[Visit, ...]:
    """Records of a draw, by slot."""
    return await many(db, _of(scope, bureau).where(t.c.draw_no == draw_no).order_by(t.c.slot), Visit)


async def of_period(
    db: AsyncConnection, scope: Scope, bureau: str, period: Period | str
) -> tuple[Visit, ...]:
    """Records of visits that began in a quarter (China's calendar), in time order."""
    quarter = Period.parse(str(period))
    start = datetime.combine(quarter.first, time.min, _CHINA)
    end = datetime.combine(quarter.last + timedelta(days=1), time.min, _CHINA)
    query = _of(scope, bureau).where(t.c.started_at >= start, t.c.started_at < end)
    return await many(db, query.order_by(t.c.started_at, t.c.id), Visit)


async def review(
    db: AsyncConnection,
    scope: Scope,
    id: UUID,
    state: str,
    by: str,
    at: datetime,
    *,
    upload_due: date | None = None,
    publish_due: date | None = None,
    note: str = "",
) -> None:
    """Accept or return a record, with words. Raises SameHand for its author, WrongState once reviewed."""
    values = {"state": state, "reviewed_by": by, "reviewed_at": at, "review_note": note or None}
    due = {"upload_due": upload_due, "publish_due": publish_due}
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.state == "recorded")
    await change(db, update(t).where(*where).values(**values, **due), wanted="recorded")


async def reopen(db: AsyncConnection, scope: Scope, id: UUID, *, by: str, at: datetime, note: str) -> None:
    """Return a record that was kept or accepted, with the reason. Raises SameHand, WrongState."""
    values = {"state": "returned", "reviewed_by": by, "reviewed_at": at, "review_note": note}
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.state.in_(("recorded", "accepted")))
    await change(db, update(t).where(*where).values(**values), wanted="accepted")


async def findings(db: AsyncConnection, scope: Scope, bureau: str, visit_id: UUID) -> tuple[Finding, ...]:
    """Findings of a visit, by number."""
    query = select(f).where(within(scope, f.c.bureau), f.c.bureau == bureau, f.c.visit_id == visit_id)
    return await many(db, query.order_by(f.c.n), Finding)


async def correct(db: AsyncConnection, scope: Scope, visit_id: UUID, n: int, at: datetime) -> None:
    """Note that a finding was corrected."""
    where = (own(scope, f.c.bureau), f.c.visit_id == visit_id, f.c.n == n, f.c.corrected_at.is_(None))
    await change(db, update(f).where(*where).values(corrected_at=at), wanted="open")


async def link_case(
    db: AsyncConnection, scope: Scope, visit_id: UUID, n: int, ref: str, *, penalty_ref: str
) -> None:
    """Note the number of the case a finding led to. Raises WrongState when another stands meanwhile."""
    where = (own(scope, f.c.bureau), f.c.visit_id == visit_id, f.c.n == n, f.c.penalty_ref == penalty_ref)
    await change(db, update(f).where(*where).values(penalty_ref=ref), wanted=penalty_ref or "—")


async def of_site(db: AsyncConnection, scope: Scope, bureau: str, site_code: str) -> tuple[Visit, ...]:
    """Records of one site, in time order."""
    query = _of(scope, bureau).where(t.c.site_code == site_code)
    return await many(db, query.order_by(t.c.started_at, t.c.id), Visit)


async def due_uploads(
    db: AsyncConnection, scope: Scope, bureau: str, by: date | None = None
) -> tuple[Visit, ...]:
    """Accepted records not yet in an upload file, most urgent first; only those due by a day if given."""
    query = _of(scope, bureau).where(t.c.state == "accepted", t.c.uploaded_at.is_(None))
    if by is not None:
        query = query.where(t.c.upload_due <= by)
    return await many(db, query.order_by(t.c.upload_due, t.c.started_at, t.c.id), Visit)


async def ledger(
    db: AsyncConnection, scope: Scope, subject: str, year: int
) -> frozenset[tuple[str, str, str]]:
    """Visits of every kind to the sites of one roster in a year: (site code, visit type, SHA-256 in hex).

    Of all visible bureaus. A joint visit, which both bureaus hold a row of, is one sealed record: the same
    entry in both, also when they are read from two databases.
    """
    began = extract("year", func.timezone("Asia/Shanghai", t.c.started_at))
    query = (
        select(t.c.site_code, t.c.visit_type, t.c.record_sha256)
        .where(within(scope, t.c.bureau), t.c.subject == subject, began == year, t.c.state != "returned")
        .distinct()
    )
    return frozenset((code, kind, seal) for code, kind, seal in await db.execute(query))


def _of(scope: Scope, bureau: str) -> Select[Any]:
    return select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)


def _values(record: Visit | Finding) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}
