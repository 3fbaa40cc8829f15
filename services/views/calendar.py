"""The calendar page: notices at hand, the bureau's closed days, what is provisional."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from policies.planning.deadlines import Calendar, last_working_days, provisional
from policies.terms import Period
from services.clock import CHINA
from services.ruling.calendars import calendar_for
from services.usecases.enter_notice import kept_notices
from services.views.desk import Here, here
from services.work import Work
from tenants.calendar_rows import Closure, KeptNotice
from tenants.records import Visit
from tenants.stores import calendar, clocks


@dataclass(frozen=True, slots=True)
class YearLine:
    """One year: whether its notice is known, and the last five working days of its quarters."""

    year: int
    known: bool
    entered: KeptNotice | None
    last_days: tuple[tuple[date, ...], ...]


@dataclass(frozen=True, slots=True)
class CalendarFace:
    """Everything the page shows; `provisional` = running clocks that pass through an unknown year."""

    here: Here
    years: tuple[YearLine, ...]
    closures: tuple[Closure, ...]
    provisional: int
    may_enter: bool


async def calendar_face(work: Work) -> CalendarFace:
    """The page of the bureau acted for: last year to the year after next."""
    where, days = await here(work), await calendar_for(work)
    entered = {one.year: one for one in await kept_notices(work)}
    now = work.today.year
    running = await clocks.running(work.db, work.scope, where.face.code, work.today)
    admin = where.face.level != "county" and "bureau_admin" in work.principal.roles
    return CalendarFace(
        where,
        tuple(_line(year, days, entered.get(year)) for year in range(now - 1, now + 3)),
        await calendar.closures(work.db, work.scope, where.face.code),
        sum(_open(visit, days) for visit in running),
        admin or "system_admin" in work.principal.roles,
    )


def _line(year: int, days: Calendar, entered: KeptNotice | None) -> YearLine:
    last = tuple(last_working_days(Period(year, quarter), 5, days) for quarter in (1, 2, 3, 4))
    return YearLine(year, days.known(year), entered, last)


def _open(visit: Visit, days: Calendar) -> bool:
    dues: Iterable[date | None] = (visit.upload_due, visit.publish_due)
    start = visit.ended_at.astimezone(CHINA).date()
    return any(due is not None and provisional(start, due, days) for due in dues)
