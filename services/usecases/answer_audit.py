"""The audited bureau answers each finding: who is responsible, what is done, by when; then that it is.

Basis: obligation 31 (追究责任). Each side acts at its own desk; the rows are the superior's.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from policies.audits import MEASURES
from policies.errors import Missing
from services.auditing.errors import AuditDay
from services.auditing.telling import one_of, superior, tell, text_of
from services.starting import require_state
from services.work import Work
from tenants.audit_rows import Answered, AuditCase, AuditFinding
from tenants.stores import audits

LINE = 100  # characters of a name or a post
LONGEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Answer:
    """A bureau's answer to a finding.

    Attributes:
        responsible, post: name and post of the person responsible.
        measure: key of `policies.audits.MEASURES`. words: the answer itself. due: the day it is done.
    """

    responsible: str
    post: str
    measure: str
    words: str
    due: date


async def answer_finding(work: Work, id: UUID, number: int, given: Answer) -> AuditFinding:
    """Answer a finding that was sent to the bureau acted for.

    Raises:
        Missing: nothing of that kind was sent here. WrongState: answered already.
        AuditChoice, AuditWords, AuditDay: what was entered.
    """
    work.require("audit.answer")
    case, before = await told_finding(work, id, number)
    require_state("audit.answer", before.state)
    last = work.today + LONGEST
    if not work.today <= given.due <= last:
        raise AuditDay(given.due.isoformat(), first=work.today.isoformat(), last=last.isoformat())
    who = work.principal
    kept = Answered(
        responsible=text_of(given.responsible, LINE),
        post=text_of(given.post, LINE),
        measure=one_of(given.measure, MEASURES),
        words=text_of(given.words),
        due=given.due,
        answered_by=who.subject,
        answered_name=who.name,
        answered_at=work.now,
    )
    async with superior(work, case) as there:
        await audits.held(there.control, there.scope, id)
        await audits.answer(there.control, there.scope, id, number, kept)
    told = {"state": "answered", "responsible": kept.responsible, "measure": given.measure}
    await tell(
        work, "audit.answer", case, act="answer", words=kept.words, finding=number, both=True,
        before={"state": before.state}, after=told | {"due": given.due.isoformat()},
    )  # fmt: skip
    return (await told_finding(work, id, number))[1]


async def finish_measure(work: Work, id: UUID, number: int, words: str) -> AuditFinding:
    """Report that a measure was carried out.

    Raises:
        Missing: as above. WrongState: not answered, or reported already. AuditWords: how it was carried out.
    """
    work.require("audit.done")
    case, before = await told_finding(work, id, number)
    require_state("audit.done", before.state)
    who, said = work.principal, text_of(words)
    signed = (who.subject, who.name, work.now)
    async with superior(work, case) as there:
        await audits.held(there.control, there.scope, id)
        await audits.finish(there.control, there.scope, id, number, said, *signed)
    await tell(work, "audit.done", case, act="done", words=said, finding=number, both=True,
               before={"state": before.state}, after={"state": "done"})  # fmt: skip
    return (await told_finding(work, id, number))[1]


async def told_finding(work: Work, id: UUID, number: int) -> tuple[AuditCase, AuditFinding]:
    """A finding that was sent to the bureau acted for, with its case. Raises Missing."""
    case = await audits.told_one(work.control, work.scope, id)
    every = await audits.told_findings(work.control, work.scope, id)
    found = next((one for one in every if one.n == number), None)
    if found is None:
        raise Missing(number, what="稽查")
    return case, found
