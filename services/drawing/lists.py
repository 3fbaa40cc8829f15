"""From roster, officers and rules to the lists of one draw: what the stores hold, put into the urn."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

from policies.planning.caps import cap_of, cap_warnings
from policies.planning.eligibility import again_strata, classify
from policies.planning.items import of_item
from policies.planning.plan import YearPlan
from policies.planning.quota import Quota, for_period
from policies.rd1.canonical import Suite, suite_of
from policies.rd1.freeze import officer_salt, pseudonym
from policies.rd1.urn import Urn, fill, officer_cap
from policies.rulebook.rules import Rules, RuleWarning
from policies.terms import Officer, Period, Site, SiteStatus
from services.drawing.avoidance import avoided_by, marked
from services.drawing.compute import WORKER
from services.drawing.coverage import Coverage, coverage_of
from services.drawing.duties import hands_of
from services.drawing.pseudonyms import key_of_draw, of_bureau
from services.ruling.calendars import calendar_for
from services.ruling.plans import approved_plan, whole_sizes
from services.ruling.ruleset import rules_for
from services.work import Work
from tenants.rows import Draw
from tenants.stores import officers, sites


@dataclass(frozen=True, slots=True)
class Filled:
    """The lists of a draw with the rules and numbers they follow, and what has to be said about them."""

    urn: Urn
    quota: Quota
    plan: YearPlan
    rules: Rules
    warnings: tuple[RuleWarning, ...]


async def fill_urn(work: Work, draw: Draw, *, list_key: bytes, suite: int) -> Filled:
    """Read roster, officers, plan and rules as of now, and make the lists.

    Raises:
        NoPlan, PlanStale: there is no approved plan to draw by.
        NoRule: a class of sites has no ratio.
        AvoidedNotDrawn: the overlay avoids what the district has not drawn yet.
    """
    period, bureau = Period.parse(draw.period), draw.bureau
    rules = await rules_for(work, bureau, subject=draw.subject, item=draw.item)
    plan = await approved_plan(work, bureau, draw.subject, period.year, draw.item)
    roster = of_item(await sites.all_of(await work.at(draw.subject), work.scope, draw.subject), rules)
    both = any(site.key and site.special and site.status is SiteStatus.ACTIVE for site in roster)
    known = await coverage_of(work, draw, period)
    avoided = await avoided_by(work, draw, rules)
    place = partial(_place, rules=rules, known=known, both=both, avoid=avoided.sites if avoided else ())
    bytes_of = suite_of(suite)
    key = key_of_draw(bytes_of, await of_bureau(work, bureau), draw.draw_no)
    people = await _caps(work, draw, period)
    # Every site is classified twice and every officer named: in the worker, not on the event loop.
    urn = await WORKER.call(_urn, roster, people, place, rules, plan, period, list_key, bytes_of, key)
    quota = for_period(rules, plan, period, dict(urn.sizes), whole_sizes(roster), both)
    said = cap_warnings(rules, *(_at_cap(roster, rules, known, special=one) for one in (True, False)))
    return Filled(urn, marked(quota, avoided), plan, rules, (*rules.warnings, *said))


def _urn(
    roster: Collection[Site],
    people: Sequence[tuple[Officer, int, str]],
    place: Callable[..., str],
    rules: Rules,
    plan: YearPlan,
    period: Period,
    list_key: bytes,
    suite: Suite,
    key: bytes,
) -> Urn:
    """The lists of a draw; `key` makes the pseudonyms. Pure, and picklable whole."""
    return fill(
        roster,
        people,
        list_key=list_key,
        place=partial(place, again=_again(place, rules, plan, period, roster)),
        salt_of=partial(officer_salt, suite, key),
        name_of=partial(pseudonym, suite),
    )


async def _caps(work: Work, draw: Draw, period: Period) -> list[tuple[Officer, int, str]]:
    """Every officer of the drawing bureau with the cap in this draw; who has a hand in it has 0."""
    acting, own = {work.principal.subject, *await hands_of(work, draw)}, work.principal.certificate
    rows = await officers.all_of(work.db, work.scope, draw.bureau)
    calendar = await calendar_for(work, draw.bureau)
    return [(one, *officer_cap(one, period, acts=_acts(one, acting, own), calendar=calendar)) for one in rows]


def _acts(officer: Officer, subjects: Collection[str], certificate: str) -> bool:
    return (bool(officer.person) and officer.person in subjects) or officer.certificate == certificate


def _place(
    site: Site,
    *,
    rules: Rules,
    known: Coverage,
    both: bool,
    avoid: Collection[str],
    again: Collection[str] = (),
) -> str:
    """Stratum or reason."""
    visited, seen, other = _visits(site, rules, known), site.code in known.covered, site.code in avoid
    return classify(site, rules, visits=visited, covered=seen, again=again, avoid=other, key_special=both)


def _visits(site: Site, rules: Rules, known: Coverage) -> int:
    """Visits of the year that count: those arranged outside this system, and our own ledger."""
    cap = cap_of(rules)
    return site.visits_this_year + (cap.counted(known.ledger.get(site.code, {})) if cap else 0)


def _at_cap(roster: Collection[Site], rules: Rules, known: Coverage, *, special: bool) -> int:
    """Active special, or other, sites that have had as many visits as the cap allows."""
    cap = cap_of(rules)
    active = [site for site in roster if site.special is special and site.status is SiteStatus.ACTIVE]
    return sum(cap.full(_visits(site, rules, known)) for site in active) if cap else 0


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
