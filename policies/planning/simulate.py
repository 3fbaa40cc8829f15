"""Simulation of a year from counts alone: quotas, workload and coverage, before anything is adopted."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from policies.planning.plan import make_plan
from policies.planning.plan_terms import STRATA, Counts, YearPlan
from policies.rulebook.rates import ceil
from policies.rulebook.rules import Rules


def simulate(
    rules: Rules,
    counts: Counts,
    staff: int,
    year: int,
    *,
    districts: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """What a year would ask for.

    Args: as `plan.make_plan`.

    Returns:
        JSON-able: bureau, year, counts, staff, `lines` (stratum, quarter, number, minimum, basis, why),
        `quotas` {stratum: {"Q1": n, …, "year": n}}, totals, quarters, `workload`, `coverage`, warnings.
    """
    plan = make_plan(rules, counts, staff, year, districts=districts)
    team = rules.get("team.size")
    return plan.as_dict() | {
        "on": rules.on.isoformat(),
        "quotas": quotas(plan),
        "workload": workload(plan, team.value if team else 2),
        "coverage": coverage(plan),
    }


def quotas(plan: YearPlan) -> dict[str, dict[str, int]]:
    """Visits by class and quarter."""
    found: dict[str, dict[str, int]] = {}
    for line in plan.lines:
        found.setdefault(line.stratum, {})[f"Q{line.quarter}"] = line.number
    return {s: q | {"year": sum(q.values())} for s, q in found.items()}


def workload(plan: YearPlan, team: int) -> dict[str, int]:
    """Visits of the year and, rounded up, what falls to each officer (a visit takes `team` officers)."""
    visits = plan.total()
    each = ceil(Fraction(visits * team, plan.staff)) if plan.staff else 0
    return {"visits": visits, "team": team, "officer_visits": visits * team, "per_officer": each}


def coverage(plan: YearPlan) -> dict[str, dict[str, Any]]:
    """Share of each class the year reaches at most, exact: "4/5" of the key sites."""
    return {
        s.value: {
            "sites": plan.counts.of(s),
            "visits": plan.total(s),
            "share": str(min(Fraction(1), Fraction(plan.total(s), plan.counts.of(s)))),
        }
        for s in STRATA
        if plan.counts.of(s)
    }


def compare(before: YearPlan, after: YearPlan) -> list[dict[str, Any]]:
    """Differences of two plans line by line, for the preview of a changed ratio or staff."""
    old = {(x.stratum, x.quarter): x.number for x in before.lines}
    new = {(x.stratum, x.quarter): x.number for x in after.lines}
    return [
        {"stratum": s, "quarter": q, "before": old.get((s, q), 0), "after": new.get((s, q), 0)}
        for s, q in sorted(old.keys() | new.keys())
        if old.get((s, q), 0) != new.get((s, q), 0)
    ]


def effect(before: YearPlan, after: YearPlan, *, team: int = 2) -> dict[str, Any]:
    """What adopting another ratio, or having other staff, would change, before anybody decides.

    Args:
        before, after: plans of the same year, e.g. as approved and with the proposal.
        team: officers a visit takes.

    Returns:
        JSON-able: `lines` as `compare`; `visits`, `per_officer`, `staff` and `coverage` each with before and
        after; `warnings` {new, gone} by code.
    """
    load = [workload(plan, team) for plan in (before, after)]
    told = [{w.code: w for w in plan.warnings} for plan in (before, after)]
    return {
        "lines": compare(before, after),
        "visits": _pair(*(one["visits"] for one in load)),
        "per_officer": _pair(*(one["per_officer"] for one in load)),
        "staff": _pair(before.staff, after.staff),
        "coverage": _coverages(before, after),
        "warnings": {
            "new": [w.as_dict() for code, w in told[1].items() if code not in told[0]],
            "gone": [w.as_dict() for code, w in told[0].items() if code not in told[1]],
        },
    }


def _pair(before: Any, after: Any) -> dict[str, Any]:
    return {"before": before, "after": after}


def _coverages(before: YearPlan, after: YearPlan) -> dict[str, dict[str, Any]]:
    old, new = coverage(before), coverage(after)
    none = {"share": "0"}
    return {s: _pair(old.get(s, none)["share"], new.get(s, none)["share"]) for s in sorted({*old, *new})}
