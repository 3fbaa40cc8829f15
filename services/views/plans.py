"""The yearly plan as a table: classes by quarter, each number with its rule and citation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.planning.items import ROUTINE
from policies.rulebook.rules import Rules
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
        key: of the rule, its place on the page of rules.
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
    key: str = ""

    @property
    def raised(self) -> bool:
        """True where a number stands above the minimum of its rule."""
        return any(cell is not None and cell.number > cell.minimum for cell in self.cells)


@dataclass(frozen=True, slots=True)
class PlanFace:
    """A plan over one roster.

    Attributes:
        bureau: who draws. subject: whose sites.
        item: name of the item of inspection (抽查事项); "" where there is only the routine one.
        quarters: visits of all classes by quarter.
        warnings: dicts of `RuleWarning.as_dict`.
    """

    bureau: str
    subject: str
    item: str
    year: int
    staff: int
    counts: Mapping[str, int]
    rows: tuple[PlanRow, ...]
    quarters: tuple[int, ...]
    total: int
    warnings: tuple[Mapping[str, Any], ...]
    chart: Chart


def item_names(rules: Rules) -> Mapping[str, str]:
    """Names of a bureau's items of inspection, by id; empty when it has only the routine one."""
    found = rules.get("draw.items")
    return dict(found.value) if found is not None and len(found.value) > 1 else {}


def plan_faces(body: Mapping[str, Any]) -> tuple[PlanFace, ...]:
    """Every roster and item of a kept or published plan; a city's has one a district.

    Items are named where there are several, or where the only one is not the routine one.
    """
    kept = body.get("plans") or [body]
    several = {one.get("item", ROUTINE) for one in kept} != {ROUTINE}
    return tuple(plan_face(one, named=several) for one in kept)


def plan_face(body: Mapping[str, Any], *, named: bool = False) -> PlanFace:
    """One roster's plan from its kept or published form (`YearPlan.as_dict`); `named`: with its item."""
    lines: Sequence[Mapping[str, Any]] = body["lines"]
    counts = body.get("counts") or {}
    rows = tuple(_row(s, [x for x in lines if x["stratum"] == s], counts) for s in STRATA if _has(lines, s))
    quarters = tuple(sum(c.number for r in rows if (c := r.cells[q]) is not None) for q in range(4))
    series = {row.stratum: [cell.number if cell else 0 for cell in row.cells] for row in rows}
    return PlanFace(
        bureau=body["bureau"],
        subject=body.get("subject", body["bureau"]),
        item=item_name(body) if named else "",
        year=body["year"],
        staff=body.get("staff", 0),
        counts=counts,
        rows=rows,
        quarters=quarters,
        total=sum(quarters),
        warnings=tuple(body.get("warnings") or ()),
        chart=grouped_bars(QUARTERS, series),
    )


def item_name(body: Mapping[str, Any]) -> str:
    """The item of one roster's plan by its name; plans kept before names were kept show its id."""
    return str(body.get("item_name") or body.get("item", ROUTINE))


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
        key=first.get("rule_key", ""),
    )


def _cell(line: Mapping[str, Any] | None) -> PlanCell | None:
    return PlanCell(line["number"], line["minimum"], line["why"]) if line else None
