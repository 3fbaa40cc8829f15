"""Working days by the State Council's notices; vectors of 2026."""

from datetime import date

import pytest

from policies.planning.deadlines import (
    Calendar,
    YearNotice,
    add_working_days,
    draw_window,
    last_working_days,
    plan_deadline,
    publish_deadline,
    recompute,
    upload_deadline,
    working_days_left,
)
from policies.rulebook.law_errors import BadValue
from policies.rulebook.law_values import Window, plain
from policies.rulebook.lawbook import Choice, rules_at, rules_from_text
from policies.terms import Basis, Mark, Period
from services.ruling.lawfiles import lawbook

ON = date(2025, 12, 15)
RULES = rules_at(lawbook(), lawbook().path_of("150203"), ON)


@pytest.mark.parametrize(
    ("start", "n", "last"),
    [("02-11", 7, "02-27"), ("04-28", 7, "05-11"), ("09-24", 7, "10-12"), ("09-24", 20, "10-29")],
)
def test_vectors(start: str, n: int, last: str) -> None:
    found = add_working_days(date.fromisoformat(f"2026-{start}"), n)
    assert found.day == date.fromisoformat(f"2026-{last}")
    assert not found.provisional


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026Q1", "2025-12-25", "2025-12-31"),
        ("2026Q2", "2026-03-25", "2026-03-31"),
        ("2026Q3", "2026-06-24", "2026-06-30"),
        ("2026Q4", "2026-09-23", "2026-09-30"),
        ("2027Q1", "2026-12-25", "2026-12-31"),
    ],
)
def test_windows(period: str, first: str, last: str) -> None:
    found = draw_window(RULES, Period.parse(period))
    assert found == (date.fromisoformat(first), date.fromisoformat(last))


def test_holiday_inside_a_window() -> None:
    days = last_working_days(Period(2026, 3), 5)
    assert [d.day for d in days] == [23, 24, 28, 29, 30]


def test_other_reading_of_the_window() -> None:
    basis = Basis("本局决定", "一", "", Mark.DEFAULT, date(2025, 1, 1), ON)
    choice = Choice("draw.window", Window("not_later_than", 5), basis)
    rules = rules_at(lawbook(), lawbook().path_of("411721"), ON, (choice,))
    assert draw_window(rules, Period(2026, 1)) == (date(2025, 10, 1), date(2025, 12, 24))


@pytest.mark.parametrize(
    ("count", "days", "last"),
    [("calendar", 15, "2026-10-15"), ("calendar", 1, "2026-10-01"), ("working", 5, "2026-10-13")],
)
def test_a_window_may_open_with_its_quarter(count: str, days: int, last: str) -> None:
    body = f"""
draw.window:
  - value: {{rule: first_days_of_quarter, days: {days}, count: {count}}}
    text: 某市任务表
    clause: 一
    effective: 2020-01-01
    mark: unverified
    checked_on: 2026-11-22
"""
    rules = rules_from_text(body, on=ON)
    assert draw_window(rules, Period(2026, 4)) == (date(2026, 10, 1), date.fromisoformat(last))
    closed = Calendar(closures=frozenset({date(2026, 10, 8)}))
    shifted = draw_window(rules, Period(2026, 4), closed)[1]
    assert (shifted > date.fromisoformat(last)) is (count == "working")
    assert plain(rules.window()) == {"rule": "first_days_of_quarter", "days": days, "count": count}


@pytest.mark.parametrize(
    "value",
    ["rule: first_days_of_quarter, days: 5", "rule: not_later_than, days: 5, count: calendar",
     "rule: first_days_of_quarter, days: 61, count: working", "rule: someday, days: 5"],
)  # fmt: skip
def test_a_window_says_how_its_days_count_where_that_is_open(value: str) -> None:
    source = "source: {text: 甲, clause: 一, effective: 2020-01-01, mark: unverified, checked_on: 2026-11-22}"
    with pytest.raises(BadValue, match="first_days_of_quarter"):
        rules_from_text(f"{source}\ndraw.window:\n  - value: {{{value}}}\n", on=ON)


def test_provisional_until_the_notice_is_entered() -> None:
    found = add_working_days(date(2026, 12, 28), 7)
    assert found.provisional
    notice = YearNotice(2027, "示例通知", frozenset({date(2027, 1, 1), date(2027, 1, 4)}), frozenset())
    told: list[tuple[date, date]] = []
    fresh = recompute(
        found, date(2026, 12, 28), 7, Calendar({2027: notice}), lambda a, b: told.append((a, b))
    )
    assert not fresh.provisional
    assert fresh.day > found.day
    assert told == [(found.day, fresh.day)]
    assert recompute(fresh, date(2026, 12, 28), 99, Calendar()) is fresh


def test_make_up_day_of_an_entered_notice() -> None:
    saturday = date(2027, 2, 20)
    assert not Calendar().is_working(saturday)
    notice = YearNotice(2027, "示例通知", frozenset(), frozenset({saturday}))
    assert Calendar({2027: notice}).is_working(saturday)


def test_own_closures() -> None:
    calendar = Calendar(closures=frozenset({date(2026, 6, 2)}))
    assert add_working_days(date(2026, 6, 1), 1, calendar).day == date(2026, 6, 3)


def test_clocks_of_the_rules() -> None:
    assert upload_deadline(RULES, date(2026, 2, 11)).day == date(2026, 2, 27)
    assert publish_deadline(RULES, date(2026, 9, 24)).day == date(2026, 10, 29)
    assert publish_deadline(RULES, date(2026, 9, 24), penalty=True).day == date(2026, 10, 12)
    assert plan_deadline(RULES, 2026) == date(2025, 12, 20)


def test_days_left() -> None:
    assert working_days_left(date(2026, 9, 24), date(2026, 10, 12)) == 7
    assert working_days_left(date(2026, 10, 12), date(2026, 9, 24)) == -7
    assert working_days_left(date(2026, 6, 1), date(2026, 6, 1)) == 0
    assert upload_deadline(RULES, date(2026, 2, 11)).passed(date(2026, 2, 28))
