"""What a plan means for sites and officers: visits by class, work of each officer, sites reached."""

from fractions import Fraction
from typing import Any

from policies.planning.plan_terms import STRATA, YearPlan
from policies.rulebook.rates import ceil
from policies.rulebook.rule_errors import BadCounts


def quotas(plan: YearPlan) -> dict[str, dict[str, int]]:
    """Visits by class and quarter."""
    found: dict[str, dict[str, int]] = {}
    for line in plan.lines:
        found.setdefault(line.stratum, {})[f"Q{line.quarter}"] = line.number
    return {s: q | {"year": sum(q.values())} for s, q in found.items()}


def workload(plan: YearPlan, team: int) -> dict[str, Any]:
    """Visits of the year, and what falls to each officer, rounded up; a visit takes `team` officers.

    Returns:
        visits, team, officer_visits (visits × team), per_officer for the year, and `quarters`: the same for
        each of the four. Nobody on post: 0 for each.

    Raises:
        BadCounts: a team of nobody.
    """
    if team < 1:
        raise BadCounts(str(team), expected="每组至少 1 人")
    visits = plan.total()
    by_quarter = [sum(x.number for x in plan.lines if x.quarter == q) for q in (1, 2, 3, 4)]
    return {
        "visits": visits,
        "team": team,
        "officer_visits": visits * team,
        "per_officer": _each(visits * team, plan.staff),
        "quarters": [_each(n * team, plan.staff) for n in by_quarter],
    }


def _each(work: int, staff: int) -> int:
    return ceil(Fraction(work, staff)) if staff else 0


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
