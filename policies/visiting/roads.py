"""A day's stops of one team in the order they are best driven: nearest next, split into roads. Pure.

Distances are straight lines: they tell which stops belong together and which day is long, not what a meter
will show. Basis: none; an aid to the dispatcher.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, radians

from policies.visiting.dispatching import KILOMETRES_PER_DEGREE, SAME_ROAD_KM


@dataclass(frozen=True, slots=True)
class Stop:
    """A site to visit; lon, lat in decimal degrees (WGS84)."""

    slot: int
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Tour:
    """Stops in driving order.

    Attributes:
        roads: slots, cut where the next stop is farther than one road reaches.
        legs: km from each stop to the next, one fewer than there are stops. km: their sum.
    """

    roads: tuple[tuple[int, ...], ...]
    legs: tuple[float, ...]
    km: float

    @property
    def slots(self) -> tuple[int, ...]:
        """All of them, in order."""
        return tuple(slot for road in self.roads for slot in road)


def tour_of(stops: Sequence[Stop]) -> Tour:
    """The shortest of the tours that start somewhere and always drive to the nearest stop left.

    Args:
        stops: any order; the result does not depend on it.
    """
    if not stops:
        return Tour((), (), 0.0)
    known = sorted(stops, key=lambda s: s.slot)
    order = min((_from(start, known) for start in known), key=lambda o: (_length(o), [s.slot for s in o]))
    legs = tuple(apart(a, b) for a, b in pairwise(order))
    roads: list[list[int]] = [[order[0].slot]]
    for stop, leg in zip(order[1:], legs, strict=True):
        if leg > SAME_ROAD_KM:
            roads.append([])
        roads[-1].append(stop.slot)
    return Tour(tuple(map(tuple, roads)), legs, sum(legs))


def apart(a: Stop, b: Stop) -> float:
    """Distance in km; flat-earth, good to 1 % within a county."""
    return hypot((a.lon - b.lon) * cos(radians(a.lat)), a.lat - b.lat) * KILOMETRES_PER_DEGREE


def _from(start: Stop, stops: Sequence[Stop]) -> tuple[Stop, ...]:
    left, order = [s for s in stops if s is not start], [start]
    while left:
        near = min(left, key=lambda s: (apart(order[-1], s), s.slot))
        left.remove(near)
        order.append(near)
    return tuple(order)


def _length(order: Sequence[Stop]) -> float:
    return sum(apart(a, b) for a, b in pairwise(order))
