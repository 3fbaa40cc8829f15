"""The verdict of a re-check: what the superior found when it looked at a drawn record again."""

from dataclasses import dataclass
from uuid import UUID

from policies.audits import METHODS, VERDICTS
from policies.errors import Missing
from services.auditing.telling import one_of, tell, text_of
from services.starting import require_state
from services.work import Work
from tenants.audit_rows import AuditCheck, Said
from tenants.stores import audits


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a record was looked at again, and what came of it; keys of `policies.audits`."""

    method: str
    verdict: str
    words: str


async def check_record(work: Work, id: UUID, rank: int, said: Verdict) -> AuditCheck:
    """Note the verdict on one record of the sample; until the letter is drafted it may be put right.

    Raises:
        Missing: no such case, or no such record. WrongState: the letter is drafted.
        AuditChoice, AuditWords: what was said.
    """
    work.require("audit.check")
    case = await audits.held(work.control, work.scope, id)
    require_state("audit.check", case.state)
    every = await audits.checks(work.control, work.scope, case.bureau, id)
    before = next((one for one in every if one.k == rank), None)
    if before is None:
        raise Missing(rank, what="记录")
    who, method, verdict = work.principal, one_of(said.method, METHODS), one_of(said.verdict, VERDICTS)
    kept = Said(method, verdict, text_of(said.words), who.subject, who.name, work.now)
    await audits.say(work.control, work.scope, id, rank, kept)
    was, now = {"verdict": before.verdict, "words": before.words}, {"k": rank, "verdict": said.verdict}
    await tell(work, "audit.check", case, act="check", words=text_of(said.words), before=was, after=now)
    found = await audits.checks(work.control, work.scope, case.bureau, id)
    return next(one for one in found if one.k == rank)
