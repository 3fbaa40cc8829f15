"""Audits as pages need them: days left, what is open, who may be audited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from policies.terms import Period
from services.views.periods import period_of
from services.work import Work
from tenants.audit_rows import AuditCase, AuditFinding
from tenants.rows import BureauEntry
from tenants.stores import audits, bureaus

QUARTERS = 6  # how far back an audit is offered


@dataclass(frozen=True, slots=True)
class AuditClock:
    """A case with what is left of it.

    Attributes:
        findings: not dropped. open_: of those sent, not settled. late: of those, past a day.
        next_day: the nearest day something is due, if anything is; left: calendar days until then, negative
            when it has passed.
    """

    case: AuditCase
    findings: int
    open_: int
    late: int
    next_day: date | None
    left: int | None


def clock_of(case: AuditCase, findings: Iterable[AuditFinding], today: date) -> AuditClock:
    """What a case still waits for; `findings` may be of other cases too."""
    mine = [one for one in findings if one.case_id == case.id and one.state != "dropped"]
    open_ = [one for one in mine if one.state in ("sent", "answered", "done")]
    days = [day for one in open_ if (day := due_of(case, one)) is not None]
    nearest = min(days, default=None)
    late = sum(day < today for day in days)
    left = (nearest - today).days if nearest is not None else None
    return AuditClock(case, len(mine), len(open_), late, nearest, left)


def due_of(case: AuditCase, one: AuditFinding) -> date | None:
    """The day a finding waits for: the answer's, then the measure's; None once only the superior is asked."""
    if one.state == "sent":
        return case.answer_by
    return one.due if one.state == "answered" else None


async def districts_of(work: Work) -> tuple[BureauEntry, ...]:
    """Bureaus directly below that the bureau acted for may audit."""
    below = await bureaus.children(work.control, work.scope.bureau)
    return tuple(one for one in below if one.code in work.scope.visible)


def periods_to_audit(today: date) -> tuple[Period, ...]:
    """The present quarter and those before it, newest first."""
    found = [period_of(today)]
    while len(found) < QUARTERS:
        last = found[-1]
        found.append(Period(last.year - 1, 4) if last.quarter == 1 else Period(last.year, last.quarter - 1))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class OpenSteps:
    """What audits wait for. settle, drafts: of the superior; answer, carry_out: of the audited bureau."""

    settle: int
    answer: int
    carry_out: int
    drafts: tuple[AuditCase, ...]

    def letters(self, subject: str) -> int:
        """Letters that wait for somebody else's approval than their author's."""
        return sum(one.proposed_by != subject for one in self.drafts)


async def open_steps(work: Work) -> OpenSteps:
    """Steps that wait in the bureau acted for, as superior and as audited."""
    db, scope, own = work.control, work.scope, work.scope.bureau
    states = [one.state for one in await audits.every_finding(db, scope, own)]
    told = [one for one in await audits.told(db, scope) if one.state == "sent"]
    asked = [f.state for one in told for f in await audits.told_findings(db, scope, one.id)]
    every = await audits.of_bureau(db, scope, own)
    drafts = tuple(one for one in every if one.state == "proposed")
    return OpenSteps(states.count("done"), asked.count("sent"), asked.count("answered"), drafts)
