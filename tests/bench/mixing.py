"""How close the walk comes to "every lawful assignment equally likely", where all can be listed."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

from policies.rd1.bench import Bench
from policies.rd1.canonical import sha256, suite_of, u64
from policies.rd1.draw import seed_of
from policies.rd1.pairing import start
from policies.rd1.walk import walk

OFFICERS = [("o0", 1, 3), ("o1", 1, 3), ("o2", 0, 3), ("o3", 0, 3), ("o4", 1, 1)]
SITES = ["u0", "u1", "u2", "u3"]
BANS = [("o0", "u1"), ("o2", "u0"), ("o3", "u2"), ("o3", "u3")]
Key = tuple[str, str]


def bench_of(number: int) -> Bench:
    return Bench.of(seed_of(suite_of(1), sha256(b"mixing" + u64(number))).assign, 2, OFFICERS, BANS)


def exact() -> tuple[int, dict[Key, float]]:
    """How many assignments there are, and how often each officer is at each site among them.

    Lawful, within the caps, and with the balance that Start reaches: the least sum of squared loads.
    """
    bench = bench_of(0)
    choices = [[t for t in combinations(range(len(OFFICERS)), 2) if bench.lawful(t, uid)] for uid in SITES]
    every = [(teams, bench.loads(teams)) for teams in product(*choices)]
    within = [(t, x) for t, x in every if all(n <= cap for n, cap in zip(x, bench.caps, strict=True))]
    least = min(sum(n * n for n in x) for _, x in within)
    best = [teams for teams, x in within if sum(n * n for n in x) == least]
    found: Counter[Key] = Counter()
    for teams in best:
        found.update((bench.ids[o], uid) for uid, team in zip(SITES, teams, strict=True) for o in team)
    return len(best), {(o, u): found[o, u] / len(best) for o, _, _ in OFFICERS for u in SITES}


def seen(numbers: range, per_slot: int) -> Counter[Key]:
    """How often each officer was at each site after so many steps a slot."""
    found: Counter[Key] = Counter()
    for number in numbers:
        bench = bench_of(number)
        teams = walk(bench, start(bench, SITES), per_slot)
        found.update((bench.ids[o], uid) for uid, team in teams.items() for o in team)
    return found
