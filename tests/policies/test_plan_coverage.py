"""What a year of draws keeps: coverage where promised, no repetition where excluded, the roster's order."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.planning.plan import Counts, make_plan
from policies.rulebook.lawbook import Choice, rules_at
from policies.rulebook.rates import Rate
from policies.rulebook.rules import Rules
from policies.terms import Basis, Mark
from services.ruling.lawfiles import lawbook
from services.ruling.plans import count_sites, whole_sizes

from .year_of_draws import roster, run, site

ON = date(2025, 12, 15)
BASIS = Basis("本局决定", "一", "", Mark.DEFAULT, date(2025, 12, 1), ON)
FACTORS = dict.fromkeys(("staff", "area", "sources", "compliance", "quality", "complaints"), "示例")
COUNTIES = st.sampled_from(["411721", "150203"])


def rules_of(code: str, *choices: Choice) -> Rules:
    return rules_at(lawbook(), lawbook().path_of(code), ON, choices)


@st.composite
def counts(draw: st.DrawFn) -> Counts:
    special = draw(st.integers(0, 25))
    return Counts(draw(st.integers(0, 60)), draw(st.integers(0, 90)), special, draw(st.integers(0, special)))


@given(COUNTIES, counts(), st.integers(1, 30), st.integers(0, 99))
@settings(max_examples=80, deadline=None)
def test_every_key_site_is_drawn_within_the_year(code: str, size: Counts, staff: int, seed: int) -> None:
    rules = rules_of(code)
    sites = roster(size)
    plan = make_plan(rules, size, staff, 2026)
    year = run(rules, plan, sites, seed)
    assert all(s.code in year.drawn for s in sites if s.key)
    for stratum in ("key", "general", "special"):  # and no visit more than planned
        takes = sum(q.takes.get(stratum, 0) + q.takes.get(f"{stratum}-again", 0) for q in year.quotas)
        assert takes == plan.total(stratum)


@given(COUNTIES, counts(), st.integers(0, 12), st.integers(0, 12), st.integers(1, 4), st.integers(0, 99))
@settings(max_examples=80, deadline=None)
def test_new_and_closed_sites_during_the_year(
    code: str, size: Counts, more: int, fewer: int, when: int, seed: int
) -> None:
    rules = rules_of(code)

    def change(quarter: int, sites: list) -> list:
        if quarter != when:
            return sites
        new = [site(10_000 + n, key=True, special=n % 3 == 0 and size.key_special > 0) for n in range(more)]
        return [*sites[fewer:], *new]

    plan = make_plan(rules, size, 20, 2026)
    present: list = []

    def watched(quarter: int, sites: list) -> list:
        present[:] = change(quarter, sites)
        return list(present)

    year = run(rules, plan, roster(size), seed, watched)
    assert all(s.code in year.drawn for s in present if s.key)
    for quarter, quota in enumerate(year.quotas, 1):
        for stratum, take in quota.takes.items():
            line = plan.line(stratum.removesuffix("-again"), quarter)
            assert line is not None and take >= 0


@given(st.integers(1, 200), st.integers(1, 100), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_once_means_once(pool: int, percent: int, seed: int) -> None:
    rules = rules_of(
        "411721",
        Choice("rate.general", Rate("share", "year", Fraction(percent, 100)), BASIS, FACTORS),
        Choice("coverage.general", "once", BASIS),
    )
    size = Counts(0, pool, 0)
    plan = make_plan(rules, size, 0, 2026)
    year = run(rules, plan, roster(size), seed)
    assert max(year.drawn.values()) == 1
    assert len(year.drawn) == plan.total("general") == -(-pool * percent // 100)


@given(st.integers(4, 80), st.integers(1, 4), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_a_share_of_visited_sites_is_drawn_again_in_its_own_stratum(pool: int, tenth: int, seed: int) -> None:
    rules = rules_of("411721", Choice("repeat.share", Fraction(tenth, 10), BASIS))
    size = Counts(pool, 0, 0)
    year = run(rules, make_plan(rules, size, 5, 2026), roster(size), seed)
    first, *later = year.quotas
    assert set(first.takes) == {"key"}
    visited = first.takes["key"]
    for quota in later:
        assert quota.takes["key-again"] >= -(-tenth * visited // 10)
        assert quota.rd1_rules["key-again"]["round"] == "again"
        visited += quota.takes.get("key", 0)
    assert len(year.drawn) == pool


@given(COUNTIES, counts(), st.integers(1, 30), st.integers(0, 10), st.integers(0, 99))
@settings(max_examples=80, deadline=None)
def test_a_stated_repeat_share_holds_for_every_class_and_is_planned(
    code: str, size: Counts, staff: int, tenth: int, seed: int
) -> None:
    rules = rules_of(code, Choice("repeat.share", Fraction(tenth, 10), BASIS))
    plan = make_plan(rules, size, staff, 2026)
    year = run(rules, plan, roster(size), seed)
    for stratum in ("key", "general", "special"):
        for quarter, quota in enumerate(year.quotas, 1):
            taken = quota.takes.get(stratum, 0) + quota.takes.get(f"{stratum}-again", 0)
            line = plan.line(stratum, quarter)
            assert line is not None and taken == line.number <= size.of(stratum)
        if tenth == 0:
            assert not any(x.again for x in plan.lines)
    general = [s.code for s in roster(size) if not s.key and not s.special and s.code in year.drawn]
    assert len(general) == min(size.general, sum(x.first for x in plan.lines if x.stratum == "general"))


@given(COUNTIES, counts(), st.integers(1, 30), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_permuting_the_roster_changes_nothing(code: str, size: Counts, staff: int, dice) -> None:
    rules, sites = rules_of(code), roster(size)
    mixed = list(sites)
    dice.shuffle(mixed)
    assert count_sites(sites) == count_sites(mixed) == size
    assert whole_sizes(sites) == whole_sizes(mixed)
    plan = make_plan(rules, size, staff, 2026)
    assert make_plan(rules, count_sites(mixed), staff, 2026).as_dict() == plan.as_dict()
    here, there = run(rules, plan, sites, 7), run(rules, plan, mixed, 7)
    assert [q.takes for q in here.quotas] == [q.takes for q in there.quotas]
    assert here.drawn == there.drawn


AMOUNTS = st.integers(1, 40)
PARTS = st.one_of(
    st.builds(lambda n: Rate("staff", "year", Fraction(n)), AMOUNTS),
    st.builds(lambda n: Rate("pool", "year", Fraction(n)), AMOUNTS),
    st.builds(lambda n: Rate("share", "year", Fraction(n, 40)), AMOUNTS),
    st.builds(lambda n: Rate("number", "year", Fraction(n)), AMOUNTS),
    st.just(Rate("census", "year")),
)
RATES = st.one_of(
    PARTS,
    st.builds(
        lambda base, parts: Rate(base, "year", of=tuple(parts)),
        st.sampled_from(["larger", "smaller"]),
        st.lists(PARTS, min_size=2, max_size=3),
    ),
)


def total(rate: Rate, pool: int, staff: int) -> int:
    rules = replace(rules_of("411700"), own={}, floors={})
    value = replace(rules.value("rate.general"), value=rate)
    rules = replace(rules, values={**rules.values, "rate.general": value})
    plan = make_plan(rules, Counts(0, pool, 0), staff, 2026)
    assert sum(x.number for x in plan.lines) == sum(plan.as_dict()["quarters"]) == plan.total("general")
    return plan.total("general")


@given(RATES, st.integers(0, 300), st.integers(0, 40), st.integers(0, 50), st.integers(0, 9))
@settings(max_examples=150, deadline=None)
def test_any_base_adds_up_and_grows_with_pool_and_staff(
    rate: Rate, pool: int, staff: int, more: int, hands: int
) -> None:
    asked = total(rate, pool, staff)
    assert asked == min(pool, rate.asked(pool, staff))
    assert asked <= total(rate, pool + more, staff)
    assert asked <= total(rate, pool, staff + hands)


@given(st.lists(PARTS, min_size=2, max_size=3), st.integers(0, 300), st.integers(0, 40))
@settings(max_examples=80, deadline=None)
def test_larger_and_smaller_are_what_they_say(parts: list[Rate], pool: int, staff: int) -> None:
    numbers = [total(part, pool, staff) for part in parts]
    assert total(Rate("larger", "year", of=tuple(parts)), pool, staff) == max(numbers)
    assert total(Rate("smaller", "year", of=tuple(parts)), pool, staff) == min(numbers)


STEEPER = st.sampled_from(["staff", "pool", "share", "number"])


@given(
    STEEPER, st.integers(1, 40), st.integers(1, 40), st.integers(0, 300), st.integers(0, 40), st.booleans()
)
@settings(max_examples=120, deadline=None)
def test_a_higher_ratio_never_asks_for_less(
    base: str, one: int, other: int, pool: int, staff: int, quarterly: bool
) -> None:
    low, high = sorted((one, other), reverse=base == "pool")  # one of every 3 is more than one of every 5
    amounts = [Fraction(n, 40) if base == "share" else Fraction(n) for n in (low, high)]
    rates = [Rate(base, "quarter" if quarterly else "year", amount) for amount in amounts]
    assert total(rates[0], pool, staff) <= total(rates[1], pool, staff)
    assert rates[1].stricter_than(rates[0]) is (low != high)


@given(RATES, counts(), st.integers(0, 40))
@settings(max_examples=120, deadline=None)
def test_no_class_gets_less_than_its_ratio_or_more_than_its_sites(
    rate: Rate, size: Counts, staff: int
) -> None:
    rules = replace(rules_of("411721"), own={}, floors={})
    names = ("rate.key", "rate.general", "rate.special")
    values = {name: replace(rules.value(name), value=rate) for name in names}
    plan = make_plan(replace(rules, values={**rules.values, **values}), size, staff, 2026)
    for stratum in ("key", "general", "special"):
        numbers = [x.number for x in plan.lines if x.stratum == stratum]
        assert sum(numbers) >= rate.number(size.of(stratum), staff)
        assert all(0 <= n <= size.of(stratum) for n in numbers)
    assert plan.total("key") >= size.key  # promised to Xiping, whatever the ratio
