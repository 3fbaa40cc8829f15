"""Certificates, leave, recusals and trainings: what may be entered, and what it means for draws."""

from datetime import date

import pytest

from policies.roster.day_errors import BadSpan, BadTraining, LeaveOverlaps, NoOneSite, RecusalStands
from policies.roster.officer_days import (
    check_leave,
    check_recusal,
    check_training,
    following,
    period_on,
    the_site,
    validity,
)
from policies.terms import Officer, Period

TODAY = date(2026, 5, 20)


def officer(until: date = date(2027, 12, 31), **more: object) -> Officer:
    return Officer("豫001", "模拟人员", "大队", until, lead=True, on_post=True, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("until", "left", "matters", "level"),
    [
        (date(2026, 5, 19), -1, "2026Q2", "expired"),
        (date(2026, 5, 20), 0, "2026Q2", "now"),
        (date(2026, 6, 29), 40, "2026Q2", "now"),
        (date(2026, 6, 30), 41, "2026Q3", "soon"),  # lasts to the quarter's end: drawn in it
        (date(2026, 9, 29), 132, "2026Q3", "soon"),
        (date(2026, 9, 30), 133, "2026Q4", ""),
        (date(2026, 12, 31), 225, "2027Q1", ""),
    ],
)
def test_a_warning_names_the_first_draw_that_passes_over(until, left, matters, level):
    found = validity(officer(until), TODAY)
    assert (found.left, str(found.matters), found.level) == (left, matters, level)


def test_quarters_follow_each_other():
    assert [str(period_on(date(2026, m, 1))) for m in (1, 3, 4, 12)] == [
        "2026Q1", "2026Q1", "2026Q2", "2026Q4",
    ]  # fmt: skip
    assert following(Period(2026, 4)) == Period(2027, 1) and following(Period(2026, 1)) == Period(2026, 2)


def test_leave_shares_no_day_with_leave():
    away = officer(leave=((date(2026, 6, 1), date(2026, 6, 5)),))
    check_leave(away, date(2026, 6, 6), date(2026, 6, 6), "sick", "")
    check_leave(away, date(2026, 5, 25), date(2026, 5, 31), "annual", "")
    for first, last in ((5, 9), (1, 1), (3, 4)):
        with pytest.raises(LeaveOverlaps, match="2026-06-01 至 2026-06-05"):
            check_leave(away, date(2026, 6, first), date(2026, 6, last), "sick", "")


@pytest.mark.parametrize(
    ("first", "last", "reason", "remark"),
    [
        (date(2026, 6, 2), date(2026, 6, 1), "sick", ""),
        (date(2026, 6, 1), date(2027, 6, 2), "sick", ""),
        (date(2026, 6, 1), date(2026, 6, 1), "holiday", ""),
        (date(2026, 6, 1), date(2026, 6, 1), "other", ""),
        (date(2026, 6, 1), date(2026, 6, 1), "sick", "x" * 201),
    ],
)
def test_leave_that_cannot_be(first, last, reason, remark):
    with pytest.raises(BadSpan):
        check_leave(officer(), first, last, reason, remark)


def test_a_recusal_stands_once():
    check_recusal(officer(), "S1", TODAY, None, "family", "")
    with pytest.raises(RecusalStands):
        check_recusal(officer(recusals=("S1",)), "S1", TODAY, None, "family", "")
    with pytest.raises(BadSpan):
        check_recusal(officer(), "S1", TODAY, date(2026, 5, 19), "family", "")
    with pytest.raises(BadSpan):
        check_recusal(officer(), "S1", TODAY, None, "annual", "")


def test_a_site_is_named_by_code_or_whole_name_and_only_one():
    assert the_site([("S1", "甲厂")], "甲厂") == "S1"
    assert the_site([("S1", "甲厂"), ("S2", "S1")], "s1") == "S1"  # a code goes before a name
    for found in ([], [("S1", "甲厂"), ("S2", "甲厂")]):
        with pytest.raises(NoOneSite):
            the_site(found, "甲厂")


@pytest.mark.parametrize(
    ("day", "topic", "minutes"), [(date(2026, 5, 21), "x", 60), (TODAY, "", 60), (TODAY, "x", 0)]
)
def test_a_training_that_cannot_be(day, topic, minutes):
    check_training(TODAY, "业务", "", 60, "", today=TODAY)
    with pytest.raises(BadTraining):
        check_training(day, topic, "", minutes, "", today=TODAY)
