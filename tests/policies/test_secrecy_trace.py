"""A copied list is traced to its copy; a list from elsewhere is laid at nobody's door."""

import math
import random
from itertools import permutations

import pytest

from policies.secrecy.find import match
from policies.secrecy.order import order_seed, ordered, ranks, seed_check
from policies.secrecy.trace import FALSE, LEAST, LIMIT, Copy, _norm, inversions, trace

KEY = b"k" * 32
ROWS = [f"1/{n}" for n in range(30)]
SEEDS = [order_seed(KEY, n, f"reader-{n % 5}") for n in range(12)]


def copies(found):
    return [Copy(n, ranks(seed, found)) for n, seed in enumerate(SEEDS)]


def copied(dice, who, size, swaps=0):
    """Part of a copy as somebody hands it on: rows missing, neighbours exchanged."""
    place = ranks(SEEDS[who], ROWS)
    part = sorted(dice.sample(ROWS, size), key=place.__getitem__)
    for _ in range(swaps):
        at = dice.randrange(size - 1)
        part[at], part[at + 1] = part[at + 1], part[at]
    return part


@pytest.fixture(scope="module")
def simulated():
    """1,000 copies handed on: (size, swaps) → [number, ranked first, named rightly, named wrongly]."""
    dice, told = random.Random(20260108), {}
    for _ in range(1000):
        who, size, swaps = dice.randrange(12), dice.choice((6, 10, 15, 20)), dice.choice((0, 1, 3))
        part = copied(dice, who, size, swaps)
        got = trace(part, copies(part))
        tally = told.setdefault((size, swaps), [0, 0, 0, 0])
        tally[0] += 1
        tally[1] += got.suspects[0].number == who
        tally[2] += got.named == who
        tally[3] += got.named not in (None, who)
    return told


def test_of_a_thousand_copies_nobody_is_named_wrongly(simulated):
    assert sum(tally[0] for tally in simulated.values()) == 1000
    assert not {key: tally for key, tally in simulated.items() if tally[3]}


def test_whole_and_partial_copies_are_found(simulated):
    for (size, swaps), (number, first, named, _) in simulated.items():
        if size >= 15:
            assert named == number, (size, swaps)
        if size >= 10:
            assert first == number and (swaps or named == number), (size, swaps)
        assert first >= 0.65 * number, (size, swaps)


def test_a_list_from_elsewhere_names_nobody_more_often_than_stated():
    """Sorted anew, or shuffled: the stated bound is 0.1 %, and what happens stays below it."""
    dice, named = random.Random(7), 0
    for _ in range(1000):
        part = dice.sample(ROWS, dice.choice((6, 10, 15)))
        named += trace(part, copies(part)).named is not None
    assert named <= FALSE * 1000 and FALSE < 0.0011


def test_the_stated_bound_follows_from_the_model():
    """Averaged over all orders of a list from elsewhere the likelihood ratio is one; Markov does the rest."""
    rows = ROWS[:5]
    one = [Copy(3, {row: n for n, row in enumerate(rows)})]
    odds = [1 / trace(order, one).none - 1 for order in permutations(rows)]
    assert sum(odds) / len(odds) == pytest.approx(1)
    assert LIMIT / (1 - LIMIT) >= 1 / FALSE - 1e-9


def test_the_norm_is_that_of_all_orders():
    weights = [math.exp(-0.7 * inversions(order)) for order in permutations(range(5))]
    assert _norm(5, 0.7) == pytest.approx(math.log(sum(weights)))


def test_rows_the_copy_never_had_speak_against_it():
    part = copied(random.Random(1), 4, 15)
    every, some = copies(part), set(part[:6])
    held = [Copy(c.number, {r: p for r, p in c.places.items() if c.number != 4 or r in some}) for c in every]
    assert trace(part, every).named == 4
    assert trace(part, held).named is None
    assert next(s for s in trace(part, held).suspects if s.number == 4).strays == 9


def test_too_few_rows_or_no_copy_say_nothing():
    assert trace(ROWS[: LEAST - 1], copies(ROWS)).suspects == ()
    assert trace(ROWS, []).named is None
    assert trace([ROWS[0]] * 20, copies(ROWS)).rows == 1


def test_every_reader_and_every_copy_has_an_order_of_its_own():
    orders = {tuple(ordered(seed, ROWS, str)) for seed in SEEDS}
    assert len(orders) == len(SEEDS)
    assert order_seed(KEY, 1, "a") != order_seed(KEY, 1, "b") != order_seed(b"j" * 32, 1, "b")
    assert seed_check(SEEDS[0]) != SEEDS[0].hex() and len(seed_check(SEEDS[0])) == 64
    days = ordered(SEEDS[0], [f"1/{n}@2026-01-0{n % 3 + 5}" for n in range(9)], str, lambda r: r[-10:])
    assert [row[-10:] for row in days] == sorted(row[-10:] for row in days)


KNOWN = {
    "a": ("411721S0001", "91411721MA0000001X", "西平某某化工有限公司"),
    "b": ("411721S0002", "91411721MA0000001X", "西平某某化工有限公司二厂"),
    "c": ("411721S0003", "", "模拟印染厂"),
}


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("1、西平某某化工有限公司 1月5日", "a"),
        ("西平某某化工有限公司二厂（东区）", "b"),
        ("４１１７２１Ｓ０００３", "c"),
        ("411721-S0001 | 91411721MA0000001X", "a"),
        ("91411721ma0000001x", None),
        ("某不知名企业", None),
        ("模拟 印染厂", "c"),
    ],
)
def test_lines_name_rows_however_they_are_set(line, row):
    assert match([line], KNOWN).rows == ((row,) if row else ())


def test_what_is_not_clear_is_counted_and_left_out():
    got = match(["91411721MA0000001X", "谁也不是", "", "模拟印染厂", "模拟印染厂"], KNOWN)
    assert (got.rows, got.unknown, got.unclear) == (("c",), 1, 1)
