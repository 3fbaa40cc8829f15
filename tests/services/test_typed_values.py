"""Values typed into plain fields: what is read, what is refused, and back again."""

import pytest

from policies.rulebook.law_keys import KEYS
from policies.rulebook.law_rates import read_rate
from services.ruling.rule_choice_errors import FieldMissing
from services.ruling.typed_values import rate_of, typed_of, value_of


def fields(key: str, **said: str) -> dict[str, str]:
    return {f"{key}.{name.replace('__', '.')}": words for name, words in said.items()}


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        (
            {"base": "share", "amount": "25％", "per": "quarter"},
            {"base": "share", "per": "quarter", "value": "25%"},
        ),
        (
            {"base": "share", "amount": "10%", "second": "１５%", "per": "quarter"},
            {"base": "share", "per": "quarter", "value": "10%", "most": "15%"},
        ),
        ({"base": "staff", "amount": "1：10", "per": "year"}, {"base": "staff", "per": "year", "times": 10}),
        ({"base": "staff", "amount": "７", "per": "year"}, {"base": "staff", "per": "year", "times": 7}),
        ({"base": "pool", "amount": "1:15", "per": "year"}, {"base": "pool", "per": "year", "by": 15}),
        ({"base": "census", "per": "quarter"}, {"base": "census", "per": "quarter"}),
        (
            {"base": "larger", "per": "year", "1__base": "staff", "1__amount": "5", "2__base": "share",
             "2__amount": "20%"},
            {"base": "larger", "per": "year",
             "of": [{"base": "staff", "times": 5}, {"base": "share", "value": "20%"}]},
        ),
    ],
)  # fmt: skip
def test_a_ratio_is_read_and_typed_again(said: dict[str, str], plain: dict[str, object]) -> None:
    found = rate_of("rate.key", fields("rate.key", **said))
    assert found == plain
    again = typed_of("rate.key", found)
    assert rate_of("rate.key", again) == plain
    assert read_rate(found, "rate.key").plain()["base"] == plain["base"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"amount": "25%"}, "算法"),
        ({"base": "nothing", "amount": "1", "per": "year"}, "算法"),
        ({"base": "share", "amount": "25%"}, "周期"),
        ({"base": "share", "amount": "0.25", "per": "year"}, "不低于"),
        ({"base": "share", "amount": "25", "per": "year"}, "不低于"),
        ({"base": "share", "amount": "", "per": "year"}, "不低于"),
        ({"base": "staff", "amount": "一比十", "per": "year"}, None),
        ({"base": "staff", "amount": "0", "per": "year"}, None),
        ({"base": "staff", "amount": "5", "second": "6", "per": "year"}, "上限"),
        ({"base": "census", "amount": "5", "per": "year"}, "数值"),
        ({"base": "larger", "per": "year", "1__base": "staff", "1__amount": "5"}, "各项比例"),
        ({"base": "larger", "per": "year", "1__amount": "5"}, "第 1 项的算法"),
    ],
)  # fmt: skip
def test_a_ratio_half_filled_in_is_refused_by_field(said: dict[str, str], field: str | None) -> None:
    with pytest.raises(FieldMissing) as caught:
        rate_of("rate.key", fields("rate.key", **said))
    assert field is None or caught.value.facts["field"] == field


@pytest.mark.parametrize(
    ("key", "said", "value"),
    [
        ("team.size", {"value": "３"}, 3),
        ("coverage.key", {"value": "year"}, "year"),
        ("plan.deadline", {"month": "1", "day": "5"}, "01-05"),
        ("draw.window", {"rule": "not_later_than", "days": "5"}, {"rule": "not_later_than", "days": 5}),
        (
            "draw.window",
            {"rule": "first_days_of_quarter:calendar", "days": "15"},
            {"rule": "first_days_of_quarter", "days": 15, "count": "calendar"},
        ),
        (
            "rate.key",
            {"base": "share", "per": "month", "amount": "9%"},
            {"base": "share", "per": "month", "value": "9%"},
        ),
        (
            "rate.general",
            {"base": "larger", "per": "year", "1.base": "staff", "1.amount": "5"}
            | {"2.base": "share", "2.amount": "5%", "2.per": "quarter"},
            {
                "base": "larger",
                "per": "year",
                "of": [{"base": "staff", "times": 5}, {"base": "share", "per": "quarter", "value": "5%"}],
            },
        ),
        ("split.year", {"value": "1：2:3:4"}, [1, 2, 3, 4]),
        ("repeat.share", {"value": "5%"}, "5%"),
        ("cap.visits", {"value": "3"}, 3),
        ("cap.visits", {"value": "不设"}, "none"),
        ("legal.bases", {"value": "甲\n\n 乙 "}, ["甲", "乙"]),
        ("class.special", {"value": "law：违法\nbad=信用差"}, {"law": "违法", "bad": "信用差"}),
        ("frequency.void", {"value": " 废止 "}, "废止"),
    ],
)
def test_every_form_is_read_and_typed_again(key: str, said: dict[str, str], value: object) -> None:
    found = value_of(KEYS[key], fields(key, **said))
    assert found == value
    assert value_of(KEYS[key], typed_of(key, found)) == value
    assert value_of(KEYS[key], {}) is None


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("team.size", {"value": "1"}),
        ("team.size", {"value": "2.5"}),
        ("team.size", {"value": "不设"}),
        ("cap.visits", {"value": "0"}),
        ("coverage.key", {"value": "sometimes"}),
        ("plan.deadline", {"month": "13", "day": "1"}),
        ("plan.deadline", {"month": "12"}),
        ("draw.window", {"rule": "last_working_days"}),
        ("draw.window", {"days": "5"}),
        ("draw.window", {"rule": "first_days_of_quarter", "days": "15"}),
        ("draw.window", {"rule": "not_later_than", "days": "61"}),
        ("split.year", {"value": "1:1:1"}),
        ("repeat.share", {"value": "0.05"}),
        ("class.special", {"value": "没有代号"}),
        ("class.special", {"value": "a：甲\na：乙"}),
    ],
)
def test_what_is_not_of_the_form_is_refused(key: str, said: dict[str, str]) -> None:
    with pytest.raises(FieldMissing):
        value_of(KEYS[key], fields(key, **said))
