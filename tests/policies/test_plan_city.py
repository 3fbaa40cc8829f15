"""The city's number over its districts, trials before anything is adopted, and plans a cap cannot bear."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.planning.plan import Counts, make_plan
from policies.planning.simulate import simulate, try_out
from policies.rulebook.law_rates import read_rate
from policies.rulebook.lawbook import Choice, rules_at
from policies.rulebook.rates import Rate
from policies.rulebook.rule_errors import BadCounts, BelowOwnText, OutsideRange
from policies.rulebook.rules import Rules
from policies.terms import Basis, Mark
from services.ruling.lawfiles import lawbook

ON = date(2025, 12, 15)
BASIS = Basis("本局决定", "一", "", Mark.DEFAULT, date(2025, 12, 1), ON)
COUNTS = Counts(41, 520, 12)
DISTRICTS = st.dictionaries(
    st.sampled_from(["150202", "150203", "150204", "150205", "150207"]), st.integers(0, 900), min_size=1
)


def rules(code: str, *choices: Choice, subject: str = "") -> Rules:
    return rules_at(lawbook(), lawbook().path_of(code), ON, choices, subject=subject)


def quarter(percent: int) -> Rate:
    return Rate("share", "quarter", Fraction(percent, 100))


def test_the_citys_one_to_five_is_apportioned_by_general_sites() -> None:
    sites = {"150202": 240, "150203": 480, "150204": 280}
    got = {
        code: make_plan(
            rules("150200", subject=code), Counts(20, n, 0), 40, 2026, subject=code, districts=sites
        ).total("general")
        for code, n in sites.items()
    }
    assert got == {"150202": 48, "150203": 96, "150204": 56}
    assert sum(got.values()) == 5 * 40


@given(DISTRICTS, st.integers(0, 120))
@settings(max_examples=60, deadline=None)
def test_districts_together_get_the_citys_number_whole(sites: dict[str, int], staff: int) -> None:
    got = {
        code: make_plan(
            rules("150200", subject=code), Counts(0, n, 0), staff, 2026, subject=code, districts=sites
        ).total("general")
        for code, n in sites.items()
    }
    whole = sum(sites.values())
    assert sum(got.values()) == min(whole, 5 * staff)
    for code, number in got.items():
        assert number <= sites[code]
        if whole and 5 * staff <= whole:
            assert abs(number - Fraction(5 * staff * sites[code], whole)) < 1


def test_a_trial_shows_the_year_before_and_after_and_keeps_nothing() -> None:
    here = rules("411721")
    found = try_out(here, COUNTS, 28, 2026, rates={"rate.key": quarter(30)}, new_staff=30, team=3)
    assert found["before"] == simulate(here, COUNTS, 28, 2026)
    assert [found[when]["quotas"]["key"]["year"] for when in ("before", "after")] == [41, 52]
    assert found["after"]["workload"] == {
        "visits": 400, "team": 3, "officer_visits": 1200, "per_officer": 40, "quarters": [10, 10, 10, 10],
    }  # fmt: skip
    effect = found["effect"]
    assert effect["team"] == {"before": 2, "after": 3} and effect["staff"] == {"before": 28, "after": 30}
    assert effect["quarters"] == {"before": found["before"]["quarters"], "after": found["after"]["quarters"]}
    assert effect["coverage"]["key"] == {"before": "1", "after": "1"}
    gone = {w["code"] for w in effect["warnings"]["gone"]}
    assert gone == {"below_parent_floor", "coverage_raised"}  # 30 % is above both, and covers the year
    assert found["after"]["lines"][4]["cite"].startswith("试算")
    assert here.rate("rate.key") == quarter(20)


def test_a_trial_with_nothing_changed_changes_nothing() -> None:
    found = try_out(rules("150203"), COUNTS, 28, 2026)
    assert found["before"] == found["after"] and found["effect"]["lines"] == []
    fewer = try_out(rules("150203"), COUNTS, 28, 2026, new_counts=Counts(10, 20, 0))
    assert fewer["after"]["coverage"]["key"]["sites"] == 10


def test_a_trial_is_refused_as_the_choice_would_be() -> None:
    with pytest.raises(BelowOwnText):
        try_out(rules("411721"), COUNTS, 28, 2026, rates={"rate.key": quarter(19)})
    with pytest.raises(BelowOwnText):  # only the counts can tell
        one = read_rate({"base": "number", "per": "year", "value": 1}, "rate.general")
        try_out(rules("411721"), COUNTS, 28, 2026, rates={"rate.general": one})
    with pytest.raises(OutsideRange):
        city = rules("150200", subject="150203")
        try_out(city, COUNTS, 28, 2026, rates={"rate.key": quarter(16)})
    for wrong in ({"new_staff": -1}, {"team": 0}):
        with pytest.raises(BadCounts):
            try_out(rules("411721"), COUNTS, 28, 2026, **wrong)


def test_a_class_visited_more_often_than_its_cap_is_reported_for_decision() -> None:
    factors = dict.fromkeys(("staff", "area", "sources", "compliance", "quality", "complaints"), "示例")
    every = Choice("rate.key", Rate("census", "quarter"), BASIS, factors)
    plan = make_plan(rules("411721", every), Counts(10, 0, 0), 5, 2026)
    (told,) = [w for w in plan.warnings if w.code == "class_exceeds_cap"]
    assert told.decide and "40 家次" in told.zh
    codes = [w.code for w in make_plan(rules("411721"), COUNTS, 28, 2026).warnings]
    assert "class_exceeds_cap" not in codes and "special_exceeds_cap" in codes
    free = rules("411721", every, Choice("cap.exempt", ("random",), BASIS))
    codes = [w.code for w in make_plan(free, COUNTS, 28, 2026).warnings]
    assert not {"class_exceeds_cap", "special_exceeds_cap"} & set(codes)
