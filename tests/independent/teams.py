"""Section 7: who visits whom. Crews are handled as officers of teams of one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .coding import lp, text_order, u32

Mac = Callable[[bytes], bytes]  # MAC with k_assign
Slot = tuple[str, int]  # (site, role); role 0 is L, 1 is M2, ...


class Impossible(Exception):
    """No lawful team can be made."""


@dataclass(frozen=True)
class Pool:
    """Who can be sent, in committed order, and by which rules."""

    ids: tuple[str, ...]
    cap: dict[str, int]
    leads: frozenset[str]
    banned: frozenset[tuple[str, str]]
    n: int

    def able(self) -> list[str]:
        """Those with cap > 0."""
        return [o for o in self.ids if self.cap[o] > 0]

    def may_visit(self, o: str, u: str) -> bool:
        """Cap above zero and not banned for the site."""
        return self.cap.get(o, 0) > 0 and (o, u) not in self.banned

    def lawful(self, team: Sequence[str], u: str) -> bool:
        """n different officers who may visit u, one of whom may lead."""
        return (
            len(team) == self.n
            and len(set(team)) == self.n
            and all(self.may_visit(o, u) for o in team)
            and any(o in self.leads for o in team)
        )


def candidates(pool: Pool, u: str, mac: Mac) -> list[str]:
    """Those who may visit u, in the order of their priority for it."""
    able = [o for o in pool.able() if pool.may_visit(o, u)]
    return sorted(able, key=lambda o: (mac(lp("pri") + lp(o) + lp(u)), text_order(o)))


def make_crews(pool: Pool, k: int, mac: Mac) -> dict[str, list[str]]:
    """k fixed crews from the deck: leads first, the others dealt round and round."""
    deck = sorted(pool.able(), key=lambda o: (mac(lp("crew") + lp(o)), text_order(o)))
    heads = [o for o in deck if o in pool.leads][:k]
    others = [o for o in deck if o not in heads]
    if len(heads) < k or len(others) < k * (pool.n - 1):
        raise Impossible("too few officers for the crews")
    crews = {f"c{i + 1:03d}": [head] for i, head in enumerate(heads)}
    names = list(crews)
    for position in range(k * (pool.n - 1)):
        crews[names[position % k]].append(others[position])
    return crews


def crew_pool(pool: Pool, crews: dict[str, list[str]]) -> Pool:
    """The crews as if they were officers: n = 1, every crew may lead."""
    crew_of = {o: name for name, members in crews.items() for o in members}
    return Pool(
        ids=tuple(crews),
        cap={name: min(pool.cap[o] for o in members) for name, members in crews.items()},
        leads=frozenset(crews),
        banned=frozenset((crew_of[o], u) for o, u in pool.banned if o in crew_of),
        n=1,
    )


class Start:
    """Random priority with repair, level by level."""

    def __init__(self, pool: Pool, drawn: Sequence[str], mac: Mac) -> None:
        self.pool = pool
        self.visits = sorted(drawn, key=lambda u: (mac(lp("visit") + lp(u)), text_order(u)))
        self.order = {u: candidates(pool, u, mac) for u in self.visits}
        self.slots: list[Slot] = []
        self.held: dict[Slot, str] = {}
        self.load = dict.fromkeys(pool.ids, 0)

    def run(self) -> dict[str, list[str]]:
        """Fill every slot; teams are in the order of their roles."""
        if self.visits and self.pool.n > len(self.pool.able()):
            raise Impossible("fewer officers than a team takes")
        self.slots = [(u, r) for u in self.visits for r in range(self.pool.n)]
        for level, largest in self._levels():
            extra = max(0, level - largest)
            room = {o: min(self.pool.cap[o], level) + extra for o in self.pool.able()}
            for slot in self.slots:
                if slot not in self.held:
                    self._fill(slot, room)
            if len(self.held) == len(self.slots):
                break
        if len(self.held) < len(self.slots):
            raise Impossible("a visit has no lawful team")
        return {u: [self.held[u, r] for r in range(self.pool.n)] for u in self.visits}

    def _levels(self) -> Iterator[tuple[int, int]]:
        """(level, largest cap). Nobody makes a visit twice: levels between the ranges change nothing."""
        largest, most = max(self.pool.cap.values(), default=0), len(self.visits)
        for level in (*range(1, min(largest, most) + 1), *range(largest + 1, largest + most + 1)):
            yield level, largest

    def _fill(self, start: Slot, room: dict[str, int]) -> None:
        """Breadth first: the shortest chain that fills `start`, if there is one at this level."""
        came_from: dict[Slot, Slot | None] = {start: None}
        queue = deque([start])
        reached: set[str] = set()
        while queue:
            here = queue.popleft()
            u, role = here
            for o in self.order[u]:
                if (role == 0 and o not in self.pool.leads) or self.held.get(here) == o:
                    continue
                own = [(u, r) for r in range(self.pool.n) if self.held.get((u, r)) == o]
                if own:
                    joining = own
                elif self.load[o] < room[o]:
                    self._shift(here, o, came_from)
                    return
                elif o not in reached:
                    reached.add(o)
                    joining = [s for s in self.slots if self.held.get(s) == o]
                else:
                    continue
                for slot in joining:
                    if slot not in came_from:
                        came_from[slot] = here
                        queue.append(slot)

    def _shift(self, last: Slot, newcomer: str, came_from: dict[Slot, Slot | None]) -> None:
        """The last slot gets the newcomer, each earlier one the officer its successor gave up."""
        self.load[newcomer] += 1
        slot: Slot | None = last
        officer: str | None = newcomer
        while slot is not None:
            assert officer is not None
            given_up = self.held.get(slot)
            self.held[slot] = officer
            slot, officer = came_from[slot], given_up


def walk(pool: Pool, start: dict[str, list[str]], steps: int, mac: Mac) -> dict[str, list[str]]:
    """The seeded walk; teams come out sorted by id."""
    sel = sorted(start, key=text_order)
    teams = {u: sorted(start[u], key=text_order) for u in sel}
    load = dict.fromkeys(pool.ids, 0)
    for team in teams.values():
        for o in team:
            load[o] += 1
    for s in range(steps):
        block = mac(lp("walk") + u32(s))
        r = [int.from_bytes(block[4 * i : 4 * i + 4], "big") for i in range(8)]
        u = sel[r[1] % len(sel)]
        if r[0] % 2 == 1:
            v = sel[r[2] % len(sel)]
            if u == v:
                continue
            i, j = r[3] % pool.n, r[4] % pool.n
            new_u, new_v = list(teams[u]), list(teams[v])
            new_u[i], new_v[j] = teams[v][j], teams[u][i]
            if pool.lawful(new_u, u) and pool.lawful(new_v, v):
                teams[u], teams[v] = sorted(new_u, key=text_order), sorted(new_v, key=text_order)
        else:
            b = pool.ids[r[2] % len(pool.ids)]
            i = r[3] % pool.n
            a = teams[u][i]
            new_u = list(teams[u])
            new_u[i] = b
            if load[b] == load[a] - 1 and load[b] + 1 <= pool.cap[b] and pool.lawful(new_u, u):
                teams[u] = sorted(new_u, key=text_order)
                load[a] -= 1
                load[b] += 1
    return teams
