"""The year's plan under two sets of rules, before and after, roster by roster; with other counts too."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from policies.planning.items import ROUTINE, items_of, of_item
from policies.planning.plan import Counts, YearPlan, make_plan
from policies.planning.simulate import compare, coverage, quotas, workload
from policies.rulebook.rule_errors import NoRule
from policies.rulebook.rules import Rules
from services.reading import note_reads
from services.ruling.plans import count_sites, count_staff, subjects_of
from services.ruling.rule_trials import Asked, Trial, composed
from services.ruling.ruleset import rules_for
from services.work import Work
from tenants.stores import officers, plans, sites

CLASSES = ("key", "general", "special", "key_special")


@dataclass(frozen=True, slots=True)
class PlanEffect:
    """The year of one roster and item before and after.

    Attributes:
        source: where the counts are from: the kept plan of the year, the roster of today, or some of them
            assumed for the trial.
        before, after: `lines`, `quotas`, `workload`, `coverage`; None when a ratio is still missing.
        missing: key whose rule is missing after the change, "" when none.
        lines: what differs, see `policies.planning.simulate.compare`.
    """

    subject: str
    item: str
    year: int
    source: str
    counts: Mapping[str, int]
    staff: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    lines: tuple[Mapping[str, Any], ...]
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Assumed:
    """Numbers to plan with instead of the roster's; what is None stays as the roster has it.

    Attributes:
        counts: any of key, general, special (disjoint) and key_special.
        staff: officers the ratio counts.
        blank: plan over an empty roster rather than none.
    """

    counts: Mapping[str, int | None]
    staff: int | None = None
    blank: bool = False

    @property
    def any(self) -> bool:
        """True when something is assumed."""
        return self.staff is not None or any(n is not None for n in self.counts.values())


NOTHING_ASSUMED = Assumed({})


@dataclass(frozen=True, slots=True)
class PlanBase:
    """What a year is planned from: one roster's counts, for one item."""

    subject: str
    item: str
    source: str
    counts: Counts
    staff: int
    districts: Mapping[str, int] | None


async def effects(
    work: Work, tried: Trial, year: int | None = None, assumed: Assumed = NOTHING_ASSUMED
) -> tuple[PlanEffect, ...]:
    """The plan of the running year under both rules; empty when there is neither plan nor roster nor number.

    Args:
        year: default: the year the choice takes effect in, or the next when only that has a plan.
        assumed: numbers to use instead.

    Raises:
        BelowOwnText: with these counts the choice asks for less than the bureau's own text.
        BadCounts: assumed counts that contradict each other.
    """
    found, asked = await plan_bases(work, tried.after, (tried.on.year, tried.on.year + 1), year, assumed)
    concerned = [base for base in found if any(_concerns(r.subject, r.item, base) for r in tried.rows)]
    return tuple([await _effect(work, tried, base, asked) for base in concerned])


async def plan_bases(
    work: Work, rules: Rules, years: tuple[int, ...], year: int | None, assumed: Assumed = NOTHING_ASSUMED
) -> tuple[list[PlanBase], int]:
    """The rosters of the bureau acted for: as planned, else as they stand; and the year they are for."""
    bureau = work.scope.bureau
    years = (year,) if year is not None else years
    for asked in years:
        row = await plans.latest(work.db, work.scope, bureau, asked)
        if row is not None:
            kept = [_from_plan(one) for one in row.body.get("plans") or [row.body]]
            return [assuming(one, assumed) for one in kept], asked
    found = await _from_rosters(work, rules, assumed)
    return [assuming(one, assumed) for one in found], years[0]


