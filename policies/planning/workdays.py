"""Working days by the State Council's yearly notice.

2004–2026 from `chinese_calendar`, later years from notices an administrator enters, else Monday to Friday
and not certain.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar

from policies.terms import Period

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class YearNotice:
    """The State Council's notice for a year, as entered by an administrator.

    Attributes:
        year: the year it is about.
        text: document number.
        holidays: days off on what would be working days (weekends may be listed too).
        workdays: make-up days on weekends.
    """

    year: int
    text: str
    holidays: frozenset[date]
    workdays: frozenset[date]


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a working day is for a bureau.

    Attributes:
        notices: year → notice; wins over the package's data for that year.
        closures: the bureau's own closed days.
    """

    notices: Mapping[int, YearNotice] = field(default_factory=dict, hash=False)
    closures: frozenset[date] = frozenset()

    def known(self, year: int) -> bool:
        """True when a notice for the year is at hand."""
        return year in self.notices or _packaged(year)

    def is_working(self, day: date) -> bool:
        """True on a working day of the bureau."""
        if day in self.closures:
            return False
        notice = self.notices.get(day.year)
        if notice is not None:
            return day in notice.workdays or (day.weekday() < 5 and day not in notice.holidays)
        if _packaged(day.year):
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < 5


NATIONAL = Calendar()


def _packaged(year: int) -> bool:
    """True when the package holds a whole year's notice."""
    try:
        chinese_calendar.is_workday(date(year, 12, 31))
    except NotImplementedError:
        return False
    return True


def last_working_days(period: Period, n: int, calendar: Calendar = NATIONAL) -> tuple[date, ...]:
    """The last n working days of a quarter, ascending."""
    found: list[date] = []
    day = period.last
    while len(found) < n:
        if calendar.is_working(day):
            found.append(day)
        day -= _DAY
    return tuple(reversed(found))


def working_days_left(today: date, deadline: date, calendar: Calendar = NATIONAL) -> int:
    """Working days after `today` up to and including the deadline; negative when it has passed."""
    step = _DAY if deadline >= today else -_DAY
    first, last = (today, deadline) if deadline >= today else (deadline, today)
    days, day = 0, first + _DAY
    while day <= last:
        days += calendar.is_working(day)
        day += _DAY
    return days if step > timedelta(0) else -days
