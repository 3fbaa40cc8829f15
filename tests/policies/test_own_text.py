"""What a bureau's own text binds: its choices, key by key, and a later statement of its own."""

from datetime import date
from fractions import Fraction

import pytest

from policies.planning.plan import Counts, make_plan
from policies.rulebook.law_keys import KEYS
from policies.rulebook.law_values import Window
from policies.rulebook.lawbook import Choice, rules_at
from policies.rulebook.rates import Rate
from policies.rulebook.rule_errors import BelowOwnText, NothingReplaced
from policies.rulebook.rules import Rules
from policies.rulebook.trials import tried
from policies.terms import Basis, Mark
from services.ruling.lawfiles import lawbook

ON = date(2025, 12, 15)
FACTORS = dict.fromkeys(("staff", "area", "sources", "compliance", "quality", "complaints"), "示例")
XIPING, KUNDULUN = "411721", "150203"
LESS = Rate("share", "quarter", Fraction(1, 100))


def rules(code: str, *choices: Choice) -> Rules:
    return rules_at(lawbook(), lawbook().path_of(code), ON, choices)


def chosen(key: str, value: object) -> Choice:
    return Choice(key, value, Basis("本局决定", "一", "", Mark.DEFAULT, date(2025, 6, 1), ON), FACTORS)


def stated(key: str, value: object, note: str = "", sentence: str = "原句", text: str = "新办法") -> Choice:
    basis = Basis(text, "一", sentence, Mark.STATED, date(2025, 1, 1), ON)
    return Choice(key, value, basis, note=note)


@pytest.mark.parametrize(
    ("code", "key"),
    [
        (XIPING, "roster.fields"),
        (XIPING, "checklist.groups"),
        (XIPING, "class.special"),
        (XIPING, "visit.excluded"),
        (XIPING, "secrecy.sanctions"),
        (XIPING, "filing.plan"),
        (KUNDULUN, "filing.list"),
    ],
)
def test_a_list_of_the_text_may_grow_and_lose_nothing(code: str, key: str) -> None:
    text = dict(rules(code).value(key).value)
    assert rules(code, chosen(key, text | {"more": "另加"})).pairs(key)["more"] == "另加"
    gone, name = next(iter(text.items()))
    less = {c: n for c, n in text.items() if c != gone} | {"more": "另加"}
    with pytest.raises(BelowOwnText) as caught:
        rules(code, chosen(key, less))
    assert name in caught.value.wording().expected and caught.value.basis


def test_a_default_reading_binds_no_list() -> None:
    assert rules(XIPING, chosen("filing.list", {"gov": "县政府"})).pairs("filing.list") == {"gov": "县政府"}


def test_whom_a_quoted_ratio_counts_is_not_chosen() -> None:
    with pytest.raises(BelowOwnText) as caught:
        rules(KUNDULUN, chosen("officers.counting", "certified"))
    assert "在编在岗人员" in caught.value.wording().expected
    assert rules(XIPING, chosen("officers.counting", "certified")).text("officers.counting") == "certified"


@pytest.mark.parametrize(
    ("rule", "days", "stands"),
    [
        ("last_working_days", 4, True),
        ("last_working_days", 6, False),
        ("not_later_than", 5, True),
        ("not_later_than", 4, False),
    ],
)
def test_the_window_of_a_draw_is_no_wider_than_quoted(rule: str, days: int, stands: bool) -> None:
    choice = chosen("draw.window", Window(rule, days))  # type: ignore[arg-type]
    if stands:
        assert rules(KUNDULUN, choice).window().days == days
        return
    with pytest.raises(BelowOwnText):
        rules(KUNDULUN, choice)


@pytest.mark.parametrize("less", ["none", "once"])
def test_coverage_in_principle_is_left_with_a_warning(less: str) -> None:
    (warning,) = [w for w in rules(XIPING, chosen("coverage.key", less)).warnings if "coverage" in w.en]
    assert warning.code == "below_own_text" and "西环〔2024〕3号" in warning.zh and "全年覆盖" in warning.zh
    assert [b.text for b in warning.basis] == ["西环〔2024〕3号", "本局决定"]


def test_coverage_without_principle_binds() -> None:
    text = stated("coverage.general", "year", sentence="全年对一般排污单位实现全覆盖。")
    with pytest.raises(BelowOwnText):
        rules(XIPING, text, chosen("coverage.general", "once"))


def test_a_trial_does_not_say_it_twice() -> None:
    found = tried(rules(XIPING, chosen("coverage.key", "none")), {"rate.key": Rate("census", "quarter")})
    assert [w.code for w in found.warnings] == ["below_own_text"]


def test_at_most_is_said_of_what_may_only_be_less() -> None:
    with pytest.raises(BelowOwnText) as caught:
        rules(XIPING, chosen("days.upload", 8))
    assert (caught.value.wording().expected, caught.value.wording("en").expected) == ("不高于 7", "at most 7")
    with pytest.raises(BelowOwnText) as caught:
        rules(KUNDULUN, chosen("plan.deadline", "12-31"))
    assert caught.value.wording().expected == "不晚于 12-20"


@pytest.mark.parametrize(
    "row",
    [
        stated("rate.key", LESS),
        stated("rate.key", LESS, note="与西环〔2024〕3号不同"),
        stated("rate.key", LESS, note="替代西环〔2023〕9号"),
        stated("rate.key", LESS, text="西环〔2024〕3号"),
        stated("days.upload", 9),
        stated("checklist.groups", {"permit": "排污许可证"}),
    ],
)
def test_a_statement_below_the_sentence_we_hold_names_what_it_replaces(row: Choice) -> None:
    with pytest.raises(NothingReplaced) as caught:
        rules(XIPING, row)
    assert "西环〔2024〕3号" in (caught.value.basis or "") and isinstance(caught.value, BelowOwnText)


def test_a_replacement_stands_and_is_said_with_both_citations() -> None:
    for row in (
        stated("rate.key", LESS, note="替代西环〔2024〕3号"),
        stated("rate.key", LESS, sentence="每季度1%。西环〔2024〕3号同时废止。"),
    ):
        found = rules(XIPING, row)
        assert found.rate("rate.key") == LESS
        assert [w.code for w in found.warnings] == ["below_replaced_text", "below_parent_floor"]
        assert [b.text for b in found.warnings[0].basis] == ["西环〔2024〕3号", "新办法"]
    assert rules(XIPING, row, chosen("rate.key", Rate("share", "quarter", Fraction(1, 50))))


def test_a_replacement_without_a_number_is_named_by_its_title() -> None:
    title = "关于在环境监管领域开展随机抽查规范事中事后监管工作方案"
    found = rules(KUNDULUN, stated("rate.key", LESS, note=f"替代原《{title}》"))
    assert found.rate("rate.key") == LESS


def test_a_replacement_of_another_kind_is_held_by_the_counts() -> None:
    few, counts = Rate("number", "year", Fraction(9)), Counts(40, 520, 0)
    with pytest.raises(NothingReplaced):
        make_plan(rules(XIPING, stated("rate.general", few)), counts, 28, 2026)
    plan = make_plan(rules(XIPING, stated("rate.general", few, note="替代西环〔2024〕3号")), counts, 28, 2026)
    assert plan.total("general") == 9
    assert [w.code for w in plan.warnings if "一般" in w.zh] == ["below_replaced_text", "below_parent_floor"]


def test_ranks_are_options() -> None:
    for key in KEYS.values():
        assert set(key.ranks) <= set(key.options)
        assert key.form != "choice" or key.stricter in ("", "same") or key.ranks
