"""The working days of a bureau: packaged notices, those an administrator entered, the bureau's own closures.

Every clock of the product asks here, so that a notice entered today counts everywhere from today.
Basis: obligations: calendar.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from policies.planning.workdays import Calendar, YearNotice
from services.work import Work
from tenants.calendar_rows import KeptNotice
from tenants.stores import calendar

Span = tuple[date, date]


async def calendar_for(work: Work, bureau: str = "") -> Calendar:
    """The calendar of a bureau visible to the transaction; default the bureau acted for."""
    whose = bureau or work.scope.bureau
    kept = await calendar.closures(await work.at(whose), work.scope, whose)
    spans = [(one.first, one.last) for one in kept if one.withdrawn_at is None]
    return composed(await calendar.notices(work.control), spans)


async def public_calendar(common: AsyncConnection, public: AsyncConnection, bureau: str) -> Calendar:
    """As `calendar_for`, read through the public role.

    Args:
        common: in the control database, where the notices are.
        public: in the database the bureau lives in, where its closed days are; often the same.
    """
    return composed(await calendar.notices(common), await calendar.public_closures(public, bureau))


def composed(kept: Iterable[KeptNotice], spans: Iterable[Span] = ()) -> Calendar:
    """Kept rows as the pure calendar."""
    notices = {one.year: year_notice(one) for one in kept}
    return Calendar(notices, frozenset(day for span in spans for day in _days(span)))


def year_notice(kept: KeptNotice) -> YearNotice:
    """One kept notice as the calendar reads it."""
    return YearNotice(kept.year, kept.text, frozenset(kept.holidays), frozenset(kept.workdays))


def _days(span: Span) -> Iterable[date]:
    first, last = span
    return (first + timedelta(n) for n in range((last - first).days + 1))
