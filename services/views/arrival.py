"""Where the officers were against where the site is registered: a sketch drawn on the server."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from policies.visiting.visits import FENCE_METRES, METRES_PER_DEGREE

WIDTH, HEIGHT, PAD = 360, 260, 26


@dataclass(frozen=True, slots=True)
class Arrival:
    """The sketch, in its own units; the site is its middle.

    Attributes:
        x, y: of the device. fence, blur: radius of the fence and of the device's accuracy.
        distance: whole metres as sealed in the record; fence_metres: of the fence.
        moved: the site is registered elsewhere now than when the record was sealed.
        bar, bar_metres: length of the scale and what it stands for.
    """

    x: float
    y: float
    fence: float
    blur: float
    distance: int
    fence_metres: int
    accuracy: int
    inside: bool
    moved: bool
    bar: float
    bar_metres: int


def arrival_of(position: Mapping[str, Any] | None, point: tuple[float, float] | None) -> Arrival | None:
    """The sketch of one record; None without a position, or without a place to hold it against.

    Args:
        position: as sealed, see `services.visiting.records`. point: (lon, lat) of the site in WGS84.
    """
    if not position or not position.get("lon") or point is None:
        return None
    east = (float(position["lon"]) - point[0]) * METRES_PER_DEGREE * cos(radians(point[1]))
    north = (float(position["lat"]) - point[1]) * METRES_PER_DEGREE
    reach = max((east**2 + north**2) ** 0.5, FENCE_METRES)
    scale = (HEIGHT / 2 - PAD) / reach
    now, sealed = (east**2 + north**2) ** 0.5, int(position.get("distance_m") or 0)
    bar = next(m for m in (100_000, 20_000, 5_000, 1_000, 500, 200, 100, 1) if m * scale <= WIDTH / 3)
    return Arrival(
        x=round(WIDTH / 2 + east * scale, 1),
        y=round(HEIGHT / 2 - north * scale, 1),
        fence=round(FENCE_METRES * scale, 1),
        blur=round(max(float(position.get("accuracy_m") or 0) * scale, 5), 1),
        distance=sealed,
        fence_metres=int(FENCE_METRES),
        accuracy=int(position.get("accuracy_m") or 0),
        inside=bool(position.get("inside")),
        moved=abs(now - sealed) > 50,
        bar=round(bar * scale, 1),
        bar_metres=bar,
    )
