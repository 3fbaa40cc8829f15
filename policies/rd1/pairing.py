"""Start of the teams: random priority with repair, level by level (protocol §7, Start).

Slots are numbered place · n + role, place being the visit's position in visit order, so that ascending
slot numbers are exactly "visit order, then role order".
"""

from collections.abc import Iterable

from policies.rd1.bench import Bench
from policies.rd1.draw_errors import NoLawfulTeam
from policies.rd1.manifests import MOST_LOOKS, bounded

FREE = -1


class _Search:
    """Teams under construction and the breadth-first search that fills one slot."""

    def __init__(self, bench: Bench, order: list[str]) -> None:
        self.n = bench.size
        self.leads = bench.leads
        self.caps = bench.caps
        self.candidates = [bench.candidates(uid) for uid in order]
        self.holder = [FREE] * (len(order) * self.n)
        # place of the visit -> slot held there, by officer
        self.held: list[dict[int, int]] = [{} for _ in bench.ids]
        self.room = [0] * len(bench.ids)
        self.largest = max(bench.caps, default=0)
        # Slots and officers a failed search reached lead nowhere for the rest of the level.
        self.dead_slots: set[int] = set()
        self.dead_officers: set[int] = set()
        self.looks = 0

    def open_level(self, level: int) -> None:
        """Give every officer the room of this level and forget what was searched at the last."""
        extra = max(0, level - self.largest)
        self.room = [min(cap, level) + extra if cap > 0 else 0 for cap in self.caps]
        self.dead_slots.clear()
        self.dead_officers.clear()

    def fill(self, slot: int) -> bool:
        """Fill one slot by the shortest chain; False, and everything reached is dead, if there is none."""
        queue, parent, officers = [slot], {slot: FREE}, set[int]()
        for here in queue:
            found = self._look(here, queue, parent, officers)
            if found != FREE:
                self._shift(here, found, parent)
                return True
        self.dead_slots.update(parent)
        self.dead_officers |= officers
        return False

    def _look(self, here: int, queue: list[int], parent: dict[int, int], officers: set[int]) -> int:
        """Go through the candidates of one slot: an officer with room, or FREE and a longer queue."""
        place, role = divmod(here, self.n)
        held, room, own = self.held, self.room, self.holder[here]
        self.looks += len(self.candidates[place])
        bounded("looks", self.looks, MOST_LOOKS)
        for who in self.candidates[place]:
            if who == own or (role == 0 and not self.leads[who]):
                continue
            theirs = held[who]
            if place in theirs:
                self._join((theirs[place],), here, queue, parent)
            elif len(theirs) < room[who]:
                return who
            elif who not in officers and who not in self.dead_officers:
                officers.add(who)
                self._join(sorted(theirs.values()), here, queue, parent)
        return FREE

    def _join(self, slots: Iterable[int], here: int, queue: list[int], parent: dict[int, int]) -> None:
        for slot in slots:
            if slot not in parent and slot not in self.dead_slots:
                parent[slot] = here
                queue.append(slot)

    def _shift(self, last: int, who: int, parent: dict[int, int]) -> None:
        """The last slot gets `who`; each earlier one gets the officer its successor gave up."""
        chain = []
        while last != FREE:
            chain.append((last, who))
            given_up = self.holder[last]
            if given_up != FREE:
                del self.held[given_up][last // self.n]
            last, who = parent[last], given_up
        for slot, officer in chain:
            self.holder[slot] = officer
            self.held[officer][slot // self.n] = slot

    def next_level(self, level: int) -> int | None:
        """The next level that can change anything; None if a slot can never be filled."""
        if not self.dead_officers:
            return None
        if level < self.largest and all(self.caps[who] <= level for who in self.dead_officers):
            return self.largest + 1
        return level + 1


def start(bench: Bench, uids: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Teams by site as positions of the bench in role order L, M2, …, sites ascending.

    Never exceeds a cap when that is possible, and then balances the loads as evenly as possible.

    Raises:
        NoLawfulTeam: a site has no n candidates with a lead; frozen lists exclude it.
        TooMuchWork: lists made to keep the search from ending.
    """
    order = bench.visit_order(uids)
    search = _Search(bench, order)
    waiting: list[int] = list(range(len(search.holder)))
    level: int | None = 1
    while waiting:
        search.open_level(level or 1)
        waiting = [slot for slot in waiting if not search.fill(slot)]
        level = search.next_level(level or 1) if waiting else None
        if waiting and level is None:
            raise NoLawfulTeam(uid=order[waiting[0] // search.n])
    n = search.n
    return {uid: tuple(search.holder[i * n : i * n + n]) for i, uid in sorted(enumerate(order), key=_by_uid)}


def _by_uid(pair: tuple[int, str]) -> str:
    return pair[1]