async def _from_rosters(work: Work, rules: Rules, assumed: Assumed) -> list[PlanBase]:
    """Rosters as they stand: a county's own, a city's of every district, which it apportions over.

    Empty when a district's roster is not visible: a part of the districts would get the whole number.
    """
    bureau = work.scope.bureau
    codes = await subjects_of(work, bureau)
    if not codes or not set(codes) <= set(work.scope.visible):
        return []
    people = await officers.all_of(work.db, work.scope, bureau)
    rosters = {code: await sites.all_of(await work.at(code), work.scope, code) for code in codes}
    await note_reads(work, codes, "plan.read", f"rosters as they stand, for a trial by {bureau}")
    if not (people or any(rosters.values()) or assumed.any or assumed.blank):
        return []
    found: list[PlanBase] = []
    for item in items_of(rules):
        own = rules if item == rules.item else await rules_for(work, bureau, item=item, on=rules.on)
        staff = count_staff(people, own, max(rules.on, work.today))
        counts = {
            code: count_sites(of_item(rows, await _there(work, own, code))) for code, rows in rosters.items()
        }
        districts = None if bureau in rosters else {code: one.general for code, one in counts.items()}
        found += [PlanBase(code, item, "roster", one, staff, districts) for code, one in counts.items()]
    return found


async def _there(work: Work, rules: Rules, code: str) -> Rules:
    """The rules over a district's roster; a bureau's own are those it has."""
    if code == work.scope.bureau:
        return rules
    return await rules_for(work, work.scope.bureau, subject=code, item=rules.item, on=rules.on)


def assuming(base: PlanBase, assumed: Assumed) -> PlanBase:
    """The same roster with the numbers assumed."""
    if not assumed.any:
        return base
    given = {name: number for name, number in assumed.counts.items() if number is not None}
    counts = Counts(**{name: given.get(name, getattr(base.counts, name)) for name in CLASSES})
    staff = base.staff if assumed.staff is None else assumed.staff
    return replace(base, counts=counts, staff=staff, source="assumed")


def _concerns(subject: str, item: str, base: PlanBase) -> bool:
    return subject in ("", base.subject) and item in ("", base.item)


def _from_plan(body: Mapping[str, Any]) -> PlanBase:
    counts = Counts(**body["counts"])
    item = body.get("item", ROUTINE)
    return PlanBase(body["subject"], item, "plan", counts, body["staff"], body.get("districts"))


async def _effect(work: Work, tried: Trial, base: PlanBase, year: int) -> PlanEffect:
    old, new = await _rules_over(work, tried, base)
    before, _ = _planned(old, base, year)
    after, missing = _planned(new, base, year)
    lines = tuple(compare(before, after)) if before and after else ()
    return PlanEffect(
        base.subject,
        base.item,
        year,
        base.source,
        plain_counts(base.counts),
        base.staff,
        _told(before, old),
        _told(after, new),
        lines,
        missing,
    )


async def _rules_over(work: Work, tried: Trial, base: PlanBase) -> tuple[Rules, Rules]:
    """Both rules for one roster and item; a city's differ from district to district."""
    asked = Asked(tried.row.bureau, tried.on, base.subject, base.item)
    return await composed(work, asked, tried.old), await composed(work, asked, tried.new)


def _planned(rules: Rules, base: PlanBase, year: int) -> tuple[YearPlan | None, str]:
    try:
        plan = make_plan(rules, base.counts, base.staff, year, subject=base.subject, districts=base.districts)
    except NoRule as missing:
        return None, str(missing.facts["key"])
    return plan, ""


def _told(plan: YearPlan | None, rules: Rules) -> Mapping[str, Any] | None:
    if plan is None:
        return None
    team = rules.get("team.size") or rules.value("record.officers")
    shown = plan.as_dict()
    return {
        "lines": shown["lines"],
        "totals": shown["totals"],
        "quarters": shown["quarters"],
        "warnings": shown["warnings"],
        "quotas": quotas(plan),
        "workload": workload(plan, team.value),
        "coverage": coverage(plan),
    }


def plain_counts(counts: Counts) -> dict[str, int]:
    """Counts as a mapping."""
    return {name: getattr(counts, name) for name in CLASSES}
