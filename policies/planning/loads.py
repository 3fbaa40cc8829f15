"""What a plan means for sites and officers: visits by class, work of each officer, sites reached."""

from fractions import Fraction
from typing import Any

from policies.planning.plan_terms import STRATA, YearPlan
from policies.rulebook.rates import ceil
from policies.rulebook.rule_errors import BadCounts
from policies.terms import Stratum


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
    """Share of each class the year reaches, exact: "4/5" of the key sites.

    Returns:
        Class → sites, visits, share, and at_most: a site may be drawn again before others are drawn once,
        so the share is what the visits can reach, not what they surely do.
    """
    return {s.value: _reach(plan, s) for s in STRATA if plan.counts.of(s)}


def _reach(plan: YearPlan, stratum: Stratum) -> dict[str, Any]:
    pool = plan.counts.of(stratum)
    lines = [x for x in plan.lines if x.stratum == stratum and x.number]
    whole = any(x.first == pool for x in lines)
    return {
        "sites": pool,
        "visits": plan.total(stratum),
        "share": str(min(Fraction(1), Fraction(sum(x.first for x in lines), pool))),
        "at_most": len(lines) > 1 and not whole and any(x.repeats for x in lines),
    }
