"""How completely a site is described: which fields it should have, and which of them are empty.

A field counts once, whatever it says. What the law tree requires (`roster.fields`) weighs as much as the
other items of the document: the score says how much is known, the list of gaps what a bureau asked for.
Basis: 西环〔2024〕3号 一（三）, the 17 items of a pollution source; the score is our own.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from policies.roster.columns import ITEMS
from policies.terms import Site

_BESIDE = ("kind", "status", "datum", "visits_this_year", "override", "site_class", "code", "lon", "lat")
_SPECIAL = ("special_cases", "evidence")
PLACE = "place"  # of longitude and latitude together
EVIDENCE = "evidence"  # of special sites: a dated record that stands


@dataclass(frozen=True, slots=True)
class Wanted:
    """Fields a bureau's sites should have.

    Attributes:
        keys: of the document's items and the bureau's own fields, in the order of the template.
        required: those of them without which an import is refused today; older rows may lack them.
        own: keys of the bureau's own fields.
    """

    keys: tuple[str, ...]
    required: frozenset[str]
    own: frozenset[str]


@dataclass(frozen=True, slots=True)
class Filled:
    """One site: its gaps in order, and how many fields were asked."""

    gaps: tuple[str, ...]
    asked: int

    @property
    def share(self) -> Fraction:
        """Filled fields among those asked; 1 where nothing is asked."""
        return Fraction(self.asked - len(self.gaps), self.asked) if self.asked else Fraction(1)


@dataclass(frozen=True, slots=True)
class Tally:
    """A whole roster: gaps by field, the sites counted, those without any gap."""

    sites: int
    whole: int
    gaps: Mapping[str, int]
    asked: int

    @property
    def share(self) -> Fraction:
        """Filled fields among all that were asked; 1 of an empty roster."""
        return Fraction(self.asked - sum(self.gaps.values()), self.asked) if self.asked else Fraction(1)


def wanted(required: Collection[str], own: Iterable[str] = ()) -> Wanted:
    """The fields to ask of a bureau's sites.

    Args:
        required: keys its rules require. own: keys of its own fields.
    """
    extra = tuple(own)
    items = tuple(key for key in (*ITEMS, PLACE) if key not in _BESIDE)
    must = frozenset(required) & {*items, *extra}
    return Wanted((*items, "class_basis", "special_cases", EVIDENCE, *extra), must, frozenset(extra))


def filled(site: Site, fields: Wanted, evidenced: Collection[str]) -> Filled:
    """The gaps of one site; what only key or special sites have is asked of these alone.

    Args:
        evidenced: codes of special sites for which a dated record stands.
    """
    kept = []
    for key in fields.keys:
        if (key == "class_basis" and not site.key) or (key in _SPECIAL and not site.special):
            continue
        kept.append((key, _filled(site, key, fields, evidenced)))
    return Filled(tuple(key for key, told in kept if not told), len(kept))


def tally(found: Iterable[Filled], before: Tally | None = None) -> Tally:
    """Adds sites to a count."""
    gaps = dict(before.gaps) if before else {}
    sites, whole, asked = (before.sites, before.whole, before.asked) if before else (0, 0, 0)
    for one in found:
        sites, whole, asked = sites + 1, whole + (not one.gaps), asked + one.asked
        for key in one.gaps:
            gaps[key] = gaps.get(key, 0) + 1
    return Tally(sites, whole, gaps, asked)


def _filled(site: Site, key: str, fields: Wanted, evidenced: Collection[str]) -> bool:
    if key in fields.own:
        return bool(dict(site.extra).get(key))
    if key == EVIDENCE:
        return site.code in evidenced
    if key == PLACE:
        return bool(site.lon and site.lat)
    return bool(getattr(site, key))
