"""Geometry of bar charts drawn as SVG by a template: no script, no inline style, prints as it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 520, 230
LEFT, TOP, BOTTOM = 8, 22, 26
GAP = 0.3  # share of a group left free


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its place, its value, and the ids of its group and series."""

    x: float
    y: float
    width: float
    height: float
    value: int
    group: str
    series: str

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Chart:
    """Grouped bars.

    Attributes:
        groups: (id, x of the label).
        series: ids in drawing order.
        bars: every bar that is not zero.
        base: y of the axis.
    """

    width: int
    height: int
    base: float
    groups: tuple[tuple[str, float], ...]
    series: tuple[str, ...]
    bars: tuple[Bar, ...]


def grouped_bars(groups: Sequence[str], series: Mapping[str, Sequence[int]]) -> Chart:
    """Bars of several series side by side.

    Args:
        groups: ids along the axis, e.g. quarters.
        series: id → one value a group, not negative.
    """
    base = HEIGHT - BOTTOM
    most = max((value for values in series.values() for value in values), default=0) or 1
    span = (WIDTH - 2 * LEFT) / max(len(groups), 1)
    wide = span * (1 - GAP) / max(len(series), 1)
    bars = [
        _bar(LEFT + n * span + span * GAP / 2 + k * wide, wide, values[n], most, base, group, name)
        for n, group in enumerate(groups)
        for k, (name, values) in enumerate(series.items())
        if values[n]
    ]
    marks = tuple((group, round(LEFT + (n + 0.5) * span, 1)) for n, group in enumerate(groups))
    return Chart(WIDTH, HEIGHT, base, marks, tuple(series), tuple(bars))


def _bar(x: float, wide: float, value: int, most: int, base: float, group: str, series: str) -> Bar:
    tall = max(1.0, (base - TOP) * value / most)
    return Bar(
        round(x + 1, 1), round(base - tall, 1), round(wide - 2, 1), round(tall, 1), value, group, series
    )
