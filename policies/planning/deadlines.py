"""Deadlines in working days, and the window of a draw."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from policies.planning.workdays import NATIONAL as NATIONAL
from policies.planning.workdays import Calendar as Calendar
from policies.planning.workdays import YearNotice as YearNotice
from policies.planning.workdays import last_working_days as last_working_days
from policies.planning.workdays import working_days_left as working_days_left
from policies.rulebook.law_values import Window
from policies.rulebook.rules import Rules
from policies.terms import Period

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A last day. `provisional`: a year on the way has no notice yet; recompute when it is entered."""

    day: date
    provisional: bool

    def passed(self, today: date) -> bool:
        """True from the day after."""
        return today > self.day

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {"day": self.day.isoformat(), "provisional": self.provisional}


def add_working_days(start: date, n: int, calendar: Calendar = NATIONAL) -> Deadline:
    """The n-th working day after `start`; the day itself does not count.

    Args:
        start: the day the clock starts, e.g. the end of the visit.
        n: working days, at least 0; 0 gives `start`.

    Basis: obligation 24, §3.
    """
    day, left, sure = start, n, True
    while left > 0:
        day += _DAY
        sure = sure and calendar.known(day.year)
        left -= calendar.is_working(day)
    return Deadline(day, not sure)


def draw_window(rules: Rules, period: Period, calendar: Calendar = NATIONAL) -> tuple[date, date]:
    """First and last day on which the list of `period` may be drawn, in the quarter before or in its own.

    `last_working_days`: within the last n working days of the quarter before. `not_later_than`: from the
    first day of that quarter until the day on which n working days are still to come.
    `first_days_of_quarter`: from the quarter's first day to its n-th working, or calendar, day.
    Basis: 昆区分局方案 六 (于每季度结束前5个工作日内); obligation 19.
    """
    window = rules.window()
    if window.rule == "first_days_of_quarter":
        return period.first, min(_opening(window, period, calendar), period.last)
    before = period.previous
    days = last_working_days(before, window.days + 1, calendar)
    if window.rule == "last_working_days":
        return days[1], days[-1]
    return before.first, days[0]


def _opening(window: Window, period: Period, calendar: Calendar) -> date:
    """The last day of a window that opens with the quarter; its first day counts."""
    eve = period.first - _DAY
    if window.count == "calendar":
        return eve + window.days * _DAY
    return add_working_days(eve, window.days, calendar).day


def plan_deadline(rules: Rules, year: int) -> date:
    """Last day to settle the plan of `year`: in the year before. Basis: obligation 18."""
    month, day = rules.text("plan.deadline").split("-")
    return date(year - 1, int(month), int(day))


def upload_deadline(rules: Rules, visit_end: date, calendar: Calendar = NATIONAL) -> Deadline:
    """Last day to upload the result of a visit. Basis: 7个工作日内, obligation 24."""
    return add_working_days(visit_end, rules.integer("days.upload"), calendar)


def publish_deadline(
    rules: Rules, start: date, *, penalty: bool = False, calendar: Calendar = NATIONAL
) -> Deadline:
    """Last day to publish a result, or a penalty decision. Basis: obligation 28, §2."""
    key = "days.publish_penalty" if penalty else "days.publish"
    return add_working_days(start, rules.integer(key), calendar)


def recompute(
    deadline: Deadline,
    start: date,
    n: int,
    calendar: Calendar,
    tell: Callable[[date, date], None] | None = None,
) -> Deadline:
    """A provisional deadline again, now that a notice was entered; settled ones stay as they are."""
    if not deadline.provisional:
        return deadline
    fresh = add_working_days(start, n, calendar)
    if tell is not None and fresh.day != deadline.day:
        tell(deadline.day, fresh.day)
    return fresh


def provisional(start: date, due: date, calendar: Calendar = NATIONAL) -> bool:
    """True when a year between `start` and a kept last day has no notice yet."""
    return not all(calendar.known(year) for year in range(start.year, due.year + 1))
