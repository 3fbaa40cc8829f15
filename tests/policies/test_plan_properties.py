"""What holds for every plan, whatever the counts."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.planning.plan import Counts, YearPlan, make_plan
from policies.planning.quota import for_period, least
from policies.planning.shares import apportion, cover, split
from policies.rulebook.lawbook import Choice, rules_at
from policies.rulebook.rates import Per, Rate
from policies.rulebook.rule_errors import BelowOwnText
from policies.rulebook.rules import Rules
from policies.terms import Basis, Mark, Period
from services.ruling.lawfiles import lawbook

ON = date(2025, 12, 15)
BASIS = Basis("本局决定", "一", "", Mark.DEFAULT, date(2025, 12, 1), ON)
FACTORS = dict.fromkeys(("staff", "area", "sources", "compliance", "quality", "complaints"), "示例")
SIZES = st.integers(0, 400)
CODES = st.sampled_from(["411721", "150203", "411700", "150200"])
SUBJECT = {"411700": "411721", "150200": "150203"}


def rules_of(code: str, *choices: Choice) -> Rules:
    return rules_at(lawbook(), lawbook().path_of(code), ON, choices, subject=SUBJECT.get(code, ""))


@st.composite
def counts(draw: st.DrawFn) -> Counts:
    special = draw(st.integers(0, 60))
    return Counts(draw(SIZES), draw(SIZES), special, draw(st.integers(0, special)))


def per_quarter(plan: YearPlan, stratum: str) -> list[int]:
    return [x.number for x in plan.lines if x.stratum == stratum]


@given(CODES, counts(), st.integers(0, 60))
@settings(max_examples=150, deadline=None)
def test_between_floor_and_pool(code: str, given_counts: Counts, staff: int) -> None:
    rules = rules_of(code)
    plan = make_plan(rules, given_counts, staff, 2026)
    for line in plan.lines:
        assert 0 <= line.minimum <= line.number <= given_counts.of(line.stratum)
    key = rules.rate("rate.key")
    for number in per_quarter(plan, "key"):
        assert number >= key.amount * given_counts.key
    assert plan.total("general") >= min(given_counts.general, rules.rate("rate.general").amount * staff)
    assert plan.total() == sum(plan.as_dict()["quarters"])


@given(CODES, counts(), st.integers(0, 60), st.sampled_from([None, 10, 11, 12, 15]))
@settings(max_examples=200, deadline=None)
def test_the_class_keeps_its_minimum_and_its_range_though_some_sites_are_special(
    code: str, size: Counts, staff: int, percent: int | None
) -> None:
    share = Rate("share", "quarter", Fraction(percent or 0, 100))
    ranged = code == "150200" and percent is not None
    rules = rules_of(code, *([Choice("rate.key", share, BASIS, FACTORS)] if ranged else []))
    plan, rate, whole = (
        make_plan(rules, size, staff, 2026),
        rules.own["rate.key"].value,
        size.key + size.key_special,
    )
    special = per_quarter(plan, "special")
    for key, drawn in zip(per_quarter(plan, "key"), special, strict=True):
        sure = max(0, drawn - (size.special - size.key_special))
        assert key == size.key or key + sure >= rate.amount * whole
    top = rate.ceiling(whole)
    if top is not None and "range_missed" not in [w.code for w in plan.warnings]:
        assert max(per_quarter(plan, "key")) <= top


@given(CODES, counts(), st.integers(0, 60))
@settings(max_examples=100, deadline=None)
def test_special_is_never_rarer(code: str, given_counts: Counts, staff: int) -> None:
    plan = make_plan(rules_of(code), given_counts, staff, 2026)
    for quarter in (1, 2, 3, 4):
        special = plan.line("special", quarter)
        assert special is not None
        for other in ("key", "general"):
            line, pool = plan.line(other, quarter), given_counts.of(other)
            if pool and given_counts.special and line is not None and other == "general":
                share = Fraction(line.minimum, pool)
                assert Fraction(special.number, given_counts.special) >= share


@given(counts(), st.integers(0, 60), st.integers(1, 100))
@settings(max_examples=100, deadline=None)
def test_a_low_special_ratio_is_raised_to_that_of_the_others(size: Counts, staff: int, percent: int) -> None:
    rules = rules_of("411721")
    low = replace(rules.value("rate.special"), value=Rate("share", "quarter", Fraction(percent, 100)))
    plan = make_plan(replace(rules, values={**rules.values, "rate.special": low}), size, staff, 2026)
    for quarter in (1, 2, 3, 4):
        special, general = plan.line("special", quarter), plan.line("general", quarter)
        assert special is not None and general is not None
        assert special.number >= max(Fraction(1, 5), low.value.amount) * size.special
        if size.general:
            assert special.number * size.general >= general.minimum * size.special


@given(st.sampled_from(["411721", "150203"]), counts(), st.integers(0, 60))
@settings(max_examples=100, deadline=None)
def test_coverage_is_reached(code: str, given_counts: Counts, staff: int) -> None:
    plan = make_plan(rules_of(code), given_counts, staff, 2026)
    assert plan.total("key") >= given_counts.key
    if given_counts.key_special:
        assert plan.total("special") >= given_counts.special


@given(st.integers(0, 300), st.integers(0, 300), st.integers(20, 100), st.integers(20, 100))
@settings(max_examples=100, deadline=None)
def test_monotone(pool: int, more: int, rate: int, higher: int) -> None:
    low, high = sorted((rate, higher))

    def total(size: int, percent: int) -> int:
        chosen = Choice("rate.key", Rate("share", "quarter", Fraction(percent, 100)), BASIS, FACTORS)
        return make_plan(rules_of("411721", chosen), Counts(size, 0, 0), 1, 2026).total("key")

    assert total(pool, low) <= total(pool, high)
    assert total(pool, low) <= total(pool + more, low)


WEIGHTS = st.lists(st.integers(0, 4), min_size=4, max_size=4).filter(any)
SPANS: st.SearchStrategy[Per] = st.sampled_from(["month", "quarter", "year"])


@given(st.integers(0, 120), st.integers(1, 100), SPANS, WEIGHTS)
@settings(max_examples=200, deadline=None)
def test_no_choice_of_span_and_weights_empties_a_quarter(
    pool: int, percent: int, per: Per, weights: list[int]
) -> None:
    """At least 20 % of the key sites a quarter by the own text, and less than the parent's 25 % is said."""
    rate = Rate("share", per, Fraction(percent, 100))
    due = split(rate.number(pool, 0), weights) if per == "year" else (rate.number(pool, 0),) * 4
    own, parent = -(-pool // 5), -(-pool // 4)
    surely = per == "quarter" and percent < 20  # whatever the counts
    choices = (Choice("rate.key", rate, BASIS, FACTORS), Choice("split.year", tuple(weights), BASIS))
    if surely or min(due) < own:
        with pytest.raises(BelowOwnText):
            make_plan(rules_of("411721", *choices), Counts(pool, 0, 0), 1, 2026)
        return
    plan = make_plan(rules_of("411721", *choices), Counts(pool, 0, 0), 1, 2026)
    assert min(per_quarter(plan, "key")) >= own
    below = min(due) < parent or (per == "quarter" and percent < 25)
    assert ("below_parent_floor" in {w.code for w in plan.warnings}) == below


@given(CODES, counts(), st.integers(1, 60), st.integers(1, 4), st.data())
@settings(max_examples=200, deadline=None)
def test_takes_are_lawful(
    code: str, given_counts: Counts, staff: int, quarter: int, data: st.DataObject
) -> None:
    rules = rules_of(code)
    plan = make_plan(rules, given_counts, staff, 2026)
    sizes = {s: data.draw(st.integers(0, given_counts.of(s))) for s in ("key", "general", "special")}
    quota = for_period(rules, plan, Period(2026, quarter), sizes)
    assert set(quota.takes) == {s for s, n in sizes.items() if n} == set(quota.rd1_rules)
    for stratum, take in quota.takes.items():
        rule = quota.rd1_rules[stratum]
        assert 0 <= least(rule, sizes[stratum]) <= take <= sizes[stratum]
        assert all(isinstance(v, (str, int)) and not isinstance(v, bool) for v in rule.values())
        line = plan.line(stratum, quarter)
        assert line is not None
        assert take == sizes[stratum] or take >= line.number
        if line.number > sizes[stratum]:
            assert quota.short[stratum] >= line.number - sizes[stratum]


@given(st.integers(0, 10_000), st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(any))
def test_split_adds_up(total: int, weights: list[int]) -> None:
    parts = split(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1


@given(
    st.integers(0, 10_000), st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 999), min_size=1)
)
def test_apportion_ignores_order(total: int, weights: dict[str, int]) -> None:
    parts = apportion(total, weights)
    assert parts == apportion(total, dict(reversed(weights.items())))
    assert sum(parts.values()) == (total if sum(weights.values()) else 0)


@given(st.integers(0, 500), st.lists(st.integers(0, 99), min_size=4, max_size=4))
def test_cover_keeps_floors(total: int, floors: list[int]) -> None:
    numbers = cover(total, floors, (1, 1, 1, 1))
    assert sum(numbers) == max(total, sum(floors))
    assert all(n >= f for n, f in zip(numbers, floors, strict=True))
