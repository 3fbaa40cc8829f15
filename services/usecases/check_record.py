"""The verdict of a re-check: what the superior found when it looked at a drawn record again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from policies.audits import METHODS, VERDICTS
from policies.errors import Missing
from services.auditing.errors import AuditVerdict
from services.auditing.telling import one_of, tell, text_of
from services.starting import require_state
from services.work import Work
from tenants.audit_rows import AuditCheck, Said
from tenants.stores import audits


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a record was looked at again, and what came of it; keys of `policies.audits`.

    `read`: moment (RFC 3339) of the verdict that stood when this one was written, "" when there was none;
    None takes the place of any.
    """

    method: str
    verdict: str
    words: str
    read: str | None = None


async def check_record(work: Work, id: UUID, rank: int, said: Verdict) -> AuditCheck:
    """Note the verdict on one record of the sample; until the letter is drafted it may be put right.

    Raises:
        Missing: no such case, or no such record. WrongState: the letter is drafted.
        AuditVerdict: another verdict was noted since. AuditChoice, AuditWords: what was said.
    """
    work.require("audit.check")
    case = await audits.held(work.control, work.scope, id)
    require_state("audit.check", case.state)
    every = await audits.checks(work.control, work.scope, case.bureau, id)
    before = next((one for one in every if one.k == rank), None)
    if before is None:
        raise Missing(rank, what="记录")
    if said.read is not None and not _stands(before, said.read):
        raise AuditVerdict(said.verdict, name=before.name or "—")
    who, method, verdict = work.principal, one_of(said.method, METHODS), one_of(said.verdict, VERDICTS)
    kept = Said(method, verdict, text_of(said.words), who.subject, who.name, work.now)
    await audits.say(work.control, work.scope, id, rank, kept)
    was, now = {"verdict": before.verdict, "words": before.words}, {"k": rank, "verdict": said.verdict}
    await tell(work, "audit.check", case, act="check", words=text_of(said.words), before=was, after=now)
    found = await audits.checks(work.control, work.scope, case.bureau, id)
    return next(one for one in found if one.k == rank)


def _stands(before: AuditCheck, read: str) -> bool:
    """True when the verdict is still the one that was read."""
    if before.at is None or not read:
        return before.at is None and not read
    try:
        return datetime.fromisoformat(read) == before.at
    except (ValueError, TypeError):
        return False
