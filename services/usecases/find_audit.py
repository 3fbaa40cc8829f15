"""Findings of an audit, while its letter is not drafted: noted, or dropped again with why."""

from dataclasses import dataclass
from uuid import UUID

from policies.audits import KINDS
from policies.errors import Missing
from services.auditing.telling import one_of, tell, text_of
from services.starting import require_state
from services.work import Work
from tenants.audit_rows import AuditFinding
from tenants.stores import audits


@dataclass(frozen=True, slots=True)
class NewFinding:
    """What was found. `kind`: key of `policies.audits.KINDS`; `check`: rank of the re-check it rests on."""

    kind: str
    text: str
    check: int | None = None


async def add_finding(work: Work, id: UUID, new: NewFinding) -> AuditFinding:
    """Note a finding of an open case.

    Raises:
        Missing: no such case or re-check. WrongState: the letter is drafted. AuditChoice, AuditWords.
    """
    work.require("audit.find")
    case = await audits.held(work.control, work.scope, id)
    require_state("audit.find", case.state)
    ranks = {one.k for one in await audits.checks(work.control, work.scope, case.bureau, id)}
    if new.check is not None and new.check not in ranks:
        raise Missing(new.check, what="记录")
    known = await audits.findings(work.control, work.scope, case.bureau, id)
    number = max((one.n for one in known), default=0) + 1
    made = AuditFinding(
        bureau=case.bureau,
        case_id=id,
        n=number,
        district=case.district,
        kind=one_of(new.kind, KINDS),
        text=text_of(new.text),
        check_k=new.check,
    )
    await audits.put_finding(work.control, work.scope, made)
    await tell(work, "audit.find", case, act="find", words=made.text, finding=number,
               after={"kind": made.kind})  # fmt: skip
    return made


async def drop_finding(work: Work, id: UUID, number: int, why: str) -> None:
    """Drop a finding before anyone outside has read it; it stays with why.

    Raises:
        Missing: no such case. WrongState: the letter is drafted, or there is no such draft.
        AuditWords: no why.
    """
    work.require("audit.find")
    case = await audits.held(work.control, work.scope, id)
    require_state("audit.find", case.state)
    said = text_of(why)
    await audits.drop(work.control, work.scope, id, number, said)
    await tell(work, "audit.find", case, act="drop", words=said, finding=number, before={"state": "drafted"},
               after={"state": "dropped"})  # fmt: skip
