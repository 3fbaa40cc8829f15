"""What a choice would do: the rules with and without it, and the running year's plan under both."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.planning.items import ROUTINE, of_item
from policies.planning.plan import Counts, YearPlan, make_plan
from policies.planning.simulate import compare, coverage, quotas, workload
from policies.rulebook.lawbook import Choice, rules_at
from policies.rulebook.rule_changes import RuleChange, difference, new_warnings
from policies.rulebook.rule_errors import NoRule
from policies.rulebook.rules import Rules, RuleWarning
from services.ruling.plans import count_sites, count_staff
from services.ruling.rule_choice_errors import NothingChanges
from services.ruling.ruleset import read_row, typed
from services.work import Work
from tenants.rows import RuleChoice
from tenants.stores import bureaus, choices, officers, plans, sites


@dataclass(frozen=True, slots=True)
class PlanEffect:
    """The year of one roster and item before and after.

    Attributes:
        source: where the counts are from: the kept plan of the year, or the roster of today.
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
class Asked:
    """Which rules: of whom, on which day, over whose roster, for which item."""

    bureau: str
    on: date
    subject: str = ""
    item: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A choice tried out on the day it takes effect, or today when that day has passed.

    Attributes:
        changes: keys that say something else. warnings: those the choice brings.
        backdated: it takes effect before today; plans made since then are to be made again.
        kept, choice: the choices in force, and this one, as the law reader's.
    """

    row: RuleChoice
    on: date
    before: Rules
    after: Rules
    changes: tuple[RuleChange, ...]
    warnings: tuple[RuleWarning, ...]
    backdated: bool
    kept: tuple[Choice, ...] = ()
    choice: tuple[Choice, ...] = ()


async def trial(work: Work, row: RuleChoice) -> Trial:
    """The rules with and without `row`.

    Raises:
        LawProblem: unreadable, without its basis or factors, below the bureau's own text, outside a range.
        NothingChanges: it would say what is in force already.
    """
    choice, on = read_row(row), max(row.effective, work.today)
    kept = typed(await choices.all_of(work.db, work.scope, row.bureau))
    asked = Asked(row.bureau, on, row.subject, row.item)
    before, after = await composed(work, asked, kept), await composed(work, asked, (*kept, *choice))
    changes = difference(before, after)
    if not changes:
        raise NothingChanges(choice[0].basis.cite(), key=row.key, on=on.isoformat())
    warnings = new_warnings(before, after)
    return Trial(row, on, before, after, changes, warnings, row.effective < work.today, kept, choice)


async def composed(work: Work, asked: Asked, chosen: tuple[Choice, ...]) -> Rules:
    """The law tree and these choices, as of a day; raises as `policies.rulebook.lawbook.rules_at`."""
    entry = await bureaus.get(work.db, asked.bureau)
    return rules_at(
        work.app.book,
        ("CN", *entry.path),
        asked.on,
        chosen,
        subject="" if asked.subject == asked.bureau else asked.subject,
        item=asked.item or ROUTINE,
        level=entry.level,
    )


async def effects(work: Work, tried: Trial, year: int | None = None) -> tuple[PlanEffect, ...]:
    """The plan of the running year under both rules; empty when there is neither plan nor roster.

    Args:
        year: default: the year the choice takes effect in, or the next when only that has a plan.

    Raises:
        BelowOwnText: with these counts the choice asks for less than the bureau's own text.
    """
    found, asked = await _bases(work, tried, year)
    return tuple([await _effect(work, tried, base, asked) for base in found])


@dataclass(frozen=True, slots=True)
class _Base:
    subject: str
    item: str
    source: str
    counts: Counts
    staff: int
    districts: Mapping[str, int] | None


async def _bases(work: Work, tried: Trial, year: int | None) -> tuple[list[_Base], int]:
    bureau = work.scope.bureau
    years = (year,) if year is not None else (tried.on.year, tried.on.year + 1)
    for asked in years:
        row = await plans.latest(work.db, work.scope, bureau, asked)
        if row is not None:
            kept = [_from_plan(one) for one in row.body.get("plans") or [row.body]]
            return [one for one in kept if _concerns(tried.row, one)], asked
    entry = await bureaus.get(work.db, bureau)
    if entry.level != "county":
        return [], years[0]
    people = await officers.all_of(work.db, work.scope, bureau)
    rows = of_item(await sites.all_of(work.db, work.scope, bureau), tried.after)
    staff = count_staff(people, tried.after, tried.on)
    base = _Base(bureau, tried.after.item, "roster", count_sites(rows), staff, None)
    return ([base] if people or rows else []), years[0]


def _concerns(row: RuleChoice, base: _Base) -> bool:
    return row.subject in ("", base.subject) and row.item in ("", base.item)


def _from_plan(body: Mapping[str, Any]) -> _Base:
    counts = Counts(**body["counts"])
    item = body.get("item", ROUTINE)
    return _Base(body["subject"], item, "plan", counts, body["staff"], body.get("districts"))


async def _effect(work: Work, tried: Trial, base: _Base, year: int) -> PlanEffect:
    old, new = await _rules_over(work, tried, base)
    before, _ = _planned(old, base, year)
    after, missing = _planned(new, base, year)
    lines = tuple(compare(before, after)) if before and after else ()
    return PlanEffect(
        base.subject,
        base.item,
        year,
        base.source,
        _plain(base.counts),
        base.staff,
        _told(before, old),
        _told(after, new),
        lines,
        missing,
    )


async def _rules_over(work: Work, tried: Trial, base: _Base) -> tuple[Rules, Rules]:
    """Both rules for one roster and item; a city's differ from district to district."""
    asked = Asked(tried.row.bureau, tried.on, base.subject, base.item)
    new = (*tried.kept, *tried.choice)
    return await composed(work, asked, tried.kept), await composed(work, asked, new)


def _planned(rules: Rules, base: _Base, year: int) -> tuple[YearPlan | None, str]:
    try:
        plan = make_plan(rules, base.counts, base.staff, year, subject=base.subject, districts=base.districts)
    except NoRule as missing:
        return None, str(missing.facts["key"])
    return plan, ""


def _told(plan: YearPlan | None, rules: Rules) -> Mapping[str, Any] | None:
    if plan is None:
        return None
    team = rules.get("team.size")
    shown = plan.as_dict()
    return {
        "lines": shown["lines"],
        "totals": shown["totals"],
        "quarters": shown["quarters"],
        "warnings": shown["warnings"],
        "quotas": quotas(plan),
        "workload": workload(plan, team.value if team else 2),
        "coverage": coverage(plan),
    }


def _plain(counts: Counts) -> dict[str, int]:
    names = ("key", "general", "special", "key_special")
    return {name: getattr(counts, name) for name in names}
