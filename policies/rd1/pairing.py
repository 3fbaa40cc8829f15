"""Start of the teams: random priority with repair, level by level (protocol §7, Start).

Slots are numbered place · n + role, place being the visit's position in visit order, so that ascending
slot numbers are exactly "visit order, then role order". Sets of officers are integers, bit i for position i:
most slots of a search have nobody new to offer, and one `&` says so.
"""

from collections.abc import Iterable

from policies.rd1.bench import Bench, bits
from policies.rd1.draw_errors import NoLawfulTeam
from policies.rd1.manifests import MOST_LOOKS, bounded

FREE = -1
LOOK = 8  # one look at a slot costs about as much as going through so many candidates


class _Search:
    """Teams under construction and the breadth-first search that fills one slot."""

    def __init__(self, bench: Bench, order: list[str]) -> None:
        self.n = bench.size
        self.caps = bench.caps
        self.candidates = [bench.candidates(uid) for uid in order]
        self.allowed = [bench.allowed_bits(uid) for uid in order]
        self.leading = [allowed & bench.lead_bits for allowed in self.allowed]
        self.holder = [FREE] * (len(order) * self.n)
        self.teams = [0] * len(order)
        # place of the visit -> slot held there, by officer
        self.held: list[dict[int, int]] = [{} for _ in bench.ids]
        self.largest = max(bench.caps, default=0)
        self.able = bench.able_bits
        self.room = [0] * len(bench.ids)
        self.roomy = 0  # officers with fewer visits than the room
        self.unseen = 0  # officers no failed search of this level, and not this search, has reached
        # Slot -> the slot it was reached from. What a failed search reached stays in it for the rest of
        # the level: it leads nowhere, so nobody need look there again.
        self.parent: dict[int, int] = {}
        self.looks = 0

    def open_level(self, level: int) -> None:
        """Give every officer the room of this level and forget what was searched at the last."""
        extra = max(0, level - self.largest)
        self.room = [min(cap, level) + extra if cap > 0 else 0 for cap in self.caps]
        self.roomy = bits(i for i, room in enumerate(self.room) if len(self.held[i]) < room)
        self.unseen = self.able
        self.parent.clear()

    def fill(self, slot: int) -> bool:
        """Fill one slot by the shortest chain; False, and everything reached is dead, if there is none."""
        queue, unseen = [slot], self.unseen
        self.parent[slot] = FREE
        for here in queue:
            found = self._look(here, queue)
            if found != FREE:
                self._shift(here, found)
                self.unseen = unseen
                for reached in queue:
                    del self.parent[reached]
                return True
        return False

    def _look(self, here: int, queue: list[int]) -> int:
        """Go through the candidates of one slot: an officer with room, or FREE and a longer queue."""
        place, role = divmod(here, self.n)
        may = self.allowed[place] if role else self.leading[place]
        others = may & ~self.teams[place]
        candidates = self.candidates[place]
        self.looks += LOOK
        bounded("looks", self.looks, MOST_LOOKS)
        free = others & self.roomy
        if free:
            return next(who for who in candidates if free >> who & 1)
        fresh = others & self.unseen
        self.unseen ^= fresh
        mates = self._mates(here, place, may)
        pending = fresh | mates
        if not pending:
            return FREE
        self.looks += len(candidates)
        for who in candidates:
            if pending >> who & 1:
                theirs = self.held[who]
                self._join((theirs[place],) if mates >> who & 1 else sorted(theirs.values()), here, queue)
                pending ^= 1 << who
                if not pending:
                    break
        return FREE

    def _mates(self, here: int, place: int, may: int) -> int:
        """Who of the same team may take this role and holds a slot not reached yet."""
        found = 0
        for slot in range(place * self.n, place * self.n + self.n):
            who = self.holder[slot]
            if slot != here and who != FREE and may >> who & 1 and slot not in self.parent:
                found |= 1 << who
        return found

    def _join(self, slots: Iterable[int], here: int, queue: list[int]) -> None:
        for slot in slots:
            if slot not in self.parent:
                self.parent[slot] = here
                queue.append(slot)

    def _shift(self, last: int, who: int) -> None:
        """The last slot gets `who`; each earlier one gets the officer its successor gave up."""
        chain = []
        while last != FREE:
            chain.append((last, who))
            given_up = self.holder[last]
            if given_up != FREE:
                del self.held[given_up][last // self.n]
                self.teams[last // self.n] ^= 1 << given_up
            last, who = self.parent[last], given_up
        for slot, officer in chain:
            self.holder[slot] = officer
            self.held[officer][slot // self.n] = slot
            self.teams[slot // self.n] ^= 1 << officer
        who = chain[0][1]  # the only one with a visit more than before
        if len(self.held[who]) >= self.room[who]:
            self.roomy &= ~(1 << who)

    def next_level(self, level: int) -> int | None:
        """The next level that can change anything; None if a slot can never be filled."""
        dead = self.able & ~self.unseen
        if not dead:
            return None
        stuck = all(cap <= level for who, cap in enumerate(self.caps) if dead >> who & 1)
        return self.largest + 1 if level < self.largest and stuck else level + 1


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
