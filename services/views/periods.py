"""Quarters as pages need them."""

from collections.abc import Sequence
from datetime import date

from policies.terms import Period


def period_of(day: date) -> Period:
    """The quarter of a day."""
    return Period(day.year, (day.month + 2) // 3)


def next_period(period: Period) -> Period:
    """The quarter after."""
    return Period(period.year + 1, 1) if period.quarter == 4 else Period(period.year, period.quarter + 1)


def chosen_period(now: Period, known: Sequence[Period], wanted: str = "") -> Period:
    """The quarter asked for, if it is known; else the present one, or the newest known if it has nothing."""
    by_name = {str(period): period for period in known}
    if wanted in by_name:
        return by_name[wanted]
    return now if now in known or not known else max(known)
