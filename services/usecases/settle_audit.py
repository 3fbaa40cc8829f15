"""The superior verifies an answer: settles the finding or sends it back; the last one closes the case."""

from uuid import UUID

from policies.errors import Missing
from services.auditing.telling import tell, text_of
from services.starting import require_state
from services.work import Work
from tenants.audit_rows import AuditCase, AuditFinding
from tenants.stores import audits


async def settle_finding(work: Work, id: UUID, number: int, *, accept: bool, words: str) -> AuditFinding:
    """Settle a finding whose measure was carried out, or send its answer back for another one.

    Raises:
        Missing: no such case or finding. WrongState: there is no answer, or, to settle it, no report yet.
        AuditWords: what was verified, or why it goes back.
    """
    work.require("audit.settle")
    case = await audits.held(work.control, work.scope, id)
    before = await _finding(work, case, number)
    require_state("audit.settle", before.state)
    said, who = text_of(words), work.principal
    step = audits.settle if accept else audits.ask_again
    await step(work.control, work.scope, id, number, said, who.subject, who.name, work.now)
    after = await _finding(work, case, number)
    act = "settle" if accept else "return"
    await tell(work, "audit.settle", case, act=act, words=said, finding=number, both=True,
               before={"state": before.state}, after={"state": after.state})  # fmt: skip
    await _close(work, case)
    return after


async def _close(work: Work, case: AuditCase) -> None:
    every = await audits.findings(work.control, work.scope, case.bureau, case.id)
    if all(one.state in ("closed", "dropped") for one in every):
        await audits.close(work.control, work.scope, case.id, work.now)
        await tell(work, "audit.settle", case, act="close", both=True, before={"state": case.state},
                   after={"state": "closed"})  # fmt: skip


async def _finding(work: Work, case: AuditCase, number: int) -> AuditFinding:
    every = await audits.findings(work.control, work.scope, case.bureau, case.id)
    found = next((one for one in every if one.n == number), None)
    if found is None:
        raise Missing(number, what="稽查")
    return found
