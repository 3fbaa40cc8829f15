"""How many sites of each stratum a draw takes, and the rule it publishes for them (PROTOCOL §2 `rules`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from policies.planning.plan_terms import PlanLine, YearPlan
from policies.planning.promises import promise, repeat_share
from policies.rulebook.rates import Rate, ceil
from policies.rulebook.rule_errors import NoRule
from policies.rulebook.rules import Rules
from policies.terms import Period

AGAIN = "-again"  # stratum of sites already visited this year: "key-again" beside "key"


@dataclass(frozen=True, slots=True)
class Quota:
    """What one draw takes.

    Attributes:
        takes: stratum → sites drawn; least ≤ take ≤ size.
        rd1_rules: stratum → member of the manifest's rules; strings and integers only.
        short: stratum → planned visits the drawable sites could not supply.
    """

    takes: dict[str, int]
    rd1_rules: dict[str, dict[str, Any]]
    short: dict[str, int]


def least(rule: Mapping[str, Any], size: int) -> int:
    """Smallest lawful number of a stratum under its published rule. Basis: PROTOCOL §2."""
    if rule["base"] == "census":
        return size
    if rule["base"] == "share":
        return ceil(Fraction(rule["value"]) * size)
    return min(size, int(rule["value"]))


def for_period(
    rules: Rules,
    plan: YearPlan,
    period: Period | str,
    sizes: Mapping[str, int],
    whole: Mapping[str, int] | None = None,
    key_special: bool | None = None,
) -> Quota:
    """The takes of a quarter's draw and its published rules.

    Args:
        rules: as of the freeze.
        plan: the approved plan of that year.
        period: the quarter, e.g. Period(2026, 1) or "2026Q1".
        sizes: drawable sites of each stratum now ("-capped", "-covered" … excluded). A stratum "key-again"
            holds sites already visited this year that may be drawn once more. Empty strata are left out.
        whole: all listed sites of each stratum, excluded ones included; default the larger of plan and sizes.
            The share of a class is of the whole of it: with sites excluded the rule becomes a number.
        key_special: some special sites are also key now; default as planned.

    Where the year is to be covered, sites already visited must be excluded ("-covered"): what is drawable
    is then what is left, and new sites raise the take.

    Raises:
        NoRule: a stratum with sites that the plan does not know.
    """
    quarter = (Period.parse(period) if isinstance(period, str) else period).quarter
    quota = Quota({}, {}, {})
    for stratum in sorted(s for s, n in sizes.items() if n and not s.endswith(AGAIN)):
        line = plan.line(stratum, quarter)
        if line is None:
            raise NoRule(stratum, key=f"rate.{stratum}", bureau=rules.bureau, on=rules.on.isoformat())
        full = whole.get(stratum, sizes[stratum]) if whole else max(plan.counts.of(stratum), sizes[stratum])
        both = plan.counts.key_special > 0 if key_special is None else key_special
        more = _gap(plan, line, sizes[stratum]) if promise(rules, stratum, both) else 0
        _take(quota, plan, line, sizes[stratum], max(full, sizes[stratum]), more)
    for stratum in sorted(s for s, n in sizes.items() if n and s.endswith(AGAIN)):
        _again(quota, rules, plan, quarter, stratum, sizes[stratum])
    for line in plan.lines:
        if line.quarter == quarter and not sizes.get(line.stratum) and line.first:
            quota.short.setdefault(line.stratum, line.first - quota.takes.get(line.stratum + AGAIN, 0))
    return quota


def _take(quota: Quota, plan: YearPlan, line: PlanLine, size: int, full: int, more: int) -> None:
    rate: Rate = line.rule.value
    required = _required(line, plan, full)
    rule = _published(line, plan)
    share = rate.share()
    if share == 1 and rate.per == "quarter":
        rule["base"] = "census"
    elif share is not None and required == rate.number(size, 0) and rate.per == "quarter" and full == size:
        rule |= {"base": "share", "value": str(share), "of": "size"}
    else:
        rule |= {"base": "number", "value": required, "year": plan.total(line.stratum), "class_size": full}
        rule |= {"share": str(share)} if share is not None else {}
    wanted = max(line.first, required) + more
    quota.takes[line.stratum] = min(size, max(wanted, least(rule, size)))
    quota.rd1_rules[line.stratum] = rule
    if wanted > size:
        quota.short[line.stratum] = wanted - size


def _required(line: PlanLine, plan: YearPlan, full: int) -> int:
    """Fewest lawful visits for the class as it stands now; the plan's own figure where it was adjusted."""
    rate: Rate = line.rule.value
    if rate.per == "year" or line.minimum != rate.number(plan.counts.of(line.stratum), plan.staff):
        return line.minimum
    return rate.number(full, plan.staff)


def _gap(plan: YearPlan, line: PlanLine, size: int) -> int:
    """Further visits when the rest of the year no longer covers the sites not yet visited.

    New sites and a quarter that fell short leave more than was planned for; closed ones leave less, and the
    take ends at what is left.
    """
    ahead = sum(x.first for x in plan.lines if x.stratum == line.stratum and x.quarter >= line.quarter)
    missing = max(0, size - ahead)
    return ceil(Fraction(missing, 5 - line.quarter))


def _again(quota: Quota, rules: Rules, plan: YearPlan, quarter: int, stratum: str, size: int) -> None:
    """A second visit in the year: what the first round could not supply, and the bureau's repeat share."""
    line = plan.line(stratum.removesuffix(AGAIN), quarter)
    if line is None:
        raise NoRule(stratum, key=f"rate.{stratum}", bureau=rules.bureau, on=rules.on.isoformat())
    share = ceil((repeat_share(rules) or Fraction(0)) * size)
    text = rules.own.get(f"rate.{line.stratum}")
    if text is not None and text.value.most is not None:
        share = min(share, line.again)  # a range such as 10–15 % bounds the second round with the first
    missing = quota.short.get(line.stratum, 0 if line.stratum in quota.takes else line.first)
    take = min(size, max(share, missing))
    quota.takes[stratum] = take
    quota.rd1_rules[stratum] = _published(line, plan) | {"base": "number", "value": take, "round": "again"}
    if missing:
        quota.short[line.stratum] = max(0, missing - take)


def _published(line: PlanLine, plan: YearPlan) -> dict[str, Any]:
    """The citation of a stratum's rule, in strings and integers."""
    basis = line.basis
    return {
        "base": "",
        "text": basis.text,
        "clause": basis.clause,
        "effective": basis.effective.isoformat(),
        "checked_on": basis.checked_on.isoformat(),
        "mark": basis.mark.value,
        "rule": line.rule.words(),
        "staff": plan.staff,
        "plan": line.number,
    }
