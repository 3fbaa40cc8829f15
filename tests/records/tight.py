"""Random tight assignments (many recusals, few leads, small caps) put to rd1 and to the flow.

`python -m tests.records.tight 10000` does so many and prints what they were.
"""

import random
import sys
from collections import Counter

from policies.rd1.bench import Bench
from policies.rd1.canonical import sha256, suite_of
from policies.rd1.crews import as_bench, deal
from policies.rd1.pairing import start
from policies.rd1.walk import walk

from .flow import Task, best


def bench_of(number: int) -> tuple[Bench, list[str]]:
    """A bench whose every visit has a lawful team, demand close to what the caps allow."""
    dice = random.Random(number)
    while True:
        size, visits = dice.choice([2, 2, 3]), dice.randrange(2, 13)
        count = dice.randrange(size + 1, 10)
        mean = size * visits / count
        caps = [max(0, round(dice.gauss(mean * dice.choice([1.0, 1.2, 1.5]), 1))) for _ in range(count)]
        people = [(f"o{i}", int(dice.random() < dice.choice([0.2, 0.4, 0.8])), c) for i, c in enumerate(caps)]
        uids = [f"u{i:02d}" for i in range(visits)]
        share = dice.choice([0.0, 0.2, 0.4, 0.6])
        bans = [(oid, uid) for oid, _, _ in people for uid in uids if dice.random() < share]
        bench = Bench.of(suite_of(1).keyed(sha256(b"%d" % number)), size, people, bans)
        if dice.random() < 0.15 and sum(lead and cap > 0 for _, lead, cap in people) >= 2:
            crews = 2
            if sum(cap > 0 for cap in caps) >= crews * size:
                bench = as_bench(bench, deal(bench, crews))
        able = [bench.allowed(uid) for uid in uids]
        if all(len(who) >= bench.size and any(bench.leads[i] for i in who) for who in able):
            return bench, uids


def squares(bench: Bench, teams: dict[str, tuple[int, ...]]) -> int:
    return sum(load * load for load in bench.loads(teams.values()))


def compare(number: int) -> str:
    """What the case was: "within caps" or "over caps"; raises AssertionError where rd1 is not the best."""
    bench, uids = bench_of(number)
    task = Task(bench.size, bench.caps, bench.leads, [bench.allowed(uid) for uid in uids])
    teams = start(bench, uids)
    assert all(bench.lawful(team, uid) and bench.leads[team[0]] for uid, team in teams.items()), number
    loads = bench.loads(teams.values())
    over = max(load - cap for load, cap in zip(loads, bench.caps, strict=True))
    possible, least = best(task)
    if possible:
        assert over <= 0 and squares(bench, teams) == least, number
    else:
        # The largest excess is the least possible one.
        assert over > 0 and not best(task, over - 1)[0] and best(task, over)[0], number
    walked = walk(bench, teams, 20)
    assert all(bench.lawful(team, uid) for uid, team in walked.items()), number
    assert squares(bench, walked) == squares(bench, teams), number
    assert not possible or all(n <= c for n, c in zip(bench.loads(walked.values()), bench.caps, strict=True))
    return ("within caps" if possible else "over caps") + (", crews" if bench.size == 1 else "")


if __name__ == "__main__":
    found = Counter(compare(number) for number in range(int(sys.argv[1]) if len(sys.argv) > 1 else 5000))
    print(found.total(), dict(found))
