"""The plan of cars by day and team: a sketch of the stops drawn on the server, their order, and the way.

Only what the dispatcher was shown anyway goes in: the rides of today and the next working day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import cos, radians

from policies.visiting.roads import Stop, Tour, tour_of
from services.geo import outline
from services.usecases.plan_cars import Ride

WIDTH, HEIGHT, PAD = 640, 400, 34
LEAST = 0.02  # degrees: one stop alone is not magnified beyond about two kilometres
STYLES = 6  # line patterns, told apart without colour
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FINE = 0.002  # degrees the outline is simplified by


@dataclass(frozen=True, slots=True)
class Pin:
    """A stop on the sketch, in map units; `label`: letter of the team and place in its order."""

    label: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class TeamDay:
    """One team's day.

    Attributes:
        letter, style: how it is told from the others on the sketch.
        roads: rides in driving order, cut where another road begins. nowhere: rides without coordinates.
        km: straight-line sum between the stops, one decimal. path: of the SVG, "" for a single stop.
    """

    team: tuple[str, ...]
    letter: str
    style: int
    roads: tuple[tuple[Ride, ...], ...]
    nowhere: tuple[Ride, ...]
    km: float
    path: str
    pins: tuple[Pin, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """All teams of a day; `frame`: the bureau's outline as an SVG path, "" when there is none."""

    day: date
    teams: tuple[TeamDay, ...]
    frame: str

    @property
    def rides(self) -> int:
        """Visits of the day."""
        return sum(len(t.nowhere) + sum(map(len, t.roads)) for t in self.teams)

    @property
    def drawn(self) -> bool:
        """Something can be shown on the sketch."""
        return any(team.pins for team in self.teams)


class Sheet:
    """Degrees to map units, so that every stop of a day fits."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        lons, lats = [p[0] for p in points], [p[1] for p in points]
        self._mid = ((min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2)
        self._squeeze = cos(radians(self._mid[1]))
        wide = max((max(lons) - min(lons)) * self._squeeze, LEAST)
        high = max(max(lats) - min(lats), LEAST)
        self._scale = min((WIDTH - 2 * PAD) / wide, (HEIGHT - 2 * PAD) / high)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        x = WIDTH / 2 + (lon - self._mid[0]) * self._squeeze * self._scale
        return round(x, 1), round(HEIGHT / 2 - (lat - self._mid[1]) * self._scale, 1)


def days_of(rides: Sequence[Ride], bureau: str) -> tuple[Day, ...]:
    """The rides by day, each day's teams in order.

    Args:
        rides: as the dispatcher is shown them, sorted by day. bureau: code of the division to outline.
    """
    return tuple(_day(day, tuple(some), bureau) for day, some in groupby(rides, key=lambda r: r.visit_on))


def _day(day: date, rides: Sequence[Ride], bureau: str) -> Day:
    points = [r.point for r in rides if r.point]
    sheet = Sheet(points) if points else None
    teams = sorted({r.team for r in rides})
    parts = tuple(_team(team, n, [r for r in rides if r.team == team], sheet) for n, team in enumerate(teams))
    return Day(day, parts, frame_of(bureau, sheet) if sheet else "")


def _team(team: tuple[str, ...], n: int, rides: Sequence[Ride], sheet: Sheet | None) -> TeamDay:
    by_slot = {r.slot: r for r in rides}
    tour: Tour = tour_of([Stop(r.slot, *r.point) for r in rides if r.point])
    letter = LETTERS[n % len(LETTERS)] + ("" if n < len(LETTERS) else str(n // len(LETTERS)))
    places = [sheet.at(*point) for s in tour.slots if sheet and (point := by_slot[s].point)]
    return TeamDay(
        team=team,
        letter=letter,
        style=n % STYLES,
        roads=tuple(tuple(by_slot[s] for s in road) for road in tour.roads),
        nowhere=tuple(r for r in rides if not r.point),
        km=round(tour.km, 1),
        path="M" + "L".join(f"{x} {y}" for x, y in places) if len(places) > 1 else "",
        pins=tuple(Pin(f"{letter}{k}", x, y) for k, (x, y) in enumerate(places, 1)),
    )


def frame_of(bureau: str, sheet: Sheet) -> str:
    """The bureau's outline as an SVG path on a sheet, "" when there is none."""
    area = outline(bureau)
    if area is None:
        return ""
    shape = area.simplify(FINE)
    rings = [part.exterior.coords for part in getattr(shape, "geoms", [shape])]
    return "".join("M" + "L".join(_point(sheet, c) for c in ring) + "Z" for ring in rings)


def _point(sheet: Sheet, corner: tuple[float, ...]) -> str:
    x, y = sheet.at(corner[0], corner[1])
    return f"{x} {y}"
