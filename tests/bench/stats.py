"""Are things that should be equal, equal? Means of exchangeable items, with the noise to be expected.

Within a class every item must have the same expectation. Whatever the correlation of the items, by symmetry
Var(mean_i − mean of the class) = (within-draw variance) · (k − 1) / (k · N); the suite uses nothing else.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from math import erfc, log, sqrt
from statistics import NormalDist, fmean, stdev
from typing import Any

BATCHES = 50


@dataclass
class Class:
    """Items with one expectation: sums by batch and item, and the sum of squares within each draw.

    Attributes:
        due: the expectation, where it is known exactly; else the items' own mean stands for it.
        variance: of one item in one draw, where it is known exactly; else as seen within the draws.
    """

    items: list[Hashable]
    due: float | None = None
    variance: float | None = None
    sums: list[list[float]] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    within: float = 0.0

    def __post_init__(self) -> None:
        self.place = {item: i for i, item in enumerate(self.items)}
        self.sums = self.sums or [[0.0] * len(self.items) for _ in range(BATCHES)]
        self.counts = self.counts or [0] * BATCHES

    def add(self, draw: int, values: Mapping[Hashable, float]) -> None:
        """What one draw gave; an item left out is zero."""
        row, total, squares = self.sums[draw % BATCHES], 0.0, 0.0
        for item, value in values.items():
            if item in self.place:
                row[self.place[item]] += value
                total += value
                squares += value * value
        self.within += squares - total * total / len(self.items)
        self.counts[draw % BATCHES] += 1

    def join(self, other: Class) -> Class:
        """Both processes' draws together."""
        rows = [
            [a + b for a, b in zip(x, y, strict=True)] for x, y in zip(self.sums, other.sums, strict=True)
        ]
        counts = [a + b for a, b in zip(self.counts, other.counts, strict=True)]
        return Class(self.items, self.due, self.variance, rows, counts, self.within + other.within)

    @property
    def draws(self) -> int:
        return sum(self.counts)

    def means(self) -> list[float]:
        """Per draw, by item."""
        return [sum(column) / self.draws for column in zip(*self.sums, strict=True)]

    def noise(self, draws: int | None = None) -> float:
        """Standard deviation to be expected of one item's mean around the class's."""
        variance = self.within / self.draws / len(self.items) if self.variance is None else self.variance
        return sqrt(variance / (draws or self.draws))

    def spread(self) -> list[float]:
        """Deviations in units of the noise; zeros where a draw leaves no room for any."""
        means, noise = self.means(), self.noise()
        middle = self.due if self.due is not None else fmean(means)
        return [(mean - middle) / noise if noise > 1e-12 else 0.0 for mean in means]

    @property
    def freedom(self) -> int:
        """k − 1 where the items' own mean is the measure, k where a known expectation is."""
        return len(self.items) - (self.variance is None)

    def chi_square(self) -> tuple[float, float]:
        """Σ z² · (k − 1)/k of all draws, and its own noise as seen between the batches.

        Both have the expectation `freedom` when the items are equal.
        """
        k = len(self.items)
        ratio, found = self.freedom / k, []
        for row, count in zip(self.sums, self.counts, strict=True):
            if count:
                noise = self.noise(count)
                middle = sum(row) / k / count if self.variance is None or self.due is None else self.due
                found.append(ratio * sum(((x / count - middle) / noise) ** 2 for x in row) if noise else 0.0)
        return ratio * sum(z * z for z in self.spread()), stdev(found) if len(found) > 1 else 0.0


@dataclass
class Measure:
    """One question put to one world, by classes of items that should be equal."""

    name: str
    classes: dict[str, Class]

    def add(self, draw: int, values: Mapping[Hashable, float]) -> None:
        for one in self.classes.values():
            one.add(draw, values)

    def join(self, other: Measure) -> Measure:
        return Measure(self.name, {n: one.join(other.classes[n]) for n, one in self.classes.items()})


def once(items: Iterable[Hashable]) -> dict[Hashable, float]:
    """Each item counted as often as it comes."""
    found: dict[Hashable, float] = {}
    for item in items:
        found[item] = found.get(item, 0.0) + 1.0
    return found


def largest_expected(k: int) -> float:
    """Median of the largest |z| of k independent normal deviations."""
    return NormalDist().inv_cdf((1 + 0.5 ** (1 / k)) / 2)


def chance(largest: float, k: int) -> float:
    """At most so likely is a deviation so large among k fair items (Bonferroni)."""
    return min(1.0, k * erfc(largest / sqrt(2)))


def line_of(world: str, measure: str, label: str, one: Class) -> dict[str, Any]:
    """A row of the table."""
    spread, (chi, noise) = one.spread(), one.chi_square()
    largest, k = max(abs(z) for z in spread), len(one.items)
    middle = one.due if one.due is not None else fmean(one.means())
    return {
        "world": world,
        "measure": measure,
        "class": label,
        "items": k,
        "draws": one.draws,
        "expected": round(middle, 6),
        "exact": one.due is not None,
        "noise": round(one.noise(), 6),
        "max_deviation": round(max(abs(mean - middle) for mean in one.means()), 6),
        "max_z": round(largest, 3),
        "max_z_expected": round(largest_expected(k), 3),
        "chance": round(chance(largest, k), 4),
        "chi_square": round(chi, 2),
        "chi_square_expected": one.freedom,
        "chi_square_noise": round(noise, 2),
    }


def suspicious(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that chance explains in fewer than one of a thousand such suites."""
    limit = 0.001 / len(rows)
    wide = NormalDist().inv_cdf(1 - limit) + log(len(rows))  # χ² has a longer tail than a normal
    return [
        row
        for row in rows
        if row["chance"] < limit
        or (
            row["chi_square_noise"]
            and (row["chi_square"] - row["chi_square_expected"]) / row["chi_square_noise"] > wide
        )
    ]
