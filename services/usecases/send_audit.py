"""The letter of an audit, 稽查通报: drafted by one, sent by another, then read by both sides."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from policies.audits import unready
from policies.rd1.canonical import lp, sha256
from services.auditing.errors import AuditDay, AuditHand, AuditLetter, AuditUnready
from services.auditing.telling import tell, text_of
from services.clock import CHINA
from services.ruling.approvers import require_approver
from services.starting import require_state
from services.work import Work
from tenants.audit_rows import AuditCase, AuditFinding
from tenants.stores import audits

LONGEST = timedelta(days=180)  # a bureau is given at most so long for its answer
LETTER = 6000  # characters


def letter_digest(case: AuditCase, findings: tuple[AuditFinding, ...]) -> str:
    """Fingerprint of what is sent, hex: the letter, the day of the answer, every finding."""
    parts = [case.letter or "", str(case.answer_by), *(f"{one.n} {one.kind} {one.text}" for one in findings)]
    return sha256(b"".join(lp(sha256(part.encode())) for part in parts)).hex()


async def propose_letter(work: Work, id: UUID, letter: str, answer_by: date) -> AuditCase:
    """Draft the letter once every drawn record has its verdict; from now on the case stands still.

    Raises:
        Missing, WrongState: the case. AuditUnready: something is missing.
        AuditWords, AuditDay: what was entered.
    """
    work.require("audit.propose")
    case = await audits.held(work.control, work.scope, id)
    require_state("audit.propose", case.state)
    checks = await audits.checks(work.control, work.scope, case.bureau, id)
    found = {one.n: one.check_k for one in await live_findings(work, case)}
    drawn = case.drawn_at is not None
    if reason := unready(case.size, drawn, [one.verdict for one in checks], found):
        raise AuditUnready(reason)
    said, last = text_of(letter, LETTER), work.today + LONGEST
    if not work.today < answer_by <= last:
        first = work.today + timedelta(days=1)
        raise AuditDay(answer_by.isoformat(), first=first.isoformat(), last=last.isoformat())
    who = work.principal
    await audits.propose(work.control, work.scope, id, said, answer_by, who.subject, who.name, work.now)
    await tell(work, "audit.propose", case, act="propose", before={"state": case.state},
               after={"state": "proposed", "findings": sorted(found)})  # fmt: skip
    return await audits.get(work.control, work.scope, case.bureau, id)


async def return_letter(work: Work, id: UUID, why: str) -> AuditCase:
    """The head does not sign: back to work, with why. Raises Missing, WrongState, AuditWords."""
    work.require("audit.return")
    case = await audits.held(work.control, work.scope, id)
    require_state("audit.return", case.state)
    said = text_of(why)
    await audits.send_back(work.control, work.scope, id, said)
    await tell(work, "audit.return", case, act="send_back", words=said, before={"state": case.state},
               after={"state": "open"})  # fmt: skip
    return await audits.get(work.control, work.scope, case.bureau, id)


async def send_letter(work: Work, id: UUID, digest: str = "") -> AuditCase:
    """Approve and send the letter; the audited bureau reads it at once, with re-checks and findings.

    Args:
        digest: `letter_digest` of what was read; "" where the id alone was confirmed.

    Raises:
        Missing, WrongState: the case. AuditHand: who drafted it. AuditLetter: another text was read.
        NotTheApprover: leaders are entered, and this is none of them.
    """
    work.require("audit.approve")
    await require_approver(work)
    case = await audits.held(work.control, work.scope, id)
    require_state("audit.approve", case.state)
    who, found = work.principal, await live_findings(work, case)
    if case.proposed_by == who.subject:
        raise AuditHand(who.name)
    if digest and digest != (standing := letter_digest(case, found)):
        raise AuditLetter(digest[:64], digest=standing)
    number = await audits.next_number(work.control, work.scope, _begin(work.today.year))
    over = not found
    await audits.send(work.control, work.scope, id, number, who.subject, who.name, work.now, closes=over)
    after = {"state": "closed" if over else "sent", "number": number, "findings": len(found)}
    await tell(work, "audit.approve", case, act="send", both=True, before={"state": case.state}, after=after)
    return await audits.get(work.control, work.scope, case.bureau, id)


async def live_findings(work: Work, case: AuditCase) -> tuple[AuditFinding, ...]:
    """Findings of an own case that were not dropped."""
    every = await audits.findings(work.control, work.scope, case.bureau, case.id)
    return tuple(one for one in every if one.state != "dropped")


def _begin(year: int) -> datetime:
    return datetime.combine(date(year, 1, 1), time.min, CHINA)
