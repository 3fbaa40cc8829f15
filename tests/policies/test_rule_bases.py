"""A kind of ratio is one file: reader, schema, form, words, plan and draw take it from there."""

import json
from fractions import Fraction
from math import isqrt
from typing import ClassVar

import pytest

from policies.planning.plan import Counts, make_plan
from policies.planning.quota import for_period, least
from policies.rulebook.bases import BASES, FORM, PER, Base, Language, Member, Ratio, filled
from policies.rulebook.law_errors import BadValue, FloatRefused, UnknownKey
from policies.rulebook.law_rates import read_rate
from policies.rulebook.law_schema import value_schema
from policies.rulebook.lawbook import rules_from_text
from policies.rulebook.rates import Rate, ceil

from .schema_check import fits
from .test_plan_year import ON

SHARE = Rate("share", "quarter", Fraction(1, 4))
WRITTEN = [
    {"base": "staff", "per": "year", "times": 10},
    {"base": "staff-group", "per": "year", "times": 5, "each": 2},
    {"base": "pool", "per": "year", "by": 10},
    {"base": "share", "per": "quarter", "value": "1/4"},
    {"base": "share", "per": "quarter", "value": "1/10", "most": "3/20"},
    {"base": "census", "per": "quarter"},
    {"base": "number", "per": "year", "value": 0},
    {
        "base": "larger",
        "per": "year",
        "of": [{"base": "staff", "times": 5}, {"base": "share", "value": "1/5"}],
    },
    {"base": "smaller", "per": "year", "of": [{"base": "pool", "by": 2}, {"base": "census"}]},
    {"base": "share", "per": "month", "value": "9/100"},
    {
        "base": "larger",
        "per": "year",
        "of": [{"base": "staff", "times": 5}, {"base": "share", "per": "quarter", "value": "1/5"}],
    },
]


class Root(Base):
    """Made up: the square root of the class, and some for the officers."""

    name: ClassVar[str] = "root"
    zh: ClassVar[str] = "单位数开方"
    en: ClassVar[str] = "the root of the sites"
    members: ClassVar[tuple[Member, ...]] = (
        Member("plus", "integer", "另加", "plus", least=0),
        Member("each", "share", "每名人员另加", "more for each officer", required=False),
    )
    of_staff: ClassVar[bool] = True

    def asked(self, ratio: Ratio, pool: int, staff: int) -> int:
        more = ratio.member("each") * staff if self._each(ratio) else 0
        return isqrt(pool) + int(ratio.amount) + int(more)

    def _each(self, ratio: Ratio) -> bool:
        try:
            return bool(ratio.member("each"))
        except KeyError:
            return False

    def words(self, ratio: Ratio, language: Language) -> str:
        return f"√单位数+{ratio.amount}" if language == "zh" else f"√sites + {ratio.amount}"


LAW = """
source: {text: 某县办法, clause: 一, effective: 2020-01-01, mark: unverified, checked_on: 2026-11-22}
rate.key:
  - value: {base: share, value: 1/4, per: quarter}
rate.general:
  - value: {base: larger, per: year, of: [{base: root, plus: 3, each: 1/2}, {base: staff, times: 1}]}
rate.special:
  - value: {base: root, plus: 1, per: quarter}
"""


def valid(plain: object) -> bool:
    made = value_schema("rate.general")
    return fits(plain, made, made)


def test_a_made_up_base_goes_all_the_way_from_one_class(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownKey):
        rules_from_text(LAW, on=ON)
    monkeypatch.setitem(BASES, "root", Root())
    rules = rules_from_text(LAW, on=ON)
    general = rules.rate("rate.general")
    assert general.asked(100, 8) == 10 + 3 + 4
    assert general.counts_staff() and not general.proportional
    assert general.words() == "每年 √单位数+3与人员数×1取大"
    assert rules.rate("rate.special").words("en") == "√sites + 1 a quarter"
    assert read_rate(general.plain(), "rate.general") == general
    assert valid(general.plain())
    plan = make_plan(rules, Counts(8, 100, 9), 8, 2026)
    assert plan.total("general") == 17
    quota = for_period(rules, plan, "2026Q1", {"special": 9, "general": 100, "key": 8})
    assert quota.takes["special"] == 4 == least(quota.rd1_rules["special"], 9)
    assert filled("root", "year", {"plus": "３"}) == {"base": "root", "per": "year", "plus": 3}


@pytest.mark.parametrize(
    ("plain", "asked"), list(zip(WRITTEN, (50, 13, 5, 11, 5, 41, 0, 25, 21, 12, 36), strict=True))
)
def test_what_each_asks_for_is_rounded_up(plain: dict[str, object], asked: int) -> None:
    assert read_rate(plain, "rate.general").asked(41, 5) == asked


@pytest.mark.parametrize("plain", WRITTEN, ids=json.dumps)
def test_what_is_written_is_read_said_and_written_again(plain: dict[str, object]) -> None:
    rate = read_rate(plain, "rate.general")
    assert rate.plain() == plain
    assert valid(plain)
    assert rate.words() and rate.words("en").endswith(("a month", "a quarter", "a year"))
    assert not any("\u4e00" <= c <= "\u9fff" for c in rate.words("en"))
    assert rate.number(7, 3) <= 7


