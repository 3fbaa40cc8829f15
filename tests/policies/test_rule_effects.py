"""Choices that once said nothing: each changes what is decided, and the other choice does not."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest

from policies.planning.caps import cap_of, cap_warnings, contradiction
from policies.planning.deadlines import upload_deadline
from policies.planning.plan import Counts, make_plan
from policies.planning.publicity import publicity
from policies.planning.result_clocks import result_clocks, reveal_deadline, upload_start
from policies.rulebook.law_errors import MissingBasis
from policies.rulebook.lawbook import Choice, rules_at
from policies.rulebook.rates import Rate
from policies.rulebook.rule_errors import BelowOwnText, OutsideRange
from policies.rulebook.rules import Rules
from policies.terms import Basis, Mark, Period
from services.ruling.lawfiles import lawbook

ON = date(2025, 12, 15)
BASIS = Basis("本局决定", "一", "", Mark.DEFAULT, date(2025, 12, 1), ON)
FACTORS = dict.fromkeys(("staff", "area", "sources", "compliance", "quality", "complaints"), "示例")
Q1 = Period(2026, 1)


def rules(
    *chosen: tuple[str, object],
    code: str = "411721",
    subject: str = "",
    factors: Mapping[str, str] = FACTORS,
) -> Rules:
    choices = [Choice(k, v, BASIS, factors if isinstance(v, Rate) else {}) for k, v in chosen]
    return rules_at(lawbook(), lawbook().path_of(code), ON, choices, subject=subject)


def test_the_upload_clock_starts_with_the_visit_or_with_the_end_of_the_quarter() -> None:
    day = date(2026, 1, 20)
    assert upload_start(rules(), day, Q1) == day
    late = rules(("days.upload_start", "draw_end"))
    assert upload_start(late, day, Q1) == date(2026, 3, 31)
    assert upload_start(late, date(2026, 4, 2), Q1) == date(2026, 4, 2)
    assert upload_start(late, day, None) == day  # no draw chose it
    upload, publish = result_clocks(late, day, period=Q1)
    assert upload == upload_deadline(late, date(2026, 3, 31))
    assert publish == result_clocks(rules(), day, period=Q1)[1]


def test_an_order_is_a_decision_and_is_published_no_later() -> None:
    day, soon = date(2026, 2, 11), rules(("days.publish_decision", 7))
    assert result_clocks(soon, day, ordered=True)[1].day == date(2026, 2, 27)
    assert result_clocks(soon, day)[1] == result_clocks(rules(), day)[1]
    both = rules(("days.publish_decision", 7), ("days.publish", 5))
    assert result_clocks(both, day, ordered=True) == result_clocks(both, day)


def test_secrecy_ends_by_rule() -> None:
    assert reveal_deadline(rules(), Q1) == date(2026, 4, 15)
    assert reveal_deadline(rules(("days.reveal", 7)), Q1) == date(2026, 4, 10)
    assert rules().value("days.reveal").basis.mark is Mark.DEFAULT


def test_exempt_visits_do_not_count() -> None:
    ledger = {"random": 1, "special": 1, "complaint": 3}
    cap = cap_of(rules(("cap.exempt", ("special", "complaint"))))
    assert cap is not None and cap.counted(ledger) == 1
    named = rules(("cap.counts", ("random", "complaint")))  # its own word goes before the default exemption
    cap = cap_of(named)
    assert cap is not None and cap.counted(ledger) == 4 and not contradiction(named)


def test_a_type_both_counted_and_exempt_is_said() -> None:
    both = rules(("cap.counts", ("random", "complaint")), ("cap.exempt", ("complaint",)))
    cap = cap_of(both)
    assert cap is not None and cap.counted({"random": 1, "complaint": 3}) == 1
    (told,) = contradiction(both)
    assert told.decide and "complaint" in told.zh and told in cap_warnings(both, 0, 0)
    assert told in make_plan(both, Counts(4, 4, 0), 3, 2026).warnings


def test_a_team_too_small_for_its_record_is_said() -> None:
    codes = [w.code for w in make_plan(rules(("record.officers", 3)), Counts(4, 4, 0), 3, 2026).warnings]
    assert "team_too_small" in codes
    enough = rules(("record.officers", 3), ("team.size", 3))
    assert "team_too_small" not in [w.code for w in make_plan(enough, Counts(4, 4, 0), 3, 2026).warnings]


def test_every_factor_the_rules_name_stands_beside_a_chosen_ratio() -> None:
    ratio = ("rate.key", Rate("share", "quarter", Fraction(1, 4)))
    assert rules(ratio).value("rate.key").factors == FACTORS
    five = {name: words for name, words in FACTORS.items() if name != "quality"}
    with pytest.raises(MissingBasis) as caught:
        rules(ratio, factors=five)
    assert "西环〔2024〕3号" in (caught.value.basis or "") and "环境质量" in caught.value.wording().title
    more = ("rate.factors", {**FACTORS, "weather": "气象"})
    with pytest.raises(MissingBasis):
        rules(ratio, more)
    assert rules(ratio, more, factors={**FACTORS, "weather": "晴"}).rate("rate.key").amount == Fraction(1, 4)
    with pytest.raises(BelowOwnText):  # the text's own factors stay
        rules(("rate.factors", {"staff": "人员"}))


def test_a_later_factor_does_not_undo_an_older_choice() -> None:
    ratio = Choice("rate.key", Rate("share", "quarter", Fraction(1, 4)), BASIS, FACTORS)
    newer = Basis("本局决定", "二", "", Mark.DEFAULT, date(2025, 12, 10), ON)
    more = Choice("rate.factors", {**FACTORS, "weather": "气象"}, newer)
    found = rules_at(lawbook(), lawbook().path_of("411721"), ON, (ratio, more))
    assert "weather" in found.pairs("rate.factors")


def test_a_range_admits_any_base_that_is_a_share() -> None:
    eighth = ("rate.key", Rate("pool", "quarter", Fraction(8)))
    found = rules(eighth, code="150200", subject="150203")
    assert found.rate("rate.key").share() == Fraction(1, 8)
    for outside in (Rate("pool", "quarter", Fraction(4)), Rate("census", "quarter")):
        with pytest.raises(OutsideRange):
            rules(("rate.key", outside), code="150200", subject="150203")


@pytest.mark.parametrize(("due", "published", "owed", "short"), [(7, 3, 7, 4), (7, 7, 7, 0)])
def test_results_owed_to_the_public(due: int, published: int, owed: int, short: int) -> None:
    found = publicity(rules(), due, published)
    assert found is not None
    assert (found.owed, found.short) == (owed, short)
    assert publicity(rules(), 0, 0) is None
