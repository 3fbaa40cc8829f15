"""A leave or recusal is over, or was a mistake: ended with a reason, kept for good."""

from dataclasses import replace
from uuid import UUID

from policies.errors import Missing
from policies.roster.officer_days import LONGEST_REMARK
from policies.terms import Officer
from services.ruling.rule_choice_errors import FieldMissing
from services.ruling.span_notes import note_span
from services.work import Work
from tenants.locks import hold
from tenants.officer_rows import Span
from tenants.stores import officer_spans, officers


async def end_span(work: Work, certificate: str, id: UUID, why: str) -> Span:
    """End it: the next freeze counts on the officer again. A recusal an officer declared is ended by the
    bureau too, never by the officer: who withdrew it alone could choose whom to visit.

    Raises:
        Missing: none of this officer. WrongState: it has ended. FieldMissing: no reason.
    """
    work.require("officer.keep")
    if not 0 < len(why.strip()) <= LONGEST_REMARK:
        raise FieldMissing(why[:40], field="理由", need=f"结束或解除的理由，最多 {LONGEST_REMARK} 字")
    await hold(work.db, "roster", "officer", work.scope.bureau)
    span = await officer_spans.get(work.db, work.scope, id)
    if span.certificate != certificate:
        raise Missing(str(id), what="登记")
    before = await officers.one(work.db, work.scope, span.bureau, certificate)
    await officer_spans.end(work.db, work.scope, id, work.now, why.strip())
    reason = "解除回避" if span.kind == "recusal" else "结束请假"
    now = [_without(before, span)]
    await officers.upsert(work.db, work.scope, now, reason=reason, at=work.now, by=work.principal.subject)
    await note_span(work, "officer.keep", span, before=before, why=why.strip())
    return await officer_spans.get(work.db, work.scope, id)


def _without(officer: Officer, span: Span) -> Officer:
    """The officer without what the span brought; another one that stands brings it back by itself."""
    leave = tuple(one for one in officer.leave if span.kind != "leave" or one != (span.first, span.last))
    recusals = tuple(code for code in officer.recusals if code != span.site)
    return replace(officer, leave=leave, recusals=recusals)
