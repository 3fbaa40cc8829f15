"""What a drawer may choose at the freeze: the rule, or more; never less, and never another formation."""

from datetime import date

import pytest

from policies.planning.freeze_errors import BeaconWeaker, CrewsNotByRule, WitnessMustCommit
from policies.planning.freezing import beacon_kind, check_witness, crew_count
from policies.rulebook.lawbook import Choice, rules_at
from policies.rulebook.rules import Rules
from policies.terms import Basis, Mark
from services.ruling.lawfiles import lawbook

ON = date(2025, 12, 15)
BASIS = Basis("本局决定", "一", "", Mark.DEFAULT, date(2025, 12, 1), ON)


def rules(*chosen: tuple[str, object]) -> Rules:
    return rules_at(lawbook(), lawbook().path_of("411721"), ON, [Choice(k, v, BASIS, {}) for k, v in chosen])


@pytest.mark.parametrize("ruled", ["spoken", "lottery", "drand"])
def test_a_beacon_is_the_ruled_one_or_a_stronger_one(ruled: str) -> None:
    found, order = rules(("draw.beacon", ruled)), ("spoken", "lottery", "drand")
    assert beacon_kind(found, None) == ruled
    for chosen in order:
        if order.index(chosen) >= order.index(ruled):
            assert beacon_kind(found, chosen) == chosen
            continue
        with pytest.raises(BeaconWeaker) as caught:
            beacon_kind(found, chosen)
        assert caught.value.basis == "本局决定 一" and ruled in caught.value.wording().expected


@pytest.mark.parametrize(
    ("chosen", "found"),
    [(None, 0), (0, 0), (1, None), (3, None)],
)
def test_a_team_per_visit_has_no_crews(chosen: int | None, found: int | None) -> None:
    assert_count(rules(("team.formation", "visit"), ("team.crews", 3)), chosen, found)


@pytest.mark.parametrize(
    ("ruled", "chosen", "found"),
    [
        (0, None, 5),
        (0, 2, 2),
        (0, 0, None),
        (3, None, 3),
        (3, 3, 3),
        (3, 4, None),
        (3, 2, None),
        (3, 0, None),
    ],
)
def test_crews_are_as_many_as_the_rule_says(ruled: int, chosen: int | None, found: int | None) -> None:
    assert_count(rules(("team.formation", "crews"), ("team.crews", ruled)), chosen, found)


def assert_count(by: Rules, chosen: int | None, found: int | None) -> None:
    if found is not None:
        assert crew_count(by, chosen, 5) == found
        return
    with pytest.raises(CrewsNotByRule) as caught:
        crew_count(by, chosen, 5)
    assert caught.value.basis == "本局决定 一"


def test_only_digits_need_the_witness() -> None:
    for kind in ("drand", "lottery"):
        check_witness(kind, ["platform", "bureau"])
    check_witness("spoken", ["platform", "bureau", "witness"])
    with pytest.raises(WitnessMustCommit):
        check_witness("spoken", ["platform", "bureau"])
