"""Who may open a bureau where: digits say where a place lies, the register who runs it."""

import pytest

from policies.placing import may_open

PROVINCE, CITY, OTHER, LONE, ZONE = "410000", "411700", "411600", "411790", "411601"
TREE = {
    PROVINCE: (PROVINCE,),
    CITY: (PROVINCE, CITY),
    OTHER: (PROVINCE, OTHER),
    "411721": (PROVINCE, CITY, "411721"),
    LONE: (PROVINCE, LONE),  # run by the province within the city's digits
    ZONE: (PROVINCE, OTHER, ZONE),  # a city of the register whose own digits leave no room
}


@pytest.mark.parametrize(
    ("above", "code", "yes"),
    [
        (CITY, "411722", True),
        (PROVINCE, "411722", True),  # a county run by the province
        (PROVINCE, "411800", True),
        (ZONE, "411622", True),  # by the tree, which the digits alone refused
        (ZONE, "411722", False),
        (CITY, "411622", False),
        (CITY, CITY, False),
        (PROVINCE, "120000", False),
        (OTHER, "411722", False),
    ],
)
def test_a_place_is_opened_by_who_is_in_charge_of_it(above: str, code: str, yes: bool) -> None:
    assert may_open(TREE[above], code, TREE) is yes


def test_a_city_run_by_the_province_takes_no_place_of_the_city_around_it() -> None:
    zone = (PROVINCE, ZONE)
    assert not may_open(zone, "411622", TREE | {ZONE: zone}), "the register counts it to the city of 411600"
    assert may_open(zone, "419001", TREE | {ZONE: zone}), "nobody else's within the province"


def test_round_digits_of_a_city_are_no_province() -> None:
    tree = {"410000": ("410000",), "411000": ("410000", "411000"), "411100": ("410000", "411100")}
    assert may_open(tree["411000"], "411002", tree)
    assert not may_open(tree["411000"], "411102", tree)
