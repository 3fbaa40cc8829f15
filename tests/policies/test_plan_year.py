"""A year from plan to draws: coverage without repetition, exclusions, caps, simulation."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from policies.planning.caps import cap_of
from policies.planning.eligibility import again_strata, classify, listed
from policies.planning.plan import Counts, make_plan
from policies.planning.quota import for_period, least
from policies.planning.simulate import compare, simulate
from policies.rulebook.law_errors import BadValue
from policies.rulebook.law_inherit import weaker
from policies.rulebook.lawbook import Choice, rules_at, rules_from_text
from policies.rulebook.rates import Rate
from policies.rulebook.rule_errors import BadCounts, NoRule
from policies.rulebook.rules import Value
from policies.terms import Basis, Mark, Period, Site, SiteKind, SiteStatus
from services.ruling.lawfiles import lawbook

ON = date(2025, 12, 15)
BASIS = Basis("本局决定", "一", "", Mark.DEFAULT, date(2025, 12, 1), ON)
FACTORS = dict.fromkeys(("staff", "area", "sources", "compliance", "quality", "complaints"), "示例")
XIPING = rules_at(lawbook(), lawbook().path_of("411721"), ON)
KUNDULUN = rules_at(lawbook(), lawbook().path_of("150203"), ON)
SITE = Site(
    "S1", "示例厂", "", SiteKind.UNIT, False, False, SiteStatus.ACTIVE, "", "", "411721", 0.0, 0.0, "", "", ()
)


def test_a_year_covers_every_key_site_though_some_join_late() -> None:
    plan = make_plan(XIPING, Counts(41, 0, 0), 28, 2026)
    left = 41
    for quarter in (1, 2, 3, 4):
        left += 4 if quarter == 3 else 0
        quota = for_period(
            XIPING, plan, Period(2026, quarter), {"key": left}, {"key": 45 if quarter > 2 else 41}
        )
        assert quota.takes["key"] >= 9
        left -= quota.takes["key"]
    assert left == 0


def test_excluded_sites_turn_the_share_into_a_number() -> None:
    plan = make_plan(XIPING, Counts(41, 520, 12), 28, 2026)
    quota = for_period(
        XIPING, plan, "2026Q1", {"key": 30, "general": 500, "special": 11}, {"key": 41, "special": 12}
    )
    rule = quota.rd1_rules["key"]
    assert (rule["base"], rule["value"], rule["share"]) == ("number", 9, "1/5")
    assert quota.rd1_rules["special"]["base"] == "census"
    assert least(quota.rd1_rules["special"], 11) == 11
    assert quota.short == {"special": 1}


def test_whole_class_keeps_the_share() -> None:
    plan = make_plan(XIPING, Counts(41, 520, 12), 28, 2026)
    quota = for_period(XIPING, plan, "2026Q1", {"key": 41, "general": 520, "special": 12})
    assert quota.rd1_rules["key"]["value"] == "1/5"
    assert least(quota.rd1_rules["key"], 41) == 9
    assert quota.takes == {"key": 11, "general": 70, "special": 12}
    assert quota.rd1_rules["general"]["year"] == 280


def test_second_round_in_its_own_stratum() -> None:
    plan = make_plan(KUNDULUN, Counts(36, 0, 0), 28, 2026)
    uncovered = {"key": 6}
    assert again_strata(KUNDULUN, plan, Period(2026, 4), uncovered) == {"key"}
    quota = for_period(KUNDULUN, plan, "2026Q4", {"key": 6, "key-again": 30}, {"key": 36})
    assert quota.takes == {"key": 6, "key-again": 3}
    assert not any(quota.short.values())


def test_reasons() -> None:
    key = replace(SITE, key=True)
    assert classify(SITE, XIPING) == "general"
    assert classify(replace(key, special=True), XIPING) == "special"
    assert classify(key, XIPING, covered=True) == "-covered"
    assert classify(key, XIPING, covered=True, again={"key"}) == "key-again"
    assert classify(SITE, XIPING, covered=True) == "general"
    assert classify(replace(key, special=True), XIPING, covered=True) == "special"
    assert classify(replace(key, special=True), KUNDULUN, covered=True) == "-covered"
    capped = rules_at(lawbook(), XIPING.path, ON, (Choice("cap.visits", 2, BASIS),))
    assert classify(SITE, capped, visits=2) == "-capped"
    assert classify(replace(SITE, visits_this_year=3), capped) == "-capped"
    assert classify(SITE, XIPING, visits=2) == "general"  # a reading nobody confirmed keeps nobody out
    assert classify(SITE, XIPING, avoid=True) == "-avoided"
    suspended = replace(SITE, status=SiteStatus.SUSPENDED)
    assert classify(suspended, XIPING) == "-suspended"
    assert listed(suspended)
    assert not listed(replace(SITE, status=SiteStatus.CLOSED))


def test_cap_is_a_bureaus_decision() -> None:
    exempt = rules_at(lawbook(), XIPING.path, ON, (Choice("cap.special", "exempt", BASIS),))
    assert classify(replace(SITE, special=True), exempt, visits=4) == "special"
    plan = make_plan(exempt, Counts(4, 4, 4), 3, 2026)
    assert "special_exceeds_cap" not in [w.code for w in plan.warnings]
    cap = cap_of(XIPING)
    assert cap is not None
    assert cap.counted({"random": 1, "complaint": 5, "special": 1}) == 2
    assert cap.room(1) == 1
    assert not cap.binding and cap.full(2) and not cap.reached(2)


def test_no_cap_can_be_decided_and_a_cap_of_nothing_cannot() -> None:
    none = rules_at(lawbook(), XIPING.path, ON, (Choice("cap.visits", "none", BASIS),))
    assert cap_of(none) is None and none.value("cap.visits").words() == "不设"
    assert classify(SITE, none, visits=9) == "general"
    codes = [w.code for w in make_plan(none, Counts(4, 4, 4), 3, 2026).warnings]
    assert not {"special_exceeds_cap", "class_exceeds_cap"} & set(codes)
    law = (
        "source: {text: 某县办法, clause: 一, effective: 2020-01-01, "
        "mark: confirmed, checked_on: 2026-11-22}\n"
        "cap.visits:\n  - value: "
    )
    with pytest.raises(BadValue):
        rules_from_text(law + "0\n", on=ON, book=lawbook())
    cap = cap_of(rules_from_text(law + "3\n", on=ON, book=lawbook()))
    assert cap is not None and cap.binding and cap.reached(3)
    unsure = cap_of(rules_from_text(law.replace("confirmed", "unverified") + "3\n", on=ON, book=lawbook()))
    assert unsure is not None and not unsure.reached(3)


def test_no_cap_is_below_a_text_that_sets_one() -> None:
    set_, chosen = (Value(value, replace(BASIS, mark=Mark.STATED), "cap.visits") for value in (2, "none"))
    assert weaker(chosen, set_) and not weaker(set_, chosen) and not weaker(chosen, chosen)


def test_simulation() -> None:
    found = simulate(XIPING, Counts(41, 520, 12), 28, 2026)
    assert found["quotas"]["key"] == {"Q1": 11, "Q2": 10, "Q3": 10, "Q4": 10, "year": 41}
    load = {"visits": 369, "team": 2, "officer_visits": 738, "per_officer": 27, "quarters": [7, 7, 7, 7]}
    assert found["workload"] == load
    assert found["coverage"]["key"]["share"] == "1"
    assert found["coverage"]["general"]["share"] == "7/13"
    reach = {name: one["at_most"] for name, one in found["coverage"].items()}
    assert reach == {"key": False, "general": True, "special": False}
    assert all(line["cite"] for line in found["lines"])


def test_simulation_of_a_file() -> None:
    text = (
        "source: {text: 某县办法, clause: 一, effective: 2020-01-01, "
        "mark: unverified, checked_on: 2026-11-22}\n"
        "rate.key:\n  - value: {base: share, value: 12.5%, per: quarter}\n"
    )
    rules = rules_from_text(text, on=ON, book=lawbook())
    found = simulate(rules, Counts(16, 100, 0), 6, 2026)
    assert found["quotas"]["key"]["year"] == 8
    assert [w["code"] for w in found["warnings"]] == ["below_parent_floor"]
    with pytest.raises(NoRule):
        simulate(rules_from_text(text, on=ON), Counts(16, 100, 0), 6, 2026)


def test_comparison_of_two_plans() -> None:
    before = make_plan(XIPING, Counts(41, 520, 12), 28, 2026)
    after = make_plan(XIPING, Counts(41, 520, 12), 30, 2026)
    assert {(d["stratum"], d["after"] - d["before"]) for d in compare(before, after)} == {("general", 5)}


@pytest.mark.parametrize("bad", [(-1, 0, 0, 0), (0, 0, 1, 2)])
def test_bad_counts(bad: tuple[int, int, int, int]) -> None:
    with pytest.raises(BadCounts):
        Counts(*bad)


def test_bad_staff_and_nobody_on_post() -> None:
    with pytest.raises(BadCounts):
        make_plan(XIPING, Counts(1, 1, 1), -1, 2026)
    codes = [w.code for w in make_plan(XIPING, Counts(1, 1, 0), 0, 2026).warnings]
    assert "no_staff" in codes


def test_raising_special_is_no_part_of_its_minimum_and_names_its_basis() -> None:
    low = Choice("rate.special", Rate("share", "quarter", Fraction(1, 100)), BASIS, FACTORS)
    rules = rules_at(lawbook(), KUNDULUN.path, ON, (low,))
    plan = make_plan(rules, Counts(0, 100, 50), 28, 2026)
    lines = [x for x in plan.lines if x.stratum == "special"]
    assert [(x.minimum, x.number) for x in lines] == [(1, 13)] * 4
    above = rules.value("special.above").basis
    assert f"为不低于其他类别并予提高（{above.cite()}），由全年 4 家次增至 52 家次" in lines[0].why
    (raised,) = [w for w in plan.warnings if w.code == "special_raised"]
    assert raised.basis == (above,)
    quota = for_period(rules, plan, "2026Q1", {"general": 100, "special": 50})
    assert least(quota.rd1_rules["special"], 50) <= quota.takes["special"] == 13


def test_raising_special_without_a_clause_is_a_default_reading() -> None:
    low = Choice("rate.special", Rate("share", "quarter", Fraction(1, 100)), BASIS, FACTORS)
    rules = rules_at(lawbook(), KUNDULUN.path, ON, (low,))
    values = {key: value for key, value in rules.values.items() if key != "special.above"}
    plan = make_plan(replace(rules, values=values), Counts(0, 100, 50), 28, 2026)
    why = next(x.why for x in plan.lines if x.stratum == "special")
    assert "为不低于其他类别（本系统默认读法）" in why
    assert "并予提高" not in why
