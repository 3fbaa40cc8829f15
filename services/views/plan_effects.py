"""A year's plan before and after, as a table with its chart: visits, coverage, work of each officer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from services.ruling.plan_effects import PlanEffect
from services.views.charts import Chart, grouped_bars

QUARTERS = ("1", "2", "3", "4")
STRATA = ("special", "key", "general")


@dataclass(frozen=True, slots=True)
class Cell:
    """A number before and after; before is None where there was no plan."""

    before: int | None
    after: int

    @property
    def moved(self) -> bool:
        """True when they differ."""
        return self.before is not None and self.before != self.after


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One class: its sites, visits by quarter and in the year, percent of the sites the year reaches.

    `at_most`: some may be drawn again before others once, so the year reaches that many at most.
    """

    stratum: str
    sites: int
    quarters: tuple[Cell, ...]
    year: Cell
    reach: Cell
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class EffectFace:
    """One roster and item.

    Attributes:
        item: its name, "" when the bureau has only one item.
        quarters, total: visits of all classes. officer: visits of each officer in the year.
        shares: visits of each officer by quarter, where they are known.
        warnings: those of the plan that are new.
        chart: visits by quarter and class, after.
    """

    effect: PlanEffect
    item: str
    rows: tuple[EffectRow, ...]
    quarters: tuple[Cell, ...]
    total: Cell
    officer: Cell
    shares: tuple[int, ...]
    warnings: tuple[Mapping[str, Any], ...]
    chart: Chart


def effect_face(
    effect: PlanEffect, items: Mapping[str, str], said: Collection[str] = frozenset()
) -> EffectFace:
    """The tables of one roster.

    Args:
        items: names of a bureau's items, empty when it has one.
        said: warnings, in Chinese, that the page shows elsewhere.
    """
    old, new = effect.before, effect.after or {}
    rows = tuple(_row(s, effect.counts, old, new) for s in STRATA if _known(s, old, new))
    series = {row.stratum: [cell.after for cell in row.quarters] for row in rows}
    known = {w["code"] for w in (old or {}).get("warnings", ())}
    return EffectFace(
        effect,
        items.get(effect.item, effect.item) if items else "",
        rows,
        tuple(_sum([row.quarters[q] for row in rows]) for q in range(4)),
        _sum([row.year for row in rows]),
        Cell(old["workload"]["per_officer"] if old else None, new.get("workload", {}).get("per_officer", 0)),
        tuple(new.get("workload", {}).get("quarters", ())),
        tuple(w for w in new.get("warnings", ()) if w["code"] not in known and w["zh"] not in said),
        grouped_bars(QUARTERS, series),
    )


def _known(stratum: str, old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> bool:
    return stratum in (old or {}).get("quotas", {}) or stratum in new.get("quotas", {})


def _row(
    stratum: str, counts: Mapping[str, int], old: Mapping[str, Any] | None, new: Mapping[str, Any]
) -> EffectRow:
    was, now = ((one or {}).get("quotas", {}).get(stratum, {}) for one in (old, new))
    parts = [
        Cell(was.get(part, 0) if old is not None else None, now.get(part, 0))
        for part in ("Q1", "Q2", "Q3", "Q4", "year")
    ]
    reach = Cell(_reach(old, stratum) if old is not None else None, _reach(new, stratum))
    most = bool(new.get("coverage", {}).get(stratum, {}).get("at_most"))
    return EffectRow(stratum, counts[stratum], tuple(parts[:4]), parts[4], reach, most)


def _reach(told: Mapping[str, Any], stratum: str) -> int:
    """Percent, rounded down: 100 only when every site is reached."""
    share = told.get("coverage", {}).get(stratum, {}).get("share", "0")
    return int(Fraction(share) * 100)


def _sum(cells: Sequence[Cell]) -> Cell:
    old = [cell.before for cell in cells if cell.before is not None]
    return Cell(sum(old) if old else None, sum(cell.after for cell in cells))
