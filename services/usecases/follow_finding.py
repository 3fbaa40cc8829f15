"""What became of a problem found: corrected on a day, or led to a case. Basis: obligations 26, 30.

The sealed record stays as it is; this is noted beside it.
"""

from datetime import date, datetime, time
from uuid import UUID

from policies.errors import Missing
from services.clock import CHINA
from services.visiting.follow_errors import BadFollowUp
from services.work import Work
from tenants import journal
from tenants.records import Finding, Visit
from tenants.stores import visits

LONGEST = 100


async def note_corrected(work: Work, visit_id: UUID, n: int, day: date) -> Finding:
    """Note that a finding is corrected; noted again, the first day stands.

    Args:
        day: when the correction was found made, from the day of the visit to today.

    Raises:
        Missing: no such record or finding. BadFollowUp: another day.
    """
    visit, finding = await _found(work, visit_id, n)
    if finding.corrected_at is not None:
        return finding
    first = visit.ended_at.astimezone(CHINA).date()
    if not first <= day <= work.today:
        raise BadFollowUp(
            day,
            need={"zh": f"{first} 至 {work.today} 之间的日期", "en": f"a day from {first} to {work.today}"},
        )
    at = datetime.combine(day, time(), CHINA)
    await visits.correct(work.db, work.scope, visit_id, n, at)
    await _note(work, visit, n, {"corrected": None}, {"corrected": day.isoformat()})
    return (await _found(work, visit_id, n))[1]


async def link_case(work: Work, visit_id: UUID, n: int, ref: str) -> Finding:
    """Note the number of the case a finding led to; an earlier number is replaced and stays in the journal.

    Raises:
        Missing: no such record or finding. BadFollowUp: no number, or too long a one.
        WrongState: somebody else noted another meanwhile.
    """
    words = ref.strip()
    if not words or len(words) > LONGEST or not words.isprintable():
        raise BadFollowUp(
            words[:40], need={"zh": f"案件文号，{LONGEST} 字以内", "en": f"a number, {LONGEST} at most"}
        )
    visit, finding = await _found(work, visit_id, n)
    if finding.penalty_ref == words:
        return finding
    await visits.link_case(work.db, work.scope, visit_id, n, words, penalty_ref=finding.penalty_ref)
    await _note(work, visit, n, {"case": finding.penalty_ref}, {"case": words})
    return (await _found(work, visit_id, n))[1]


async def _found(work: Work, visit_id: UUID, n: int) -> tuple[Visit, Finding]:
    work.require("visit.follow")
    visit = await visits.get(work.db, work.scope, work.scope.bureau, visit_id)
    if visit.state == "returned":
        raise Missing(visit_id, what="检查记录")
    for one in await visits.findings(work.db, work.scope, visit.bureau, visit_id):
        if one.n == n:
            return visit, one
    raise Missing(n, what="问题")


async def _note(
    work: Work, visit: Visit, n: int, before: dict[str, object], after: dict[str, object]
) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="visit.follow",
        target=f"visit/{visit.bureau}/{visit.id}",
        before={"n": n, **before},
        after={"n": n, **after},
        at=work.now,
    )
