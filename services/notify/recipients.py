"""Who is told of an event, and with which numbers: from what is kept now, roles and days as of today."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from policies.access import ACTIONS
from policies.notifying.events import EVENTS
from services.clock import CHINA
from services.notify.clocks import due_facts, ending_tasks
from services.notify.telling import hand
from services.work import Work
from tenants.stores import members, notify_counts

SOON = 30  # days before a certificate ends
LAST = 7
AHEAD = 3  # days before a correction order falls due
Facts = dict[str, Any]


async def recipients(work: Work, payload: Mapping[str, Any]) -> dict[str, Facts]:
    """Login → facts of its message, for an order of `tell` or of the day.

    Args:
        work: of the bureau's own scope. payload: see `services.jobs.kinds`.
    """
    name = payload["event"]
    if name == "task.waiting":
        start = datetime.combine(work.today, datetime.min.time(), CHINA) if payload.get("daily") else None
        counts = await notify_counts.tasks_new(work.db, work.scope, work.today, start)
        return {person: {"count": n} for person, n in counts.items()}
    if name == "task.ending":
        return await ending_tasks(work)
    if name == "certificate.own":
        found = await notify_counts.certificates(work.db, work.scope, work.today, _in(work, SOON))
        return {person: {"day": day.isoformat()} for person, day in found if person and _told(work, day)}
    facts = await _facts(work, name, payload)
    if facts is None:
        return {}
    roles = frozenset(EVENTS[name].roles) or ACTIONS.get(payload.get("act", ""), {}).keys()
    held = await members.in_bureau(work.control, work.scope, work.scope.bureau, work.today)
    people = dict.fromkeys(one.subject for one in held if one.role in roles)
    return {person: facts for person in people if hand(person) != payload.get("by")}


async def _facts(work: Work, name: str, payload: Mapping[str, Any]) -> Facts | None:
    """Facts all recipients share; None: there is nothing to tell any more."""
    if name == "certificate.staff":
        last = _in(work, SOON)
        found = await notify_counts.certificates(work.db, work.scope, work.today, last)
        due = any(_told(work, day) for _, day in found)
        return {"count": len(found), "day": last.isoformat()} if due else None
    if name == "correction.due":
        until = _in(work, AHEAD)
        days = await notify_counts.corrections(work.db, work.scope, until)
        told = {until, work.today, work.today - timedelta(1)}
        return {"count": len(days), "day": until.isoformat()} if told & {*days} else None
    if name in ("review.due", "upload.due", "publish.due"):
        return await due_facts(work, name)
    return {key: payload[key] for key in EVENTS[name].facts}


def _told(work: Work, day: date) -> bool:
    """A certificate is spoken of twice, not every day."""
    return day in (_in(work, SOON), _in(work, LAST))


def _in(work: Work, days: int) -> date:
    return work.today + timedelta(days)
