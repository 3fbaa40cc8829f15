"""To-dos of what other people asked this one to decide: waivers of bureaus below, visits no draw chose."""

from policies.access import possible
from policies.planning.deadlines import working_days_left
from services.ruling.calendars import calendar_for
from services.views.urgency import Todo
from services.work import Work
from tenants.stores import visit_requests, waivers


async def waivers_asked(work: Work, rights: frozenset[str]) -> list[Todo]:
    """Waivers that bureaus below asked for and this person may take the next step on."""
    if "waiver.propose" not in rights:
        return []
    me, asked = work.principal.subject, await waivers.asked_of(work.control, work.scope)
    open_ = [one for one in asked if me not in (one.asked_by, one.subject, one.proposed_by)]
    found = [
        (action, len([one for one in open_ if possible(action, one.state)]))
        for action in ("waiver.propose", "waiver.approve")
        if action in rights
    ]
    return [Todo(action, "/city/waivers", count) for action, count in found if count]


async def visits_asked(work: Work, rights: frozenset[str]) -> list[Todo]:
    """Visits asked for that this person may decide on; urgent ones by their last day."""
    if "request.decide" not in rights:
        return []
    asked = await visit_requests.newest(work.db, work.scope, work.scope.bureau, state="asked")
    open_ = [one for one in asked if one.asked_by != work.principal.subject]
    due = min((one.file_by for one in open_ if one.file_by), default=None)
    left = working_days_left(work.today, due, await calendar_for(work)) if due else None
    return [Todo("request.approve", "/desk/requests?only=asked", len(open_), left)] if open_ else []
