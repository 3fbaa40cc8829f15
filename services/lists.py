"""From roster, officers and rules to the lists of one draw: what the stores hold, put into the urn."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

from policies.canonical import suite_of
from policies.caps import cap_of
from policies.eligibility import again_strata, classify
from policies.freeze import officer_salt, pseudonym
from policies.items import of_item
from policies.plan import YearPlan
from policies.quota import Quota, for_period
from policies.rules import Rules
from policies.terms import Officer, Period, Site, SiteStatus
from policies.urn import Urn, fill, officer_cap
from services.ledger import ledger_of
from services.plans import approved_plan, whole_sizes
from services.pseudonyms import pseudonym_key
from services.ruleset import rules_for
from services.work import Work
from tenants.rows import Draw
from tenants.stores import officers, sites, visits


@dataclass(frozen=True, slots=True)
class Filled:
    """The lists of a draw with the rules and numbers they follow."""

    urn: Urn
    quota: Quota
    plan: YearPlan
    rules: Rules


async def fill_urn(work: Work, draw: Draw, *, list_key: bytes, suite: int) -> Filled:
    """Read roster, officers, plan and rules as of now, and make the lists.

    Raises:
        NoPlan, PlanStale: there is no approved plan to draw by.
        NoRule: a class of sites has no ratio.
    """
    period, bureau = Period.parse(draw.period), draw.bureau
    rules = await rules_for(work, bureau, subject=draw.subject, item=draw.item)
    plan = await approved_plan(work, bureau, draw.subject, period.year, draw.item)
    roster = of_item(await sites.all_of(work.db, work.scope, draw.subject), rules)
    both = any(site.key and site.special and site.status is SiteStatus.ACTIVE for site in roster)
    covered = await covered_codes(work, draw, period)
    ledger = await ledger_of(work, draw.subject, period.year)
    place = partial(_place, rules=rules, covered=covered, ledger=ledger, both=both)
    key = pseudonym_key(work.app.keys, work.app.home.keys, bureau)
    bytes_of = suite_of(suite)
    urn = fill(
        roster,
        await _caps(work, draw, period),
        list_key=list_key,
        place=partial(place, again=_again(place, rules, plan, period, roster)),
        salt_of=partial(officer_salt, bytes_of, key),
        name_of=partial(pseudonym, bytes_of),
    )
    quota = for_period(rules, plan, period, dict(urn.sizes), whole_sizes(roster), both)
    return Filled(urn, quota, plan, rules)


async def covered_codes(work: Work, draw: Draw, period: Period) -> frozenset[str]:
    """Sites this bureau's random draws have visited already in the year of the period."""
    found: set[str] = set()
    for quarter in range(1, period.quarter):
        for visit in await visits.of_period(work.db, work.scope, draw.bureau, Period(period.year, quarter)):
            if visit.visit_type == "random" and visit.subject == draw.subject:
                found.add(visit.site_code)
    return frozenset(found)


async def _caps(work: Work, draw: Draw, period: Period) -> list[tuple[Officer, int, str]]:
    """Every officer of the drawing bureau with the cap in this draw; who prepares or freezes has 0."""
    acting = {work.principal.subject, draw.created_by}
    rows = await officers.all_of(work.db, work.scope, draw.bureau)
    return [
        (one, *officer_cap(one, period, acts=_acts(one, acting, work.principal.certificate))) for one in rows
    ]


def _acts(officer: Officer, subjects: Collection[str], certificate: str) -> bool:
    return (bool(officer.person) and officer.person in subjects) or officer.certificate == certificate


def _place(
    site: Site,
    *,
    rules: Rules,
    covered: Collection[str],
    ledger: Mapping[str, Mapping[str, int]],
    both: bool,
    again: Collection[str] = (),
) -> str:
    """Stratum or reason; the cap counts what was arranged outside this system and our own ledger."""
    cap = cap_of(rules)
    made = cap.counted(ledger.get(site.code, {})) if cap else 0
    visited = site.visits_this_year + made
    seen = site.code in covered
    return classify(site, rules, visits=visited, covered=seen, again=again, key_special=both)


def _again(
    place: Callable[[Site], str], rules: Rules, plan: YearPlan, period: Period, roster: Collection[Site]
) -> frozenset[str]:
    """Strata in which sites visited this year may be drawn once more."""
    uncovered: dict[str, int] = {}
    for site in roster:
        label = place(site)
        if not label.startswith("-"):
            uncovered[label] = uncovered.get(label, 0) + 1
    return again_strata(rules, plan, period, uncovered)
