"""Leave and recusals of officers, each with its reason and days: entered by the bureau or declared oneself.

What stands is part of the officer's row, so every draw from then on passes over it; a draw that is frozen
keeps its lists, and a substitution in it is the protocol's business (`declare`). Basis: obligation 12;
行政处罚法 43 (回避); the reasons listed are our own.
"""

from datetime import date
from uuid import uuid4

from policies.roster.codes import compact
from policies.roster.officer_days import check_leave, check_recusal, the_site
from services.ruling.span_notes import note_span
from services.usecases.my_tasks import certificate_of
from services.work import Work
from tenants.locks import hold
from tenants.officer_rows import Span, SpanKind
from tenants.stores import officer_spans, officers


async def enter_leave(
    work: Work, certificate: str, first: date, last: date, reason: str, remark: str = ""
) -> Span:
    """Enter leave of an officer, both days included.

    Raises:
        Missing: no such officer. LeaveOverlaps: a day of it is leave already. BadSpan: days or reason.
    """
    work.require("officer.keep")
    await _hold(work, certificate)
    officer = await officers.one(work.db, work.scope, work.scope.bureau, certificate)
    check_leave(officer, first, last, reason, remark.strip())
    made = _span(work, "leave", certificate, None, first, last, reason, remark)
    return await _keep(work, made, "officer.keep", "登记请假")


async def enter_recusal(
    work: Work, certificate: str, site: str, last: date | None, reason: str, remark: str = ""
) -> Span:
    """Enter that an officer must not visit a site, from today on.

    Args:
        certificate: the officer.
        site: code, credit code or whole name of a site of the roster.
        last: when it is to be looked at again, None for never. It does not lapse then.
        reason: a key of RECUSAL_REASONS.
        remark: in words, needed for the reason "other".

    Raises:
        Missing: no such officer. NoOneSite: no such site, or several. RecusalStands. BadSpan.
    """
    work.require("officer.keep")
    made = await _recusal(work, certificate, site, last, (reason, remark), declared=False)
    return await _keep(work, made, "officer.keep", "登记回避")


async def declare_recusal(work: Work, site: str, last: date | None, reason: str, remark: str = "") -> Span:
    """The officer of the login declares a recusal of his own; arguments as for `enter_recusal`.

    Raises:
        NotYours: the login belongs to no officer. NoOneSite, RecusalStands, BadSpan: as there.
    """
    work.require("officer.declare", assigned=True)
    own = await certificate_of(work)
    made = await _recusal(work, own, site, last, (reason, remark), declared=True)
    return await _keep(work, made, "officer.declare", "本人声明回避")


async def _recusal(
    work: Work, certificate: str, said: str, last: date | None, why: tuple[str, str], *, declared: bool
) -> Span:
    await _hold(work, certificate)
    officer = await officers.one(work.db, work.scope, work.scope.bureau, certificate)
    found = await officer_spans.sites_named(work.db, work.scope, compact(said), said.strip())
    site, (reason, remark) = the_site(found, said.strip()), why
    check_recusal(officer, site, work.today, last, reason, remark.strip())
    return _span(work, "recusal", certificate, site, work.today, last, reason, remark, declared=declared)


def _span(
    work: Work,
    kind: SpanKind,
    certificate: str,
    site: str | None,
    first: date,
    last: date | None,
    reason: str,
    remark: str,
    *,
    declared: bool = False,
) -> Span:
    return Span(
        bureau=work.scope.bureau,
        id=uuid4(),
        certificate=certificate,
        kind=kind,
        site=site,
        first=first,
        last=last,
        reason=reason,
        remark=remark.strip(),
        declared=declared,
        at=work.now,
        by=work.principal.subject,
    )


async def _hold(work: Work, certificate: str) -> None:
    """One at a time an officer: what is checked still holds when it is kept."""
    await hold(work.db, "roster", "officer", work.scope.bureau)
    await hold(work.db, "officer-days", work.scope.bureau, certificate)


async def _keep(work: Work, made: Span, action: str, reason: str) -> Span:
    before = await officers.one(work.db, work.scope, made.bureau, made.certificate)
    await officer_spans.keep(work.db, work.scope, made)
    await officers.upsert(
        work.db, work.scope, [before], reason=reason, at=work.now, by=work.principal.subject
    )
    await note_span(work, action, made, before=before)
    return made
