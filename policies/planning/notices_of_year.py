"""Is this the State Council's holiday notice of a year? The checks a person would make against the paper."""

from collections.abc import Collection
from datetime import date, timedelta

from policies.planning.calendar_errors import BadClosure, BadNotice
from policies.planning.workdays import YearNotice

# Fixed by 全国年节及纪念日放假办法 on the solar calendar; the others move with the lunar one.
FIXED = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
LONGEST_CLOSURE = 31


def check_notice(year: int, text: str, holidays: Collection[date], workdays: Collection[date]) -> YearNotice:
    """The notice as the calendar uses it.

    Args:
        year: the year it is about.
        text: document number.
        holidays: every day off it names; weekend days may be listed too.
        workdays: weekend days that are worked instead.

    Raises:
        BadNotice: no number, a day of another year (the last days of the year before may belong to the New
            Year's holiday and are entered there), a day both off and worked, a make-up day that is no
            weekend, or a fixed holiday missing.
    """
    if not text.strip():
        raise BadNotice("", need="写明通知的文号")
    for day in sorted({*holidays, *workdays}):
        if day.year != year:
            raise BadNotice(day.isoformat(), need=f"日期都在 {year} 年；跨年的假期，另一年的日期登记在那一年")
    both = set(holidays) & set(workdays)
    if both:
        raise BadNotice(min(both).isoformat(), need="同一天不能既放假又上班")
    weekdays = [day for day in workdays if day.weekday() < 5]
    if weekdays:
        raise BadNotice(min(weekdays).isoformat(), need="调休上班日期为周六或周日")
    for month, number in FIXED:
        if date(year, month, number) not in holidays:
            raise BadNotice(year, need=f"放假日期包括 {month} 月 {number} 日")
    return YearNotice(year, text.strip(), frozenset(holidays), frozenset(workdays))


def check_closure(first: date, last: date, why: str) -> None:
    """Refuse closed days without a reason, backwards, or longer than a month. Raises BadClosure."""
    if not why.strip():
        raise BadClosure("", need="写明停办原因")
    if last < first or last - first >= timedelta(LONGEST_CLOSURE):
        raise BadClosure(f"{first} – {last}", need=f"止日不早于起日，且不超过 {LONGEST_CLOSURE} 天")
