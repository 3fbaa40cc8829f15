"""Small worlds for the fairness suite: who and what is equal in them, and one seeded draw of each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product

from policies.rd1.bench import Bench
from policies.rd1.canonical import sha256, suite_of, u64
from policies.rd1.draw import Pairing, Pick, Teams, mix, pair, rank, seed_of

from .stats import Class, Measure, once

WALK = 50  # steps a slot, as the product's default
TWICE = 2  # place of "drawn twice running" among the measures


@dataclass(frozen=True)
class World:
    """Lists of one world; officers are (id, lead, cap).

    Attributes:
        equal: names of groups of officers that no list tells apart.
    """

    name: str
    words: str
    suite: int
    strata: dict[str, tuple[int, int]]  # id -> (size, take)
    officers: list[tuple[str, int, int]]
    equal: dict[str, list[str]]
    team: int = 2
    crews: int = 0
    bans: tuple[tuple[str, str], ...] = ()

    def sites(self, stratum: str) -> list[str]:
        return [f"{stratum}-{i:02d}" for i in range(self.strata[stratum][0])]

    def units(self) -> list[tuple[str, str]]:
        return sorted((uid, s) for s in self.strata for uid in self.sites(s))

    def draw(self, number: int) -> tuple[tuple[Pick, ...], Pairing, Teams]:
        """The draw of this number: everything after PRK is the product's own code."""
        seed = seed_of(suite_of(self.suite), sha256(self.name.encode() + u64(number)))
        lines = [{"id": s, "take": take} for s, (_, take) in self.strata.items()]
        _, picks = rank(seed.ticket, lines, self.units())
        bench = Bench.of(seed.assign, self.team, self.officers, self.bans)
        made = pair(bench, self.crews, [pick.uid for pick in picks])
        return picks, made, mix(made, WALK)


def people(leads: int, others: int, cap: int = 9) -> list[tuple[str, int, int]]:
    """Leads l0 … and others m0 …."""
    return [(f"l{i}", 1, cap) for i in range(leads)] + [(f"m{i}", 0, cap) for i in range(others)]


def named(head: str, count: int) -> list[str]:
    return [f"{head}{i}" for i in range(count)]


def banned() -> World:
    """Recusals, leave and a small cap for some; the others are equal all the same."""
    officers = [*people(5, 5), ("l8", 1, 1), ("l9", 1, 0), ("m8", 0, 2)]
    bans = [("l8", "general-03"), ("m8", "general-04"), ("m8", "key-01")]
    bans += [("m9", f"general-{i:02d}") for i in range(12)]
    equal = {"leads 主办": named("l", 5), "others 协办": named("m", 5)}
    return World(
        "recusals 回避",
        "leave, caps and recusals of three officers; the other ten are equal",
        1,
        {"general": (16, 6), "key": (6, 3)},
        sorted([*officers, ("m9", 0, 9)]),
        equal,
        bans=tuple(sorted(bans)),
    )


WORLDS = [
    World(
        "county 县区",
        "two strata, teams of two, no recusals",
        1,
        {"general": (20, 5), "key": (12, 4)},
        people(6, 4),
        {"leads 主办": named("l", 6), "others 协办": named("m", 4)},
    ),
    World(
        "SM3 国密",
        "the same with suite 2",
        2,
        {"general": (14, 4), "key": (8, 3)},
        people(5, 4),
        {"leads 主办": named("l", 5), "others 协办": named("m", 4)},
    ),
    banned(),
    World(
        "three 三人组",
        "teams of three, few leads",
        1,
        {"general": (12, 5)},
        people(3, 6),
        {"leads 主办": named("l", 3), "others 协办": named("m", 6)},
        team=3,
    ),
    World(
        "crews 固定组",
        "three fixed crews of two",
        1,
        {"general": (15, 7)},
        people(4, 4),
        {"leads 主办": named("l", 4), "others 协办": named("m", 4)},
        crews=3,
    ),
]


def pairs_of(world: World) -> dict[str, list[frozenset[str]]]:
    """Pairs of equal officers by the groups they come from; two who may not lead are never a team of two."""
    groups = list(world.equal.items())
    found = {}
    for i, (name, ids) in enumerate(groups):
        found[name] = [frozenset(two) for two in combinations(ids, 2)]
        for other, theirs in groups[i + 1 :]:
            found[f"{name} × {other}"] = [frozenset(two) for two in product(ids, theirs)]
    return found


def site_pairs(world: World) -> dict[str, Class]:
    """Pairs of sites with the exact probability that both are drawn."""
    found = {}
    for i, (s, (size, take)) in enumerate(world.strata.items()):
        both = [frozenset(two) for two in combinations(world.sites(s), 2)]
        found[s] = Class(list(both), take * (take - 1) / (size * (size - 1)))
        for t, (other, picked) in list(world.strata.items())[i + 1 :]:
            across = [frozenset(two) for two in product(world.sites(s), world.sites(t))]
            found[f"{s} × {t}"] = Class(list(across), take / size * picked / other)
    return found


def measures_of(world: World) -> list[Measure]:
    """What is asked of a world."""
    inclusion = {s: Class(list(world.sites(s)), take / size) for s, (size, take) in world.strata.items()}
    again = {}
    for s, (size, take) in world.strata.items():
        both = (take / size) ** 2
        again[s] = Class(list(world.sites(s)), both, both * (1 - both))
    touched = {uid for _, uid in world.bans}
    free = {s: [uid for uid in world.sites(s) if uid not in touched] for s in world.strata}
    visit = {
        f"{group}, {s}": Class([(o, u) for o in ids for u in free[s]])
        for (group, ids), s in product(world.equal.items(), world.strata)
    }
    return [
        Measure("site drawn 抽中", inclusion),
        Measure("two sites drawn 同时抽中", site_pairs(world)),
        Measure("drawn twice running 连续抽中", again),
        Measure("visits of an officer 工作量", {g: Class(list(ids)) for g, ids in world.equal.items()}),
        Measure("two officers together 同组", {g: Class(list(ids)) for g, ids in pairs_of(world).items()}),
        Measure("officer at a site 谁查谁", visit),
    ]


def observe(world: World, numbers: range) -> list[Measure]:
    """All measures of these draws."""
    found = measures_of(world)
    before: set[str] = set()
    for number in numbers:
        picks, _, teams = world.draw(number)
        drawn = {pick.uid for pick in picks}
        made = teams.teams
        values = [
            once(drawn),
            once(frozenset(two) for two in combinations(drawn, 2)),
            once(drawn & before),
            once(o for team in made.values() for o in team),
            once(frozenset(two) for team in made.values() for two in combinations(team, 2)),
            once((o, uid) for uid, team in made.items() for o in team),
        ]
        for i, (measure, value) in enumerate(zip(found, values, strict=True)):
            if i != TWICE or number % 2:  # neighbours without a common draw, or they would not be independent
                measure.add(number // (1 + (i == TWICE)), value)
        before = drawn
    return found
