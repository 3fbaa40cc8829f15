"""A city's draw in one process: 49,670 sites, 2,500 visits, 300 officers; plain, and as tight as can be."""

import random
from collections.abc import Iterator
from functools import partial

from policies.rd1.bench import Bench
from policies.rd1.canonical import suite_of
from policies.rd1.draw import Teams, mix, pair, rank, result, seed_of
from policies.rd1.freeze import Lists, roots

from .meter import Figure, pairs

SITES, VISITS, OFFICERS = 49_670, 2_500, 300
KINDS = {
    "plain": (0.4, (30,), 5_000),
    "few leads, caps too small": (0.05, (5, 40), 2_000),
    "caps barely sufficient, many recusals": (0.6, (14, 17, 20), 20_000),
}


def lists(kind: str) -> Lists:
    """The same lists every time."""
    leads, caps, recusals = KINDS[kind]
    dice = random.Random(3)
    units = [(f"91411721MA{i:07d}X001P", "general") for i in range(SITES)]
    people = [(f"o-{i:016x}", int(dice.random() < leads), dice.choice(caps)) for i in range(OFFICERS)]
    bans = {(dice.choice(people)[0], dice.choice(units)[0]) for _ in range(recusals)}
    return Lists.of(b"\x07" * 32, units, people, bans)


def every_step(frozen: Lists) -> Teams:
    """Roots, tickets, teams, walk and result."""
    suite = suite_of(1)
    roots(suite, frozen)
    seed = seed_of(suite, b"p" * 32)
    _, picks = rank(seed.ticket, [{"id": "general", "take": VISITS}], frozen.units)
    bench = Bench.of(seed.assign, 2, frozen.officers, frozen.bans)
    teams = mix(pair(bench, 0, [pick.uid for pick in picks]), 50)
    result(suite, b"m" * 32, seed.salt, picks, teams.teams)
    return teams


def bare_macs() -> None:
    """As many MACs as the draw makes at least: sites, pairs of visit and officer, steps of the walk."""
    mac = suite_of(1).keyed(b"k" * 32)
    for _ in range(2 * SITES + VISITS * OFFICERS + VISITS * 2 * 50):
        mac(b"0123456789012345678901234567890123456789")


def figures() -> Iterator[Figure]:
    for kind in KINDS:
        frozen = lists(kind)
        over = sum(every_step(frozen).over_caps.values())
        name = f"city draw, {kind} ({SITES} sites, {VISITS} visits, {OFFICERS} officers; {over} over caps)"
        act = partial(every_step, frozen)
        yield pairs(name, act, "the bare MACs of it", bare_macs, runs=1, warm=False, target="< 8 CPU s")
