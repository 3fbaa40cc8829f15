"""Who is in the urn: the stratum of a site in a draw, or the reason why it is listed without one."""

from collections.abc import Collection, Mapping

from policies.planning.caps import cap_of
from policies.planning.plan_terms import YearPlan
from policies.planning.promises import only_once, repeat_share, without_repetition
from policies.planning.quota import AGAIN
from policies.rulebook.rules import Rules
from policies.terms import Period, Site, SiteStatus


def listed(site: Site) -> bool:
    """True when the site stands in the roster of a draw: active, or suspended and so visibly excluded."""
    return site.status in (SiteStatus.ACTIVE, SiteStatus.SUSPENDED)


def classify(
    site: Site,
    rules: Rules,
    *,
    visits: int | None = None,
    covered: bool = False,
    again: Collection[str] = (),
    avoid: bool = False,
    key_special: bool | None = None,
) -> str:
    """The stratum of a site, or "-" and the reason it may not be drawn now.

    Args:
        site: the site.
        rules: of the bureau that draws.
        visits: visits this year that count toward the cap; default the site's own figure.
        covered: already visited this year by a random draw of this item.
        again: strata whose covered sites may be drawn once more, as "<stratum>-again".
        avoid: drawn by the other level this period and overlay.handling is avoid.
        key_special: some special sites of the roster are also key, so all of that stratum is drawn without
            repetition: otherwise a special site visited twice could leave a key one unvisited. Default: this
            site tells.

    Returns:
        "special", "key", "general", "<stratum>-again", or "-closed", "-moved", "-suspended", "-capped",
        "-covered", "-avoided".

    Basis: PROTOCOL §1; obligation 7 and §2, §6.
    """
    if site.status is not SiteStatus.ACTIVE:
        return f"-{site.status.value}"
    cap = cap_of(rules)
    counted = site.visits_this_year if visits is None else visits
    if cap is not None and cap.reached(counted, site.special):
        return "-capped"
    if avoid:
        return "-avoided"
    stratum = site.stratum.value
    both = (site.special and site.key) if key_special is None else key_special
    if not covered or not without_repetition(rules, stratum, both):
        return stratum
    return stratum + AGAIN if stratum in again else "-covered"


def again_strata(
    rules: Rules, plan: YearPlan, period: Period, uncovered: Mapping[str, int]
) -> frozenset[str]:
    """Strata whose covered sites must be drawable once more in this period.

    Args:
        uncovered: drawable sites of each stratum not yet visited this year.

    Returns:
        All strata when the bureau redraws a share of visited sites; else those with too few sites left. A
        stratum drawn "once" is never among them.
    """
    always = bool(repeat_share(rules))
    return frozenset(
        line.stratum
        for line in plan.lines
        if line.quarter == period.quarter
        and not only_once(rules, line.stratum)
        and (always or line.first > uncovered.get(line.stratum, 0))
    )
