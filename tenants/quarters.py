"""Quarters as moments: the calendar is China's."""

from datetime import date, datetime, time, timedelta, timezone

from policies.terms import Period

_CHINA = timezone(timedelta(hours=8))


def span(period: Period | str) -> tuple[datetime, datetime]:
    """First moment of a quarter, and of the next one."""
    quarter = Period.parse(str(period))
    return _begin(quarter.first), _begin(quarter.last + timedelta(days=1))


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, _CHINA)