def test_every_base_is_written_somewhere_and_has_a_form() -> None:
    assert {str(one["base"]) for one in WRITTEN} == set(BASES) == {form.id for form in FORM}
    for form in FORM:
        assert form.zh and form.en and form.help_zh and form.help_en
        assert form.kind == (form.fields[0].kind if form.fields else "none")
        assert all(field.zh and field.en for field in form.fields)
    assert [name for name, _, _ in PER] == ["month", "quarter", "year"]


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        ({"base": "staff", "per": "year"}, "times"),
        ({"base": "staff", "per": "year", "times": 0}, "times"),
        ({"base": "staff", "per": "year", "times": "十"}, "times"),
        ({"base": "staff", "per": "year", "times": 3, "value": 3}, "times"),
        ({"base": "staff-group", "per": "year", "times": 3}, "each"),
        ({"base": "share", "per": "year", "value": "20"}, "1/5"),
        ({"base": "share", "per": "quarter", "value": "1/5", "most": "1/10"}, "most"),
        ({"base": "larger", "per": "year", "of": [{"base": "census"}]}, "两个"),
        ({"base": "larger", "per": "year"}, "of"),
        ({"base": "larger", "per": "quarter", "of": [{"base": "census", "per": "year"}] * 2}, "per"),
        ({"base": "larger", "per": "year", "of": [{"base": "census", "per": "week"}] * 2}, "per"),
        ({"base": "dice", "per": "year"}, "staff"),
        ({"base": ["staff"], "per": "year"}, "staff"),
        ({"base": "census"}, "per"),
    ],
)
def test_a_wrong_ratio_is_refused_with_what_was_expected(plain: dict[str, object], said: str) -> None:
    with pytest.raises(BadValue) as caught:
        read_rate(plain, "rate.key")
    assert said in caught.value.wording().expected
    assert said == "most" or not valid(plain)  # a schema cannot compare two fractions


def test_a_decimal_is_refused_in_plain_data_too() -> None:
    with pytest.raises(FloatRefused):
        read_rate({"base": "share", "per": "year", "value": 0.2}, "rate.key")


def test_a_form_is_filled_without_guessing() -> None:
    assert filled("share", "quarter", {"value": " 20％ ", "most": ""}) == {
        "base": "share", "per": "quarter", "value": "20%",
    }  # fmt: skip
    assert filled("staff", "year", {"times": "2.5"})["times"] == "2.5"  # the reader refuses it by name
    assert filled("census", "year", {"times": "3"}) == {"base": "census", "per": "year"}
    rows = [{"base": "staff", "times": "5"}, {"base": ""}, {"base": "share", "value": "1/5"}]
    assert read_rate(filled("larger", "year", {"of": rows}), "rate.general").asked(100, 3) == 20
    assert filled("dice", "year", {}) == {"base": "dice", "per": "year"}


def test_ratios_of_one_measure_are_ranked_without_counts() -> None:
    group = read_rate(WRITTEN[1], "rate.general")  # 2.5 an officer
    assert Rate("staff", "year", Fraction(3)).stricter_than(group) is True
    assert Rate("staff", "year", Fraction(2)).stricter_than(group) is False
    assert Rate("pool", "quarter", Fraction(3)).stricter_than(SHARE) is True
    assert Rate("census", "quarter").stricter_than(SHARE) is True
    assert Rate("staff", "quarter", Fraction(3)).stricter_than(SHARE) is None
    assert Rate("share", "year", Fraction(1)).stricter_than(SHARE) is None
    assert (
        Rate("number", "quarter", Fraction(3)).stricter_than(Rate("number", "quarter", Fraction(2))) is True
    )


MONTHLY = {"base": "share", "per": "month", "value": "9%"}
MIXED = {"base": "larger", "per": "year", "of": [{"base": "staff", "times": 5}, {**MONTHLY}]}


def test_a_months_visits_are_rounded_before_three_months_make_a_quarter() -> None:
    rate = read_rate(MONTHLY, "rate.key")
    assert rate.number(101, 0) == 30 > ceil(101 * Fraction(27, 100))
    assert (rate.words(), rate.words("en")) == ("每月 9%", "9% a month")
    assert rate.share() == Fraction(27, 100)
    assert read_rate({"base": "census", "per": "month"}, "rate.key").number(7, 0) == 7


def test_the_part_that_makes_more_in_the_year_decides_and_says_how_it_is_spread() -> None:
    rate = read_rate(MIXED, "rate.general")
    assert rate.words() == "每年 人员数×5与每月 9%取大"
    assert rate.words("en") == "the larger of officers × 5, 9% a month a year"
    assert rate.decided(101, 23).per == "month" and rate.decided(101, 25).per == "year"
    assert (rate.asked(101, 23), rate.asked(101, 25)) == (120, 125)


@pytest.mark.parametrize("per", ["month", "quarter"])
def test_parts_of_a_shorter_whole_have_no_span_of_their_own(per: str) -> None:
    with pytest.raises(BadValue, match="per: year"):
        read_rate({**MIXED, "per": per, "of": [{"base": "census", "per": "year"}] * 2}, "rate.general")
