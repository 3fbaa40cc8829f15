"""What goes into the urn: the committed lists of one draw, and the sealed key to whom they mean.

Every active or suspended site is listed; one that may not be drawn now carries its reason instead of a
stratum. Every officer of the bureau is listed under a pseudonym; who may not go has cap 0. Basis: rd1 §1.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from policies.planning.deadlines import NATIONAL, Calendar
from policies.planning.eligibility import listed
from policies.rd1.freeze import Lists
from policies.terms import Officer, Period, Site


@dataclass(frozen=True, slots=True)
class Alias:
    """Whom a pseudonym means; sealed until the visit.

    Attributes:
        oid: the pseudonym of this draw.
        salt: 16 bytes that open it together with the certificate number.
        cap: most visits in this draw, 0 = not to be drawn.
        why: reason of a cap of 0, never committed.
    """

    oid: str
    certificate: str
    salt: bytes
    name: str
    lead: bool
    cap: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Urn:
    """Lists as committed, with the sites and officers behind them."""

    lists: Lists
    sites: tuple[Site, ...]
    aliases: tuple[Alias, ...]
    excluded: tuple[tuple[str, int], ...]
    sizes: tuple[tuple[str, int], ...]

    @property
    def capacity(self) -> int:
        """Visits × officers that fit within the caps."""
        return sum(alias.cap for alias in self.aliases)

    def size(self, stratum: str) -> int:
        """Drawable sites of one stratum."""
        return dict(self.sizes).get(stratum, 0)

    def short_by(self, visits: int, team: int) -> int:
        """How many officer-visits exceed the caps; 0 when the draw fits. Allowed, but said."""
        return max(0, visits * team - self.capacity)


def officer_cap(
    officer: Officer, period: Period, *, acts: bool = False, calendar: Calendar = NATIONAL
) -> tuple[int, str]:
    """Most visits of an officer in a draw, and why it is 0 when it is.

    One visit a working day of the period outside the officer's leave; our reading, no text sets a number.

    Args:
        officer: as of the freeze.
        period: the quarter of the visits.
        acts: the officer freezes or runs this draw. Basis: rd1 §1.
        calendar: working days of the bureau.
    """
    if acts:
        return 0, "drawer"
    if officer.valid_until < period.last:
        return 0, "expired"
    days = (period.first + timedelta(n) for n in range((period.last - period.first).days + 1))
    free = sum(calendar.is_working(day) and not _away(officer, day) for day in days)
    return free, "" if free else "leave"


def _away(officer: Officer, day: date) -> bool:
    return any(first <= day <= last for first, last in officer.leave)


def fill(
    sites: Iterable[Site],
    officers: Sequence[tuple[Officer, int, str]],
    *,
    list_key: bytes,
    place: Callable[[Site], str],
    salt_of: Callable[[str], bytes],
    name_of: Callable[[bytes, str], str],
) -> Urn:
    """Make the committed lists.

    Args:
        sites: the subject's roster; closed and moved sites are left out.
        officers: (officer, cap in this draw, reason of a cap of 0).
        list_key: 32 random bytes of this draw.
        place: stratum of a site, or "-reason".
        salt_of: certificate number → 16 bytes.
        name_of: (salt, certificate number) → pseudonym.
    """
    standing = sorted((s for s in sites if listed(s)), key=lambda s: s.code.encode())
    placed = tuple((site.code, place(site)) for site in standing)
    aliases = tuple(sorted((_alias(o, salt_of, name_of) for o in officers), key=lambda a: a.oid.encode()))
    oids = {alias.certificate: alias.oid for alias in aliases}
    codes = {site.code for site in standing}
    bans = {(oids[o.certificate], code) for o, _, _ in officers for code in o.recusals if code in codes}
    lists = Lists(
        list_key=list_key,
        units=placed,
        officers=tuple((a.oid, int(a.lead), a.cap) for a in aliases),
        bans=tuple(sorted(bans, key=lambda ban: (ban[0].encode(), ban[1].encode()))),
    )
    return Urn(lists, tuple(standing), aliases, _counts(placed, True), _counts(placed, False))


def _alias(
    entry: tuple[Officer, int, str], salt_of: Callable[[str], bytes], name_of: Callable[[bytes, str], str]
) -> Alias:
    officer, cap, why = entry
    salt = salt_of(officer.certificate)
    oid = name_of(salt, officer.certificate)
    return Alias(oid, officer.certificate, salt, officer.name, officer.lead, cap, why)


def _counts(placed: Sequence[tuple[str, str]], excluded: bool) -> tuple[tuple[str, int], ...]:
    found = Counter(label.removeprefix("-") for _, label in placed if label.startswith("-") == excluded)
    return tuple(sorted(found.items()))
