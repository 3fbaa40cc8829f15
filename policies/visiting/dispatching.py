"""Which drawn visit on which working day: teams keep to one road, days stay balanced. Pure.

The order of days says nothing about the draw: it follows from the map and the officers' loads alone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, hypot, radians

KILOMETRES_PER_DEGREE = 111.32
SAME_ROAD_KM = 6.0
VISITS_PER_OFFICER_AND_DAY = 2


@dataclass(frozen=True, slots=True)
class Errand:
    """One drawn visit to be placed.

    Attributes:
        team: certificates.
        lon, lat: decimal degrees.
        away: days on which a member is on leave; used only when no other day is left.
        fixed: the day already settled with another bureau (joint visit).
    """

    slot: int
    team: tuple[str, ...]
    lon: float
    lat: float
    away: frozenset[date] = frozenset()
    fixed: date | None = None


def kilometres(a: Errand, b: Errand) -> float:
    """Distance in km; flat-earth, good to 1 % within a county."""
    east = (a.lon - b.lon) * cos(radians(a.lat))
    return hypot(east, a.lat - b.lat) * KILOMETRES_PER_DEGREE


def spread(
    errands: Sequence[Errand], days: Sequence[date], made: Mapping[date, Sequence[str]] | None = None
) -> Mapping[int, date]:
    """Place every visit on one of `days`.

    An officer makes at most two visits a day while the days allow it; a team that already drives out that
    day takes a near site along; otherwise the emptiest day is used, earliest first.

    Args:
        errands: visits, any order; the result does not depend on it.
        days: working days of the period, ascending, at least one.
        made: day → certificates of those who drive out that day already, once for each visit.

    Returns:
        slot → day, for every errand; a `fixed` day is kept even when it is not one of `days`.
    """
    settled = {e.fixed for e in errands if e.fixed}
    placed: dict[date, list[Errand]] = {day: [] for day in {*days, *settled}}
    busy: dict[date, Counter[str]] = {day: Counter((made or {}).get(day, ())) for day in placed}
    order = sorted(errands, key=lambda e: (not e.fixed, e.team, round(e.lat, 2), e.lon, e.slot))
    for errand in order:
        day = errand.fixed or min(
            days, key=lambda d: (d in errand.away, _penalty(errand, placed[d], busy[d]), d)
        )
        placed[day].append(errand)
        busy[day].update(errand.team)
    return {e.slot: day for day, there in placed.items() for e in there}


def _penalty(errand: Errand, there: Sequence[Errand], busy: Counter[str]) -> tuple[int, int, int]:
    over = sum(busy[o] >= VISITS_PER_OFFICER_AND_DAY for o in errand.team)
    along = any(t.team == errand.team and kilometres(t, errand) <= SAME_ROAD_KM for t in there)
    # an officer on two roads in one day is worse than a fuller day
    torn = sum(busy[o] > 0 for o in errand.team) if not along else 0
    return (over, torn, 0 if along else 1 + len(there))
