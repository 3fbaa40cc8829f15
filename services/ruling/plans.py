"""Yearly plans between the stores and the pure planner: counts in, plan out, and back from what was kept.

A county plans for itself; a city plans its overlay over each of its districts. What is kept is the plan
of the (first) subject with all subjects under `plans`, and the day whose rules it follows, so that a draw
can rebuild it and notice when rules or counts behind it were changed since.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from policies.access import LABELS
from policies.errors import Forbidden, Missing
from policies.planning.eligibility import listed
from policies.planning.items import ROUTINE, items_of, of_item
from policies.planning.plan import Counts, YearPlan, make_plan
from policies.rulebook.rules import Rules
from policies.terms import Officer, Site, SiteStatus
from services.drawing.draw_errors import NoPlan, PlanStale
from services.ruling.ruleset import rules_for
from services.work import Work
from tenants.stores import bureaus, officers, plans, sites


async def subjects_of(work: Work, bureau: str) -> tuple[str, ...]:
    """Whose rosters a bureau draws from: a county its own, a city those of its districts."""
    entry = await bureaus.get(work.control, bureau)
    if entry.level == "county":
        return (bureau,)
    below = await bureaus.children(work.control, bureau)
    return tuple(child.code for child in below if child.level == "county")


async def seen_subjects(work: Work, bureau: str) -> tuple[str, ...]:
    """As `subjects_of`. Raises Forbidden: a roster among them is not the role's to see."""
    subjects = await subjects_of(work, bureau)
    if not set(subjects) <= set(work.scope.visible):
        raise Forbidden("、".join(subjects), action=LABELS["site.read"])
    return subjects


async def draft_plans(work: Work, bureau: str, year: int) -> dict[str, Any]:
    """The body of a new plan, as of today.

    Raises:
        NoPlan: the bureau has no roster to plan over.
        Forbidden: a city's plan is made by a role that sees the districts' rosters (city_drawer).
        LawProblem: a ratio is missing or undercuts the bureau's own text.
    """
    subjects = await seen_subjects(work, bureau)
    if not subjects:
        raise NoPlan(bureau, year=year)
    rosters = {code: await _roster(work, code) for code in subjects}
    own = await rules_for(work, bureau, on=max(work.today, date(year, 1, 1)))
    staff = count_staff(await officers.all_of(await work.at(bureau), work.scope, bureau), own, work.today)
    made = [p for item in items_of(own) for p in await _item_plans(work, bureau, rosters, staff, year, item)]
    return made[0] | {"plans": made}


async def _item_plans(
    work: Work, bureau: str, rosters: Mapping[str, Sequence[Site]], staff: int, year: int, item: str
) -> list[dict[str, Any]]:
    """The plans of one item over every subject, by the rules in force when the year begins, or now."""
    on = max(work.today, date(year, 1, 1))
    rules = {code: await rules_for(work, bureau, subject=code, item=item, on=on) for code in rosters}
    counts = {code: count_sites(of_item(rows, rules[code])) for code, rows in rosters.items()}
    items = rules[next(iter(rules))].get("draw.items")
    names = items.value if items is not None else {}
    districts = None if bureau in rosters else {code: one.general for code, one in counts.items()}
    return [
        make_plan(rules[code], one, staff, year, subject=code, districts=districts).as_dict()
        | {"item": item, "item_name": names.get(item, item), "on": on.isoformat(), "districts": districts}
        for code, one in counts.items()
    ]


async def approved_plan(work: Work, bureau: str, subject: str, year: int, item: str = ROUTINE) -> YearPlan:
    """The approved plan of a subject and item, rebuilt from its counts and the rules of its day.

    Raises:
        NoPlan: none is approved.
        PlanStale: rebuilt, it has other numbers: rules of that day were changed afterwards.
    """
    row = await plans.latest(await work.at(bureau), work.scope, bureau, year, approved_only=True)
    found = row and next((p for p in row.body["plans"] if _is(p, subject, item)), None)
    if not found:
        raise NoPlan(f"{bureau} {year}", year=year)
    rules = await rules_for(work, bureau, subject=subject, item=item, on=date.fromisoformat(found["on"]))
    plan = make_plan(
        rules,
        Counts(**found["counts"]),
        found["staff"],
        year,
        subject=subject,
        districts=found["districts"],
    )
    if not same_numbers(plan.as_dict()["lines"], found["lines"]):
        raise PlanStale(f"{bureau} {year}", year=year)
    return plan


def count_sites(rows: Sequence[Site]) -> Counts:
    """Active sites by disjoint stratum."""
    active = [site for site in rows if site.status is SiteStatus.ACTIVE]
    special = [site for site in active if site.special]
    key = sum(site.key and not site.special for site in active)
    return Counts(key, len(active) - len(special) - key, len(special), sum(site.key for site in special))


def whole_sizes(rows: Sequence[Site]) -> dict[str, int]:
    """All listed sites of each class, those excluded from a draw included."""
    sizes: dict[str, int] = {}
    for site in rows:
        if listed(site):
            sizes[site.stratum.value] = sizes.get(site.stratum.value, 0) + 1
    return sizes


def count_staff(rows: Sequence[Officer], rules: Rules, on: date) -> int:
    """Officers the ratio counts: on post, or certified, as the rules say."""
    counting = rules.get("officers.counting")
    if counting is not None and counting.value == "certified":
        return sum(officer.valid_until >= on for officer in rows)
    return sum(officer.on_post for officer in rows)


async def _roster(work: Work, subject: str) -> Sequence[Site]:
    if subject not in work.scope.visible:  # an unseen roster would count as an empty one
        raise Missing(subject, what="名录")
    return await sites.all_of(await work.at(subject), work.scope, subject)


def _is(plan: Mapping[str, Any], subject: str, item: str) -> bool:
    """Plans kept before items had plans of their own are routine."""
    return bool(plan["subject"] == subject and plan.get("item", ROUTINE) == item)


def same_numbers(one: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]]) -> bool:
    """Two plans ask for the same visits, with the same minimum, of every class in every quarter."""
    return _numbers(one) == _numbers(other)


def _numbers(lines: Sequence[Mapping[str, Any]]) -> list[tuple[str, int, int, int]]:
    return [(x["stratum"], x["quarter"], x["number"], x["minimum"]) for x in lines]
