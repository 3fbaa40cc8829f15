"""What must hold of duties kept apart, written once more without a database: the judge of the histories."""

from dataclasses import dataclass, field
from datetime import date

ADMINS = {"security_admin", "audit_admin", "system_admin"}
DRAWING, APART = {"drawer", "city_drawer"}, {"registry_keeper", "dispatcher", "witness"}
LASTING = {"bureau_admin", "bureau_head"}
Period = tuple[date, date]  # both days count; date.max = open


def excluded(one: str, other: str) -> bool:
    """May nobody hold both in one bureau?"""
    if {one, other} <= ADMINS:
        return one != other
    return (one in DRAWING and other in APART) or (other in DRAWING and one in APART)


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

    roles: dict[tuple[str, str, str], Period] = field(default_factory=dict)
    edits: list[tuple[str, str, int]] = field(default_factory=list)
    draws: dict[tuple[str, int], Draw] = field(default_factory=dict)
    plans: dict[int, list[str | None]] = field(default_factory=dict)

    def may_hold(self, bureau: str, who: str, role: str, days: Period) -> bool:
        """A role with its days, given anew or changed."""
        for (place, person, held), other in self.roles.items():
            near = place == bureau or {held, role} <= ADMINS
            together = max(days[0], other[0]) <= min(days[1], other[1])
            if person == who and near and excluded(held, role) and together:
                return False
        before = self.roles.get((bureau, who, role))
        return before is None or role not in LASTING or self._covered(bureau, who, role, before, days)

    def _covered(self, bureau: str, who: str, role: str, before: Period, days: Period) -> bool:
        lost = []
        if days[1] < before[1]:
            lost.append(days[1].toordinal() + 1)
        if before[0] < days[0] <= before[1]:
            lost.append(days[0].toordinal() - 1)
        others = [
            (first.toordinal(), last.toordinal())
            for (place, person, held), (first, last) in self.roles.items()
            if (place, held) == (bureau, role) and person != who
        ]
        return all(any(first <= day <= last for first, last in others) for day in lost)

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
