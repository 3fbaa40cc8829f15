"""Tight assignments are solved whenever a solution exists, and as evenly as a min-cost flow solves them."""

from collections import Counter
from itertools import product

import pytest

from . import tight
from .flow import Task, best


@pytest.mark.parametrize("part", range(4))
def test_rd1_is_as_good_as_a_min_cost_flow(part: int) -> None:
    found = Counter(tight.compare(number) for number in range(part, 1200, 4))
    assert found["within caps"] > 100 and found["over caps"] > 50 and found["over caps, crews"] > 5, found


def test_the_flow_itself_against_every_assignment() -> None:
    compared = 0
    for number in range(200):
        bench, uids = tight.bench_of(number)
        if len(uids) > 4 or len(bench.ids) > 6:
            continue
        compared += 1
        members = range(len(bench.ids))
        every = [t for t in product(members, repeat=bench.size) if list(t) == sorted(set(t))]
        loads = [
            bench.loads(teams)
            for teams in product(*([t for t in every if bench.lawful(t, uid)] for uid in uids))
        ]
        within = [x for x in loads if all(n <= c for n, c in zip(x, bench.caps, strict=True))]
        task = Task(bench.size, bench.caps, bench.leads, [bench.allowed(uid) for uid in uids])
        possible, least = best(task)
        assert possible == bool(within)
        assert not within or least == min(sum(n * n for n in x) for x in within)
    assert compared > 10


def test_no_solution_is_no_solution() -> None:
    assert best(Task(2, (1, 1), (True, True), [[0, 1]])) == (True, 2)
    assert best(Task(2, (1, 1), (False, False), [[0, 1]]))[0] is False
    assert best(Task(2, (1, 1), (True, True), [[0, 1], [0, 1]]))[0] is False
    assert best(Task(2, (1, 1), (True, True), [[0, 1], [0, 1]]), 1) == (True, 8)
