"""Who is in the urn: the stratum of a site in a draw, or the reason why it is listed without one."""

from collections.abc import Collection, Mapping

from .caps import cap_of
from .plan_terms import YearPlan
from .quota import AGAIN
from .rules import Rules
from .terms import Period, Site, SiteStatus


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
) -> str:
    """The stratum of a site, or "-" and the reason it may not be drawn now.

    Args:
        site: the site.
        rules: of the bureau that draws.
        visits: visits this year that count toward the cap; default the site's own figure.
        covered: already visited this year by a random draw of this item.
        again: strata whose covered sites may be drawn once more, as "<stratum>-again".
        avoid: drawn by the other level this period and overlay.handling is avoid.

    Returns:
        "special", "key", "general", "<stratum>-again", or "-closed", "-moved", "-suspended", "-capped",
        "-covered", "-avoided".

    Basis: PROTOCOL §1; DOMAIN row 7 and §2, §6.
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
    if not covered or not _covering(rules, stratum, site):
        return stratum
    return stratum + AGAIN if stratum in again else "-covered"


def _covering(rules: Rules, stratum: str, site: Site) -> bool:
    """True when the class is drawn without repetition until all of it is visited."""
    names = [stratum, "key"] if site.key else [stratum]
    special = rules.get("rate.special")
    if stratum == "special" and special is not None and special.value.base == "census":
        return False
    return any((v := rules.get(f"coverage.{n}")) is not None and v.value == "year" for n in names)


def again_strata(
    rules: Rules, plan: YearPlan, period: Period, uncovered: Mapping[str, int]
) -> frozenset[str]:
    """Strata whose covered sites must be drawable once more in this period.

    Args:
        uncovered: drawable sites of each stratum not yet visited this year.

    Returns:
        All strata when the bureau redraws a share of visited sites; else those with too few sites left.
    """
    repeat = rules.get("repeat.share")
    if repeat is not None and repeat.value > 0:
        return frozenset(line.stratum for line in plan.lines)
    return frozenset(
        line.stratum
        for line in plan.lines
        if line.quarter == period.quarter and line.number > uncovered.get(line.stratum, 0)
    )
