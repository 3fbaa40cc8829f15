"""What must hold of waivers, written once more without a database."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

PAIRS = {
    f"{one}+{other}"
    for one in ("registry_keeper", "dispatcher", "bureau_admin")
    for other in ("drawer", "city_drawer")
} | {"roster_editor+drawer"}
EDITS = "roster_editor+drawer"
PARENT = {"411721": "411700", "411700": "410000"}


@dataclass
class Waiver:
    """One waiver on its way. `last`: the last day in force of one that was withdrawn."""

    id: UUID
    bureau: str
    who: str
    pairs: set[str]
    first: date
    until: date
    asked_by: str
    state: str = "asked"
    proposed_by: str = ""
    approved_by: str = ""
    last: date | None = None
    copied: bool = False
    copy_ended: bool = False

    def days(self, *, past: bool) -> set[date]:
        """The days it covers."""
        if self.state != "granted" and not (past and self.state == "withdrawn"):
            return set()
        last = self.until if self.last is None else min(self.until, self.last)
        return {self.first + timedelta(n) for n in range(max(0, (last - self.first).days + 1))}

    def step(self, to: str, by: str, today: date) -> bool:
        """May this person take the step?"""
        others = {self.asked_by, self.who}
        match to:
            case "proposed":
                return self.state == "asked" and by not in others
            case "granted":
                days = max(self.first, today) <= self.until
                return self.state == "proposed" and by not in others | {self.proposed_by} and days
            case "refused":
                return self.state in ("asked", "proposed")
        return False


@dataclass
class Waivers:
    """All of them, and what was done under them: (bureau, draw, act, pair) → who, which, on which day."""

    all_: list[Waiver] = field(default_factory=list)
    uses: dict[tuple[str, int, str, str], tuple[str, Waiver, date]] = field(default_factory=dict)

    def cover(self, bureau: str, who: str, roles: set[str], first: date, last: date) -> bool:
        """May the person hold both roles there on all these days?"""
        wanted = (last - first).days
        if wanted > 366:
            return False
        found: set[date] = set()
        for one in self.all_:
            named = any(set(pair.split("+")) == roles for pair in one.pairs)
            if (one.bureau, one.who) == (bureau, who) and named:
                found |= one.days(past=False)
        return {first + timedelta(n) for n in range(wanted + 1)} <= found

    def carries(self, bureau: str, no: int, act: str, who: str, day: date) -> bool:
        """Does the draw name a waiver that lets the editor do this?"""
        found = self.uses.get((bureau, no, act, EDITS))
        if found is None or found[0] != who:
            return False
        one, on = found[1], (found[2] if act == "beacon" else day)
        return one.copied and not one.copy_ended and one.first <= on <= one.until

    def may_use(self, one: Waiver, key: tuple[str, int, str, str], who: str, day: date) -> bool:
        """May an act be noted under it?"""
        right = one.bureau == key[0] and one.who == who and key[3] in one.pairs
        held = one.copied and not one.copy_ended and one.first <= day <= one.until
        return right and held and key not in self.uses
