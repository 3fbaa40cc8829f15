"""Which approval covers a visit that no draw chose, and filing one for a visit that could not wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from policies.planning.deadlines import add_working_days
from policies.rulebook.rules import Rules
from policies.visiting.request_errors import NotApproved
from policies.visiting.requests import Asked, Made, check_words, misfit, needing
from services.clock import CHINA
from services.ruling.calendars import calendar_for
from services.work import Work
from tenants.request_rows import VisitRequest
from tenants.stores import visit_requests, visits


@dataclass(frozen=True, slots=True)
class Backing:
    """What a visit stands on.

    Attributes:
        request: the approval asked for beforehand. urgent: why it could not wait.
        matter, source: of an urgent one, what a request would have said. All empty: nothing was given.
    """

    request: UUID | None = None
    urgent: str = ""
    matter: str = ""
    source: str = ""


NOTHING = Backing()


async def covering(work: Work, rules: Rules, made: Made, backing: Backing) -> VisitRequest | None:
    """The approval that covers a visit; None for an urgent one, or a kind that needs none.

    Raises:
        NotApproved: one is needed and none was given, or it is not approved, or covers another visit.
        Missing: no such request. RequestRefused: an urgent visit without its reasons.
    """
    if backing.request is None:
        if backing.urgent:
            check_words(backing.urgent, what="来不及事先报批的原因")
            check_words(backing.matter, backing.source)
        elif made.visit_type in needing(rules):
            rule = rules.value("visit.approval")
            raise NotApproved("没有", need=f"事先批准的检查申请（{rule.basis.cite()}）")
        return None
    found = await visit_requests.get(work.db, work.scope, backing.request, hold=True)
    if found.state != "approved" or found.urgent_why is not None:
        raise NotApproved(found.state, need="已批准的检查申请")
    asked = Asked(
        found.visit_type,
        found.site_code,
        found.matter,
        found.source,
        found.officers,
        found.since,
        found.until,
    )
    if need := misfit(asked, made):
        raise NotApproved(str(found.id), need=need)
    return found


def in_record(found: VisitRequest | None, backing: Backing) -> Mapping[str, str] | None:
    """What the sealed record says of its approval; no person, and never the matter."""
    if found is not None and found.decided_at is not None:
        at = found.decided_at.astimezone(CHINA).isoformat(timespec="seconds")
        return {"request": str(found.id), "approved_at": at}
    return {"urgent": backing.urgent.strip()} if backing.urgent else None


async def use(work: Work, found: VisitRequest, visit_id: UUID) -> None:
    """Tie an approval to its record; one approval, one visit.

    Raises:
        NotApproved: a record that stands was made of it.
    """
    former = found.visit_id
    if former is not None:
        kept = await visits.get(work.db, work.scope, work.scope.bureau, former)
        if kept.state != "returned":
            raise NotApproved(str(found.id), need="尚未用过的审批：一次审批只作一次检查")
    await visit_requests.use(work.db, work.scope, found.id, visit_id, former)


def used_of(found: VisitRequest | None) -> dict[str, str] | None:
    """For the journal: the approval, and the returned record that gave its place, if one did."""
    if found is None:
        return None
    return {"request": str(found.id), "visit": str(found.visit_id or "")}


async def file_urgent(work: Work, rules: Rules, made: Made, backing: Backing, visit_id: UUID) -> VisitRequest:
    """The request of a visit that was made before anybody could approve it; it names its last day."""
    days = rules.integer("visit.urgent_days")
    calendar = await calendar_for(work)
    return VisitRequest(
        bureau=work.scope.bureau,
        id=uuid4(),
        visit_type=made.visit_type,
        site_code=made.site_code,
        matter=backing.matter.strip(),
        source=backing.source.strip(),
        officers=tuple(dict.fromkeys(made.present)),
        since=made.day,
        until=made.day,
        asked_by=work.principal.subject,
        asked_name=work.principal.name,
        asked_at=work.now,
        urgent_why=backing.urgent.strip(),
        file_by=add_working_days(made.day, days, calendar).day,
        visit_id=visit_id,
    )
