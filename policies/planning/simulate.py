"""Simulation of a year from counts alone: quotas, workload and coverage, before anything is adopted."""

from collections.abc import Mapping
from typing import Any

from policies.planning.counts import Counts
from policies.planning.effects import compare as compare
from policies.planning.effects import effect as effect
from policies.planning.loads import coverage as coverage
from policies.planning.loads import quotas as quotas
from policies.planning.loads import workload as workload
from policies.planning.plan import make_plan
from policies.planning.plan_terms import YearPlan
from policies.rulebook.rates import Rate
from policies.rulebook.rules import Rules
from policies.rulebook.trials import tried


def simulate(
    rules: Rules,
    counts: Counts,
    staff: int,
    year: int,
    *,
    subject: str = "",
    districts: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """What a year would ask for.

    Args: as `plan.make_plan`.

    Returns:
        JSON-able: bureau, year, counts, staff, `lines` (stratum, quarter, number, minimum, basis, why),
        `quotas` {stratum: {"Q1": n, …, "year": n}}, totals, quarters, `workload`, `coverage`, warnings.
    """
    plan = make_plan(rules, counts, staff, year, subject=subject, districts=districts)
    return _shown(plan, rules, _team(rules))


def try_out(
    rules: Rules,
    counts: Counts,
    staff: int,
    year: int,
    *,
    rates: Mapping[str, Rate] | None = None,
    new_staff: int | None = None,
    new_counts: Counts | None = None,
    team: int | None = None,
    subject: str = "",
    districts: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """The year as it is, and with other ratios, officers, sites or teams; nothing is kept.

    Args:
        rules, counts, staff, year, subject, districts: as `plan.make_plan`.
        rates: ratios tried out, by key, e.g. {"rate.key": Rate(…)}.
        new_staff: officers the ratio counts (在编在岗). new_counts: sites. team: officers a visit takes.

    Returns:
        JSON-able: `before` and `after`, each as `simulate`, and `effect`, see `effects.effect`.

    Raises:
        BelowOwnText, OutsideRange: as the same choice would be refused.
        NoRule: sites without a ratio. BadCounts: negative numbers, or a team of nobody.
    """
    trial = tried(rules, rates or {})
    size = _team(rules) if team is None else team
    hands = staff if new_staff is None else new_staff
    before = make_plan(rules, counts, staff, year, subject=subject, districts=districts)
    after = make_plan(trial, new_counts or counts, hands, year, subject=subject, districts=districts)
    return {
        "before": _shown(before, rules, _team(rules)),
        "after": _shown(after, trial, size),
        "effect": effect(before, after, team=_team(rules), new_team=size),
    }


def _team(rules: Rules) -> int:
    """Officers a visit takes; where no rule says, the fewest a record needs."""
    return int((rules.get("team.size") or rules.value("record.officers")).value)


def _shown(plan: YearPlan, rules: Rules, team: int) -> dict[str, Any]:
    return plan.as_dict() | {
        "on": rules.on.isoformat(),
        "quotas": quotas(plan),
        "workload": workload(plan, team),
        "coverage": coverage(plan),
    }
