"""Each step of an audit: kept with the case, and in the journal of one side or of both."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from services.auditing.errors import AuditChoice, AuditWords
from services.work import Work
from tenants import journal
from tenants.audit_rows import AuditCase, AuditStep
from tenants.stores import audits

MOST = 2000  # characters of a text


@asynccontextmanager
async def superior(work: Work, case: AuditCase) -> AsyncIterator[Work]:
    """The unit as the superior's, whose rows these are; the audited bureau's own acts go through here."""
    if work.scope.bureau == case.bureau:
        yield work
        return
    async with work.inside(case.bureau) as there:
        yield there


async def tell(
    work: Work,
    action: str,
    case: AuditCase,
    *,
    act: str,
    words: str = "",
    finding: int | None = None,
    both: bool = False,
    before: Any = None,
    after: Any = None,
) -> None:
    """Keep a step of a case and note it.

    Args:
        action: of the matrix. act: key of `policies.audits.ACTS`.
        both: the audited bureau sees it, and its journal tells it too.
        before, after: what changed, for the journals.
    """
    step = AuditStep(
        bureau=case.bureau,
        case_id=case.id,
        n=0,
        district=case.district,
        act=act,
        words=words,
        by=work.principal.subject,
        name=work.principal.name,
        at=work.now,
        finding=finding,
        sent_at=work.now if both else None,
    )
    async with superior(work, case) as there:
        await audits.note(there.control, there.scope, step)
    told = {"district": case.district, "period": case.period} | (after or {})
    told |= {"finding": finding} if finding is not None else {}
    # journals are held in the order of the codes, see `services.reading`
    for code in sorted({case.bureau, case.district} if both else {case.bureau}):
        if code == work.scope.bureau:
            await _note(work, action, case, words, before, told)
            continue
        async with work.inside(code) as there:
            await _note(there, action, case, words, before, told)


async def _note(there: Work, action: str, case: AuditCase, why: str, before: Any, after: Any) -> None:
    await journal.note(
        there.db,
        there.scope,
        actor=there.principal,
        action=action,
        target=f"audit/{case.bureau}/{case.id}",
        why=why,
        before=before,
        after=after,
        at=there.now,
    )


def text_of(words: str, most: int = MOST) -> str:
    """A text that is given. Raises AuditWords."""
    said = words.replace("\r\n", "\n").strip()
    if not said or len(said) > most or "\x00" in said:
        raise AuditWords(said[:20], most=most)
    return said


def one_of(value: str, known: dict[str, Any]) -> str:
    """A key of a table of words. Raises AuditChoice."""
    if value not in known:
        raise AuditChoice(value[:40], need=" / ".join(known))
    return value
