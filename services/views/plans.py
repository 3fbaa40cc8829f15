"""The yearly plan as a table: classes by quarter, each number with its rule and citation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.views.charts import Chart, grouped_bars

QUARTERS = ("1", "2", "3", "4")
STRATA = ("special", "key", "general")


@dataclass(frozen=True, slots=True)
class PlanCell:
    """Visits of one class in one quarter; `why` is the planner's sentence."""

    number: int
    minimum: int
    why: str


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One class over the year.

    Attributes:
        size: sites of the class the plan was made with.
        cells: four quarters; None where the rules ask for nothing.
        rule: the ratio in words. basis: its citation as `basis_dict`. note: how an open text is read.
        raised: True where a number stands above the minimum of its rule (coverage of the year).
    """

    stratum: str
    size: int
    cells: tuple[PlanCell | None, ...]
    total: int
    rule: str
    basis: Mapping[str, str]
    note: str
    origin: str

    @property
    def raised(self) -> bool:
        """True where a number stands above the minimum of its rule."""
        return any(cell is not None and cell.number > cell.minimum for cell in self.cells)


@dataclass(frozen=True, slots=True)
class PlanFace:
    """A plan over one roster.

    Attributes:
        bureau: who draws. subject: whose sites.
        quarters: visits of all classes by quarter.
        warnings: dicts of `RuleWarning.as_dict`.
    """

    bureau: str
    subject: str
    year: int
    staff: int
    counts: Mapping[str, int]
    rows: tuple[PlanRow, ...]
    quarters: tuple[int, ...]
    total: int
    warnings: tuple[Mapping[str, Any], ...]
    chart: Chart


def plan_faces(body: Mapping[str, Any]) -> tuple[PlanFace, ...]:
    """Every roster of a kept plan; a city's has one a district."""
    return tuple(plan_face(one) for one in body.get("plans") or [body])


def plan_face(body: Mapping[str, Any]) -> PlanFace:
    """One roster's plan from its kept or published form (`YearPlan.as_dict`)."""
    lines: Sequence[Mapping[str, Any]] = body["lines"]
    counts = body.get("counts") or {}
    rows = tuple(_row(s, [x for x in lines if x["stratum"] == s], counts) for s in STRATA if _has(lines, s))
    quarters = tuple(sum(c.number for r in rows if (c := r.cells[q]) is not None) for q in range(4))
    series = {row.stratum: [cell.number if cell else 0 for cell in row.cells] for row in rows}
    return PlanFace(
        bureau=body["bureau"],
        subject=body.get("subject", body["bureau"]),
        year=body["year"],
        staff=body.get("staff", 0),
        counts=counts,
        rows=rows,
        quarters=quarters,
        total=sum(quarters),
        warnings=tuple(body.get("warnings") or ()),
        chart=grouped_bars(QUARTERS, series),
    )


def _has(lines: Sequence[Mapping[str, Any]], stratum: str) -> bool:
    return any(line["stratum"] == stratum for line in lines)


def _row(stratum: str, lines: Sequence[Mapping[str, Any]], counts: Mapping[str, int]) -> PlanRow:
    by_quarter = {line["quarter"]: line for line in lines}
    first = lines[0]
    return PlanRow(
        stratum=stratum,
        size=counts.get(stratum, 0),
        cells=tuple(_cell(by_quarter.get(q)) for q in (1, 2, 3, 4)),
        total=sum(line["number"] for line in lines),
        rule=first["rule"],
        basis=first["basis"],
        note=first.get("note", ""),
        origin=first.get("origin", "law"),
    )


def _cell(line: Mapping[str, Any] | None) -> PlanCell | None:
    return PlanCell(line["number"], line["minimum"], line["why"]) if line else None
