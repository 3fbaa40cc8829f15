"""The city's key list taken over: which sites become key, which cease, which entries no site answers to.

Basis: 环境监管重点单位名录管理办法 (2023-01-01) [confirmed]: the city makes and publishes the list. A county
may class more sites as key than the list has, so who ceases is chosen one by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from policies.roster.batch import mark_of
from policies.roster.key_list import Listed
from policies.terms import Site, SiteStatus

Why = Literal["closed", "name", "nobody"]
Turn = Literal["became", "ceased"]
LIVE = (SiteStatus.ACTIVE, SiteStatus.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Turned:
    """A site that would change: it is listed and not key, or key and not listed."""

    site: Site
    after: Site
    turn: Turn

    @property
    def mark(self) -> str:
        """Of the row as it stands before."""
        return mark_of(self.site)


@dataclass(frozen=True, slots=True)
class Unknown:
    """An entry that no site in production or suspended answers to.

    Attributes:
        why: "closed": a site has the code, but is closed or moved; "name": a site of another code has the
            name; "nobody": neither. code: of that site, or "".
    """

    listed: Listed
    why: Why
    code: str = ""


@dataclass(frozen=True, slots=True)
class TakePlan:
    """What taking a list over could do. `stays`: sites that are listed and key already."""

    became: tuple[Turned, ...]
    ceased: tuple[Turned, ...]
    stays: tuple[Site, ...]
    unknown: tuple[Unknown, ...]

    @property
    def turned(self) -> Mapping[str, Turned]:
        """Code → what would change."""
        return {one.site.code: one for one in (*self.became, *self.ceased)}


def plan_take(sites: Sequence[Site], entries: Mapping[str, Listed], division: str, basis: str) -> TakePlan:
    """Lay a list beside a roster.

    Args:
        entries: code → entry, of the whole list. division: the county's; entries of others are passed over,
            those that name none count where their code says so or names no place.
        basis: the documents that publish the list, kept with every site that becomes key.
    """
    mine = {code: one for code, one in entries.items() if _ours(one, division)}
    live = [site for site in sites if site.status in LIVE]
    named = _wide(entries, division)
    on_list = [site for site in live if _codes(site) & named]
    became, stays = ([site for site in on_list if site.key is key] for key in (False, True))
    ceased = [site for site in live if site.key and not _codes(site) & named]
    carried = {code for site in live for code in _codes(site)}
    unknown = [_unknown(one, sites) for code, one in sorted(mine.items()) if code not in carried]
    return TakePlan(
        tuple(Turned(site, replace(site, key=True, class_basis=basis), "became") for site in became),
        tuple(Turned(site, replace(site, key=False, class_basis=""), "ceased") for site in ceased),
        tuple(stays),
        tuple(unknown),
    )


def _wide(entries: Mapping[str, Listed], division: str) -> frozenset[str]:
    """Codes that name a site of the county wherever the list puts no other county beside them."""
    return frozenset(code for code, one in entries.items() if one.division in ("", division))


def _ours(one: Listed, division: str) -> bool:
    """Without a named division a code of another place says so itself: characters 3 to 8."""
    return one.division == division or (not one.division and one.code[2:8] == division)


def _codes(site: Site) -> frozenset[str]:
    return frozenset(code for code in (site.code, site.credit_code) if code)


def _unknown(one: Listed, sites: Sequence[Site]) -> Unknown:
    for site in sites:
        if one.code in _codes(site):
            return Unknown(one, "closed", site.code)
    for site in sites:
        if one.name and site.name == one.name:
            return Unknown(one, "name", site.code)
    return Unknown(one, "nobody")
