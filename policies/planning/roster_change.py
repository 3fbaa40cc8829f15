"""What changed in the lists since the draw before: sites added, removed, reclassified, each by reason.

Only what the roster itself says is told by name. That a site is "covered" or "capped" follows from earlier
draws, some of whose visits are still to come, so a site's class here is always that of the roster; of
exclusions only the numbers are told, which the manifest publishes anyway. Basis: rd1 §12, §14.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from policies.terms import SiteStatus, Stratum

Kind = Literal["added", "removed", "reclassified"]
PersonKind = Literal["added", "removed", "off", "back", "lead", "no_lead"]

#: Reasons of an exclusion that say something about other draws; who carries them stays sealed.
HIDDEN = frozenset({"capped", "covered", "avoided"})
#: Closed list of reasons: they go into the public log, so none is free text.
ADDED = ("first", "new", "reopened", "assigned")
REMOVED = ("closed", "moved", "unassigned")


@dataclass(frozen=True, slots=True)
class Listed:
    """A site as a list of a draw has it; `label` is its stratum, or "-" and the reason of its exclusion."""

    code: str
    name: str
    label: str
    key: bool
    special: bool

    @property
    def of_roster(self) -> str:
        """Its class by the roster alone: "special", "key", "general", or "-suspended" and the like."""
        if self.label.startswith("-") and self.label[1:] not in HIDDEN:
            return self.label
        if self.special:
            return Stratum.SPECIAL.value
        return (Stratum.KEY if self.key else Stratum.GENERAL).value


@dataclass(frozen=True, slots=True)
class Person:
    """An officer as a list of a draw has it; cap 0 = not to be drawn, without the reason."""

    certificate: str
    name: str
    lead: bool
    cap: int


@dataclass(frozen=True, slots=True)
class ListsSeen:
    """The lists of one draw, as far as they are compared. `draw_no`: of that draw."""

    draw_no: int
    sites: tuple[Listed, ...]
    people: tuple[Person, ...]
    bans: int

    @property
    def excluded(self) -> dict[str, int]:
        """Reason → number of sites listed but not drawable."""
        return dict(Counter(one.label[1:] for one in self.sites if one.label.startswith("-")))


@dataclass(frozen=True, slots=True)
class Past:
    """What the roster's own history says of a site since the draw before.

    Attributes:
        existed: it stood in the roster then.
        status, now: its status then, "" when it did not stand there, and after the last change.
        notes: reasons written with the changes, oldest first, e.g. "导入 名录.xlsx".
    """

    existed: bool
    status: str = ""
    now: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteMove:
    """One site that came, went, or stands in another class of the roster.

    Attributes:
        reason: of ADDED or REMOVED, or "<from>><to>" of a reclassification.
        notes: see `Past`; for people of the bureau, never public.
    """

    kind: Kind
    reason: str
    code: str
    name: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonMove:
    """One officer who came, went, may no longer or may again be drawn, or whose right to lead changed."""

    kind: PersonKind
    certificate: str
    name: str


@dataclass(frozen=True, slots=True)
class RosterChange:
    """The difference of two lists. The first draw has no list before it: everything is new, nobody named.

    Attributes:
        before_no: number of the draw compared with.
        counts: kind → reason → number of sites.
        excluded: reason → (number before, number now).
        listed, staff, bans: numbers (before, now); `off`: officers with cap 0 (before, now).
    """

    before_no: int | None
    counts: Mapping[Kind, Mapping[str, int]]
    excluded: Mapping[str, tuple[int, int]]
    listed: tuple[int, int]
    staff: tuple[int, int]
    off: tuple[int, int]
    bans: tuple[int, int]
    people: Mapping[str, int]
    moves: tuple[SiteMove, ...] = field(repr=False, default=())
    person_moves: tuple[PersonMove, ...] = field(repr=False, default=())

    def public(self) -> dict[str, Any]:
        """Numbers of sites: what anyone may know once the lists are frozen."""
        return {
            "before": self.before_no,
            **{kind: dict(self.counts[kind]) for kind in ("added", "removed", "reclassified")},
            "excluded": {reason: list(pair) for reason, pair in self.excluded.items()},
            "listed": list(self.listed),
        }

    def of_people(self) -> dict[str, Any]:
        """Numbers of officers, without any reason: for the bureau and those above it."""
        return {
            "staff": list(self.staff),
            "off": list(self.off),
            "bans": list(self.bans),
            "moves": dict(self.people),
        }

    def named(self) -> dict[str, Any]:
        """Who it is about; kept sealed."""
        return {
            "sites": [[m.kind, m.reason, m.code, m.name, list(m.notes)] for m in self.moves],
            "people": [[m.kind, m.certificate, m.name] for m in self.person_moves],
        }


def read_named(
    data: Mapping[str, Any],
) -> tuple[tuple[SiteMove, ...], tuple[PersonMove, ...]]:
    """Undo `RosterChange.named`."""
    moves = tuple(SiteMove(k, r, c, n, tuple(notes)) for k, r, c, n, notes in data["sites"])
    return moves, tuple(PersonMove(*one) for one in data["people"])


def roster_change(before: ListsSeen | None, now: ListsSeen, past: Mapping[str, Past]) -> RosterChange:
    """Compare the lists about to be frozen with those of the draw before.

    Args:
        before: None for the first draw over this roster.
        past: code → what the roster's history says; a site without an entry was not edited meanwhile.
    """
    if before is None:
        none = ListsSeen(0, (), (), 0)
        return _change(None, none, now, {"added": {"first": len(now.sites)}}, (), ())
    moves = tuple(_moves(before.sites, now.sites, past))
    counts: dict[str, Counter[str]] = {}
    for move in moves:
        counts.setdefault(move.kind, Counter())[move.reason] += 1
    return _change(before.draw_no, before, now, counts, moves, tuple(_people(before.people, now.people)))


def _change(
    before_no: int | None,
    before: ListsSeen,
    now: ListsSeen,
    counts: Mapping[str, Mapping[str, int]],
    moves: tuple[SiteMove, ...],
    people: tuple[PersonMove, ...],
) -> RosterChange:
    then, here = before.excluded, now.excluded
    kinds: tuple[Kind, ...] = ("added", "removed", "reclassified")
    return RosterChange(
        before_no=before_no,
        counts={kind: dict(sorted(counts.get(kind, {}).items())) for kind in kinds},
        excluded={reason: (then.get(reason, 0), here.get(reason, 0)) for reason in sorted({*then, *here})},
        listed=(len(before.sites), len(now.sites)),
        staff=(len(before.people), len(now.people)),
        off=(_off(before), _off(now)),
        bans=(before.bans, now.bans),
        people=dict(sorted(Counter(move.kind for move in people).items())),
        moves=moves,
        person_moves=people,
    )


def _off(lists: ListsSeen) -> int:
    return sum(not person.cap for person in lists.people)


def _moves(before: Iterable[Listed], now: Iterable[Listed], past: Mapping[str, Past]) -> Iterable[SiteMove]:
    then, here = {s.code: s for s in before}, {s.code: s for s in now}
    for code in sorted({*then, *here}):
        known = past.get(code, Past(existed=True))
        if code not in then:
            yield SiteMove("added", _came(known), code, here[code].name, known.notes)
        elif code not in here:
            reason = known.now if known.now in REMOVED else "unassigned"
            yield SiteMove("removed", reason, code, then[code].name, known.notes)
        elif then[code].of_roster != here[code].of_roster:
            reason = f"{then[code].of_roster}>{here[code].of_roster}"
            yield SiteMove("reclassified", reason, code, here[code].name, known.notes)


def _came(known: Past) -> str:
    if not known.existed:
        return "new"
    return "reopened" if known.status in (SiteStatus.CLOSED, SiteStatus.MOVED) else "assigned"


def _people(before: Iterable[Person], now: Iterable[Person]) -> Iterable[PersonMove]:
    then, here = {p.certificate: p for p in before}, {p.certificate: p for p in now}
    for certificate in sorted({*then, *here}):
        was, is_ = then.get(certificate), here.get(certificate)
        if was is None and is_ is not None:
            yield PersonMove("added", certificate, is_.name)
        if was is not None and is_ is None:
            yield PersonMove("removed", certificate, was.name)
        if was is None or is_ is None:
            continue
        if bool(was.cap) != bool(is_.cap):
            yield PersonMove("back" if is_.cap else "off", certificate, is_.name)
        if was.lead != is_.lead:
            yield PersonMove("lead" if is_.lead else "no_lead", certificate, is_.name)
