"""What changes from one plan of a year to another, before anybody decides."""

from typing import Any

from policies.planning.loads import coverage, workload
from policies.planning.plan_terms import YearPlan


def compare(before: YearPlan, after: YearPlan) -> list[dict[str, Any]]:
    """Differences of two plans line by line, for the preview of a changed ratio or staff."""
    old = {(x.stratum, x.quarter): x.number for x in before.lines}
    new = {(x.stratum, x.quarter): x.number for x in after.lines}
    return [
        {"stratum": s, "quarter": q, "before": old.get((s, q), 0), "after": new.get((s, q), 0)}
        for s, q in sorted(old.keys() | new.keys())
        if old.get((s, q), 0) != new.get((s, q), 0)
    ]


def effect(before: YearPlan, after: YearPlan, *, team: int, new_team: int | None = None) -> dict[str, Any]:
    """What adopting another ratio, or having other staff, would change.

    Args:
        before, after: plans of the same year, e.g. as approved and with the proposal.
        team: officers a visit takes. new_team: afterwards, when that changes too.

    Returns:
        JSON-able: `lines` as `compare`; `visits`, `per_officer`, `staff`, `team`, `quarters` (visits) and
        `coverage` each with before and after; `warnings` {new, gone} by code.
    """
    teams = (team, team if new_team is None else new_team)
    load = [workload(plan, size) for plan, size in zip((before, after), teams, strict=True)]
    told = [{w.code: w for w in plan.warnings} for plan in (before, after)]
    return {
        "lines": compare(before, after),
        "visits": _pair(*(one["visits"] for one in load)),
        "per_officer": _pair(*(one["per_officer"] for one in load)),
        "staff": _pair(before.staff, after.staff),
        "team": _pair(*teams),
        "quarters": _pair(*(plan.as_dict()["quarters"] for plan in (before, after))),
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
