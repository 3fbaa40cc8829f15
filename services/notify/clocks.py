"""The clocks of visits as messages: records to review, to upload, to publish, and visits still to be made.

Counted in working days of the bureau's own calendar and told on working days: ahead, on the day, once after.
Basis: obligations 24, 26, 28 (the clocks); when a person is reminded is our own choice.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from policies.planning.deadlines import Calendar, add_working_days, working_days_left
from services.ruling.calendars import calendar_for
from services.usecases.publish_notice import latest
from services.views.periods import period_of
from services.work import Work
from tenants.stores import notices, notify_counts

AHEAD = 3  # working days before a record's last day
ENDING = (10, 3, 0)  # working days before the quarter ends
Facts = dict[str, Any]


async def due_facts(work: Work, name: str) -> Facts | None:
    """How many records run out, and the earliest of their days; None on days on which nothing is told.

    Args:
        name: "review.due", "upload.due" or "publish.due".
    """
    calendar = await calendar_for(work)
    until = add_working_days(work.today, AHEAD, calendar).day
    if name == "publish.due":
        days = await _unpublished(work, until)
    else:
        accepted = name == "upload.due"
        days = list(await notify_counts.uploads(work.db, work.scope, until, accepted=accepted))
    if not _told(work.today, days, calendar, (AHEAD, 0, -1)):
        return None
    return {"count": len(days), "day": min(days).isoformat()}


async def ending_tasks(work: Work) -> dict[str, Facts]:
    """Login → visits of the quarter not recorded yet, when its end is near."""
    period = period_of(work.today)
    if not _told(work.today, [period.last], await calendar_for(work), ENDING):
        return {}
    found = await notify_counts.tasks_open(work.db, work.scope, work.today, str(period))
    return {person: {"count": n, "day": period.last.isoformat()} for person, n in found.items()}


async def _unpublished(work: Work, until: date) -> list[date]:
    bureau = work.scope.bureau
    due = await notify_counts.publications(work.db, work.scope, until)
    kept = await notices.listing(work.db, work.scope, bureau, kind="result", limit=10_000)
    by_id = {one.id: one for one in kept}
    return [day for visit, day in due if latest(visit, by_id) is None]


def _told(today: date, days: Collection[date], calendar: Calendar, lefts: tuple[int, ...]) -> bool:
    """Also when the last day itself is no working day: the last one before it then counts as the day."""
    if not calendar.is_working(today):
        return False
    return any(working_days_left(today, day, calendar) in lefts for day in days)
