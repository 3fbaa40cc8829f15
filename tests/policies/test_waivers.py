"""Waivers as pure rules: pairs, the longest period, days covered without a gap, what ends with them."""

from datetime import date, timedelta

import pytest

from policies.access import excluded
from policies.access_matrix import EXCLUSIVE
from policies.waivers import (
    EDITS,
    PAIRS,
    Days,
    Held,
    covers,
    ending,
    excess,
    first_day,
    latest,
    pair_of,
    reach,
)

D = date(2026, 1, 1)
KEEPS = "registry_keeper+drawer"


def days(first: int, last: int) -> Days:
    return Days(D + timedelta(first), D + timedelta(last))


def test_only_roster_and_dispatch_beside_the_draw_may_be_waived() -> None:
    pairs = {frozenset(pair.split("+")) for pair in PAIRS if pair != EDITS}
    drawing = {"drawer", "city_drawer"}
    never = {frozenset({"witness", one}) for one in drawing}
    assert pairs == {group for group in EXCLUSIVE if group & drawing} - never
    assert pair_of("drawer", "dispatcher") == pair_of("dispatcher", "drawer") == "dispatcher+drawer"
    assert all(pair_of("witness", one) is None for one in excluded("witness"))
    assert pair_of("security_admin", "audit_admin") is None


@pytest.mark.parametrize(
    ("since", "last"),
    [
        (D, date(2026, 12, 31)),
        (date(2026, 3, 15), date(2027, 3, 14)),
        (date(2028, 2, 29), date(2029, 2, 27)),
    ],
)
def test_less_than_a_year(since: date, last: date) -> None:
    assert latest(since) == last


def test_it_begins_today_at_the_earliest() -> None:
    assert first_day(D, D + timedelta(3)) == D + timedelta(3)
    assert first_day(D + timedelta(9), D) == D + timedelta(9)


@pytest.mark.parametrize(
    ("parts", "whole", "until"),
    [
        ([(0, 5)], True, 5),
        ([(0, 4)], False, 4),
        ([(1, 5)], False, None),
        ([(3, 9), (0, 2)], True, 9),
        ([(0, 1), (3, 9)], False, 1),
        ([(0, 3), (2, 5)], True, 5),
        ([(-3, 2), (-9, 7)], True, 7),
        ([], False, None),
    ],
)
def test_days_are_covered_without_a_gap(parts: list[tuple[int, int]], whole: bool, until: int | None) -> None:
    given = [days(*part) for part in parts]
    assert covers(given, days(0, 5)) is whole
    assert reach(given, D) == (None if until is None else D + timedelta(until))


@pytest.mark.parametrize(
    ("held", "ends"),
    [
        ([("registry_keeper", -9, None), ("drawer", 0, 90)], ["drawer"]),
        ([("drawer", -9, 90), ("registry_keeper", 0, 50)], ["registry_keeper"]),
        ([("registry_keeper", 0, 50), ("drawer", 0, 90)], ["drawer"]),
        ([("registry_keeper", -9, -1), ("drawer", -9, 90)], []),
        ([("registry_keeper", -9, None), ("publisher", 0, 90)], []),
        ([("registry_keeper", -9, None), ("drawer", 0, 3), ("drawer", 20, 90)], ["drawer", "drawer"]),
    ],
)
def test_what_began_last_ends(held: list[tuple[str, int, int | None]], ends: list[str]) -> None:
    rows = [
        Held(role, D + timedelta(first), None if last is None else D + timedelta(last))
        for role, first, last in held
    ]
    assert [one.role for one in excess(KEEPS, rows, D)] == ends
    gone = [Held(one.role, one.first, one.last, one.role == "drawer") for one in rows]
    assert excess(KEEPS, gone, D) == ()
    assert excess(KEEPS, rows, D, [days(0, 365)]) == () or None in {last for _, _, last in held}


def test_of_two_pairs_one_end_is_enough_where_one_role_stands_in_both() -> None:
    pairs: dict[str, tuple[Days, ...]] = {"registry_keeper+drawer": (), "dispatcher+drawer": ()}
    keeper, drawer, sends = (
        Held("registry_keeper", D - timedelta(90), None),
        Held("drawer", D - timedelta(60), None),
        Held("dispatcher", D - timedelta(30), None),
    )
    assert ending(pairs, [keeper, drawer, sends], D) == (drawer,)
    assert ending(dict(reversed(pairs.items())), [sends, keeper, drawer], D) == (drawer,)
    early = Held("drawer", D - timedelta(99), None)  # held first: what came beside it ends
    assert set(ending(pairs, [keeper, early, sends], D)) == {keeper, sends}
