"""Places that cannot be right: none, far from the country, outside the division, several on one spot."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from policies.terms import Site

Kind = Literal["missing", "impossible", "outside", "together"]
# Degrees around the country's land, generous: what lies beyond is a slip of digits or of their order.
_WEST, _EAST, _SOUTH, _NORTH = 73.0, 136.0, 3.0, 54.0
_SPOT = 5  # decimals: about a metre
Inside = Callable[[str, float, float, str], bool | None]


@dataclass(frozen=True, slots=True)
class Outlier:
    """A site whose coordinates need a look.

    Attributes:
        kind: what is wrong. others: codes of the sites on the same spot, for "together".
        swapped: longitude and latitude the other way round would lie within the country.
    """

    code: str
    name: str
    lon: float
    lat: float
    kind: Kind
    others: tuple[str, ...] = ()
    swapped: bool = False


def outliers(sites: Iterable[Site], division: str, inside: Inside) -> tuple[Outlier, ...]:
    """What needs a look, the gravest first, then by code.

    Args:
        sites: of one bureau. division: code of its area.
        inside: whether a point (longitude, latitude, datum) lies in a division; None = cannot be told.
    """
    spots: dict[tuple[float, float, str], list[Site]] = defaultdict(list)
    found: list[Outlier] = []
    for site in sites:
        kind = _alone(site, division, inside)
        if kind:
            found.append(_of(site, kind))
        if kind != "missing":
            spots[round(site.lon, _SPOT), round(site.lat, _SPOT), site.datum].append(site)
    known = {one.code for one in found}
    for same in spots.values():
        codes = tuple(sorted(site.code for site in same))
        if (
            len({site.credit_code or site.name for site in same}) > 1
        ):  # one company's outlets may share a gate
            found += [_of(site, "together", codes) for site in same if site.code not in known]
    order = ("missing", "impossible", "outside", "together")
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.code)))


def _alone(site: Site, division: str, inside: Inside) -> Kind | None:
    if not site.lon or not site.lat:
        return "missing"
    if not _in_country(site.lon, site.lat):
        return "impossible"
    return "outside" if inside(division, site.lon, site.lat, site.datum) is False else None


def _in_country(lon: float, lat: float) -> bool:
    return _WEST <= lon <= _EAST and _SOUTH <= lat <= _NORTH


def _of(site: Site, kind: Kind, codes: tuple[str, ...] = ()) -> Outlier:
    others = tuple(code for code in codes if code != site.code)
    return Outlier(
        site.code, site.name, site.lon, site.lat, kind, others, swapped=_in_country(site.lat, site.lon)
    )
