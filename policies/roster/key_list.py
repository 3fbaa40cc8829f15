"""A city's yearly key list: the codes in force, and what differs from a roster.

Basis: 环境监管重点单位名录管理办法 (2023-01-01) [confirmed]: the city makes and publishes the list.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policies.terms import Site, SiteStatus


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a list; `code` is compact, a credit code or a site code."""

    code: str
    name: str
    division: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """A roster beside the lists in force.

    Attributes:
        missing: listed codes no active site of the roster carries (within the division, where the list
            names one). not_key: active sites that are listed but not key. unlisted: key sites not listed,
            which is the county's right but worth a look.
    """

    missing: tuple[Listed, ...]
    not_key: tuple[str, ...]
    unlisted: tuple[str, ...]


def in_force(lists: Iterable[tuple[str, Sequence[Listed]]]) -> dict[str, Listed]:
    """Entries by code: the newest whole list and every supplement after it.

    Args:
        lists: (kind, entries), oldest first; kind is "whole" or "supplement".
    """
    found: dict[str, Listed] = {}
    for kind, entries in lists:
        if kind == "whole":
            found = {}
        found |= {one.code: one for one in entries}
    return found


def compare(sites: Sequence[Site], listed: dict[str, Listed], division: str = "") -> Compared:
    """A roster beside the entries in force; `division` = code of the county, for entries that name one."""
    active = [site for site in sites if site.status is SiteStatus.ACTIVE]
    carried = {code for site in active for code in _codes(site)}
    missing = tuple(
        one
        for code, one in sorted(listed.items())
        if code not in carried and one.division in ("", division) and not _elsewhere(one, division)
    )
    on_list = {site.code for site in active if _codes(site) & listed.keys()}
    return Compared(
        missing,
        tuple(site.code for site in active if site.code in on_list and not site.key),
        tuple(site.code for site in active if site.key and site.code not in on_list),
    )


def _codes(site: Site) -> frozenset[str]:
    return frozenset(code for code in (site.code, site.credit_code) if code)


def _elsewhere(one: Listed, division: str) -> bool:
    """Without a named division a code of another place says so itself: characters 3 to 8."""
    return not one.division and bool(division) and one.code[2:8] != division
