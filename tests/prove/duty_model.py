"""What must hold of duties kept apart, written once more without a database: the judge of the histories."""

from dataclasses import dataclass, field
from datetime import date

from .waiver_model import Waivers

ADMINS = {"security_admin", "audit_admin", "system_admin"}
DRAWING, APART = {"drawer", "city_drawer"}, {"registry_keeper", "dispatcher", "witness", "bureau_admin"}
LASTING = {"bureau_admin", "bureau_head"}
BY_TWO = ADMINS | DRAWING | LASTING | {"dispatcher", "witness", "reviewer"}
Period = tuple[date, date]  # both days count; date.max = open


def excluded(one: str, other: str) -> bool:
    """May nobody hold both in one bureau?"""
    if {one, other} <= ADMINS:
        return one != other
    return (one in DRAWING and other in APART) or (other in DRAWING and one in APART)


@dataclass
class Held:
    """One period of a role; ended on its last day, it does not hold on that day though the day counts."""

    first: date
    last: date
    ended: bool = False
    founding: bool = False

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last and not (self.ended and day == self.last)


@dataclass
class Draw:
    subject: str
    state: str = "prepared"
    frozen: int | None = None
    beacon: bool = False
    proposals: list[list[str | None]] = field(default_factory=list)  # [who proposed, who approved]


@dataclass
class Model:
    """Facts that were accepted, and whether the next one may be."""

    roles: dict[tuple[str, str, str, date], Held] = field(default_factory=dict)
    peopled: set[str] = field(default_factory=set)  # bureaus that had people before the history
    waiting: set[tuple[str, str, str]] = field(default_factory=set)  # proposed to two people, not settled
    edits: list[tuple[str, str, int]] = field(default_factory=list)
    draws: dict[tuple[str, int], Draw] = field(default_factory=dict)
    plans: dict[int, list[str | None]] = field(default_factory=dict)
    waivers: Waivers = field(default_factory=Waivers)

    def may_hold(self, bureau: str, who: str, role: str, days: Period) -> bool:
        """One more period of a role."""
        for (place, person, held, _), other in self.roles.items():
            near = place == bureau or {held, role} <= ADMINS
            together = max(days[0], other.first) <= min(days[1], other.last)
            same = place == bureau and held == role
            apart = near and excluded(held, role) and not self._waived(bureau, who, {held, role}, days, other)
            if person == who and together and (same or apart):
                return False
        return (bureau, who, role, days[0]) not in self.roles

    def doubled(self, bureau: str, who: str, role: str, days: Period) -> bool:
        """Does the person hold a role there on these days that excludes this one?"""
        return any(
            (place, person) == (bureau, who)
            and excluded(held, role)
            and max(days[0], other.first) <= min(days[1], other.last)
            for (place, person, held, _), other in self.roles.items()
        )

    def _waived(self, bureau: str, who: str, roles: set[str], days: Period, other: Held) -> bool:
        first, last = max(days[0], other.first), min(days[1], other.last)
        return first <= last and self.waivers.cover(bureau, who, roles, first, last)

    def may_act(self, bureau: str, no: int, who: str, act: str) -> bool:
        """May this person take the step of a draw: no change of the roster, or a waiver the draw names."""
        return self.clean(bureau, no, who) or self.waivers.carries(bureau, no, act, who, date(2026, 1, 1))

    def may_found(self, bureau: str, who: str, role: str) -> bool:
        """One of the first two people, before anybody else and one a role."""
        there = {
            (person, held): one for (place, person, held, _), one in self.roles.items() if place == bureau
        }
        return (
            role in LASTING
            and bureau not in self.peopled
            and all(one.founding and person != who and held != role for (person, held), one in there.items())
        )

    def may_end(self, key: tuple[str, str, str, date], last: date, *, at_once: bool) -> bool:
        """A period given an earlier last day, from which it holds no more, or that is its last.

        Others must hold the role on every day that is lost: if they leave a gap, it begins on the first of
        these days, or on the first on which one of them holds it no more.
        """
        one = self.roles[key]
        if one.ended or last > one.last:
            return False
        if key[2] not in LASTING or (last == one.last and not at_once):
            return True
        lost = max(last if at_once else _after(last), one.first)
        others = [
            other
            for (place, _, held, _), other in self.roles.items()
            if (place, held) == (key[0], key[2]) and other is not one
        ]
        over = [other.last if other.ended else _after(other.last) for other in others]
        gaps = [lost, *(day for day in over if lost <= day <= max(one.last, lost))]
        return all(any(other.holds(day) for other in others) for day in gaps)

    def clean(self, bureau: str, no: int, who: str) -> bool:
        """Did this person change no roster of the draw since the same roster was last frozen?"""
        draw = self.draws[bureau, no]
        frozen = [
            one.frozen
            for (place, n), one in self.draws.items()
            if (place, one.subject) == (bureau, draw.subject) and n < no and one.state != "void"
        ]
        since = max((at for at in frozen if at is not None), default=-1)
        near = {bureau, draw.subject}
        return not any(place in near and by == who and at >= since for place, by, at in self.edits)


def _after(day: date) -> date:
    """The next day; no day comes after the last one there is."""
    return day if day == date.max else date.fromordinal(day.toordinal() + 1)
