"""Four draws of a year over a roster, as the use cases make them: classify, quota, take, mark as visited."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from policies.planning.eligibility import again_strata, classify
from policies.planning.plan import Counts, YearPlan
from policies.planning.quota import Quota, for_period
from policies.rulebook.rules import Rules
from policies.terms import Period, Site, SiteKind, SiteStatus

NO_CAP = 0


def site(n: int, *, key: bool = False, special: bool = False, kind: SiteKind = SiteKind.UNIT) -> Site:
    return Site(
        f"S{n:05d}", f"示例{n}", "", kind, key, special, SiteStatus.ACTIVE, "", "", "411721",
        0.0, 0.0, "", "", (),
    )  # fmt: skip


def roster(counts: Counts) -> list[Site]:
    """Sites with these counts."""
    kinds = [(True, False)] * counts.key + [(False, False)] * counts.general
    kinds += [(True, True)] * counts.key_special
    kinds += [(False, True)] * (counts.special - counts.key_special)
    return [site(n, key=key, special=special) for n, (key, special) in enumerate(kinds)]


@dataclass
class Year:
    """What happened: site code → how often drawn; quotas by quarter."""

    drawn: dict[str, int] = field(default_factory=dict)
    quotas: list[Quota] = field(default_factory=list)


def run(
    rules: Rules,
    plan: YearPlan,
    sites: Sequence[Site],
    seed: int = 0,
    between: Callable[[int, list[Site]], list[Site]] = lambda quarter, sites: sites,
) -> Year:
    """Draw the four quarters; `between` may change the roster before each."""
    year, now, dice = Year(), list(sites), Random(seed)
    for quarter in (1, 2, 3, 4):
        now = between(quarter, now)
        both = any(s.key and s.special for s in now)
        labels = {s.code: _label(s, rules, year, both, ()) for s in now}
        left: dict[str, int] = {}
        for label in labels.values():
            left[label] = left.get(label, 0) + 1
        again = again_strata(rules, plan, Period(plan.year, quarter), left)
        urns: dict[str, list[str]] = {}
        for s in now:
            urns.setdefault(_label(s, rules, year, both, again), []).append(s.code)
        sizes = {name: len(codes) for name, codes in urns.items() if not name.startswith("-")}
        whole: dict[str, int] = {}
        for s in now:
            whole[s.stratum.value] = whole.get(s.stratum.value, 0) + 1
        quota = for_period(rules, plan, Period(plan.year, quarter), sizes, whole, both)
        year.quotas.append(quota)
        for name, take in quota.takes.items():
            for code in dice.sample(sorted(urns[name]), take):
                year.drawn[code] = year.drawn.get(code, 0) + 1
    return year


def _label(s: Site, rules: Rules, year: Year, both: bool, again: Sequence[str] | frozenset[str]) -> str:
    covered = s.code in year.drawn
    return classify(s, rules, visits=NO_CAP, covered=covered, again=again, key_special=both)
