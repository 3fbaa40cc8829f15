"""A record starts with two valid officers, answers everything, and contradicts itself nowhere."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.rulebook.labels import labels_of
from policies.rulebook.lawbook import Choice, rules_at
from policies.rulebook.rule_errors import BelowOwnText
from policies.rulebook.rules import Rules
from policies.terms import Basis, Mark
from policies.visiting.checklist import ITEMS, STANDARD, checklist_of, complete
from policies.visiting.dispatching import VISITS_PER_OFFICER_AND_DAY, Errand, spread
from policies.visiting.notice import MASK, public_view
from policies.visiting.visit_errors import ChecklistIncomplete, FieldNotPublic, RecordRefused, TooFewOfficers
from policies.visiting.visits import (
    Fix,
    Present,
    check_place,
    check_result,
    check_span,
    inside_fence,
    seal_hash,
    team_present,
)
from services.ruling.lawfiles import lawbook

DAY = date(2026, 1, 20)
NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
XIPING = rules_at(lawbook(), lawbook().path_of("411721"), DAY)
TWO = XIPING.value("record.officers")
FINE = {item.id: ("fine", "") for item in ITEMS}


def present(number: int, until: date = DAY) -> Present:
    return Present(f"豫Q{number}", until, lead=number == 1)


def test_two_valid_officers_of_the_team_may_begin() -> None:
    team_present([present(1), present(2)], ["豫Q1", "豫Q2"], DAY, TWO)


@pytest.mark.parametrize(
    "there",
    [
        [present(1)],
        [present(1), present(1)],
        [present(1), present(3)],
        [present(1), present(2, DAY - timedelta(1))],
    ],
    ids=["alone", "twice the same", "a stranger", "expired yesterday"],
)
def test_fewer_than_two_valid_officers_are_refused(there: list[Present]) -> None:
    with pytest.raises(TooFewOfficers):
        team_present(there, ["豫Q1", "豫Q2"], DAY, TWO)


def chosen(key: str, value: object, code: str = "411721") -> Rules:
    basis = Basis("本局决定", "一", "", Mark.DEFAULT, date(2025, 12, 1), DAY)
    return rules_at(lawbook(), lawbook().path_of(code), DAY, (Choice(key, value, basis),))


def test_a_bureau_may_ask_for_more_officers_and_never_for_fewer() -> None:
    three = chosen("record.officers", 3).value("record.officers")
    with pytest.raises(TooFewOfficers) as caught:
        team_present([present(1), present(2)], ["豫Q1", "豫Q2", "豫Q3"], DAY, three)
    assert "3" in caught.value.wording().title and caught.value.basis == three.basis.cite()
    with pytest.raises(TooFewOfficers) as caught:
        team_present([present(1)], ["豫Q1", "豫Q2"], DAY, TWO)
    assert "行政处罚法" in (caught.value.basis or "")
    with pytest.raises(BelowOwnText):
        chosen("record.officers", 1)


def test_the_bureaus_groups_are_asked_under_its_names() -> None:
    whole = checklist_of(XIPING)
    assert [i.id for i in whole.items] == [i.id for i in ITEMS]
    assert next(iter(whole.groups.values()))[0] == "污染防治设施运行"
    groups = {"noise": "噪声", "permit": "许可证"}  # of a bureau whose own text names no groups
    asked = checklist_of(chosen("checklist.groups", groups, "411700"))
    assert [i.id for i in asked.items] == ["permit.held", "permit.reports", "noise.checked"]
    with pytest.raises(ChecklistIncomplete):
        complete({"permit.held": ("fine", ""), "permit.reports": ("fine", "")}, asked)
    with pytest.raises(ChecklistIncomplete) as caught:
        complete(FINE, asked)
    assert "emissions.limits" in caught.value.got
    row = complete({i.id: ("fine", "") for i in asked.items}, asked).as_list()[-1]
    assert (row["item"], row["group"], row["question"]) == ("noise.checked", "噪声", "噪声是否符合要求")


def test_names_are_the_bureaus_own_and_never_its_citys() -> None:
    assert labels_of(XIPING).brigade == "西平县环境监察大队"
    found = labels_of(chosen("labels", {"officer": "生态环境执法人员"}))
    assert (found.officer, found.brigade) == ("生态环境执法人员", "西平县环境监察大队")
    new = rules_at(lawbook(), ("CN", "410000", "411700", "411799"), DAY)
    assert labels_of(new).bureau == "" and labels_of(new).brigade == "生态环境保护综合行政执法大队"
    assert labels_of(rules_at(lawbook(), new.path[:3], DAY)).brigade == "生态环境保护综合行政执法支队"


def test_every_item_needs_an_answer() -> None:
    assert complete(FINE, STANDARD).faults == ()
    for item in ITEMS:
        with pytest.raises(ChecklistIncomplete) as caught:
            complete({k: v for k, v in FINE.items() if k != item.id}, STANDARD)
        assert item.id in caught.value.got


def test_a_fault_needs_words_and_an_unknown_answer_is_refused() -> None:
    with pytest.raises(ChecklistIncomplete):
        complete({**FINE, "emissions.limits": ("fault", " ")}, STANDARD)
    with pytest.raises(ChecklistIncomplete):
        complete({**FINE, "emissions.limits": ("", "")}, STANDARD)


def test_result_and_checklist_agree() -> None:
    faulty = complete({**FINE, "emissions.limits": ("fault", "总排口超标")}, STANDARD)
    check_result("pending", faulty, "现场")
    check_result("none_found", complete(FINE, STANDARD), "现场")
    for code, answers in [("none_found", faulty), ("pending", complete(FINE, STANDARD)), ("bogus", faulty)]:
        with pytest.raises(RecordRefused):
            check_result(code, answers, "现场")
    with pytest.raises(RecordRefused):
        check_result("none_found", complete(FINE, STANDARD), "  ")


def test_times_run_forward() -> None:
    hour = timedelta(hours=1)
    check_span(NOW - 2 * hour, NOW - hour, NOW)
    for start, end in [(NOW, NOW), (NOW, NOW - hour), (NOW, NOW + hour)]:
        with pytest.raises(RecordRefused):
            check_span(start, end, NOW)


def test_fence_allows_for_accuracy() -> None:
    assert inside_fence(Fix(114.0, 33.38, 20, NOW), 114.001, 33.38)
    assert not inside_fence(Fix(114.0, 33.38, 20, NOW), 114.02, 33.38)


def test_a_changed_record_has_another_hash() -> None:
    assert seal_hash({"a": 1}) == seal_hash({"a": 1}) != seal_hash({"a": 2})


def test_a_notice_lets_only_listed_fields_out() -> None:
    with pytest.raises(FieldNotPublic):
        public_view("result", {"site_name": "演示", "contact_phone": "13800000000"})


@given(st.integers(3, 9), st.integers(10**8, 10**9 - 1))
def test_phone_numbers_are_masked_in_free_text(second: int, rest: int) -> None:
    view = public_view("result", {"measures": f"联系1{second}{rest}改正"})
    assert view["measures"] == f"联系{MASK}改正"


def test_codes_are_not_masked() -> None:
    code = "911101080000000000"
    assert public_view("result", {"credit_code": code, "findings": [{"text": code}]}) == {
        "credit_code": code,
        "findings": [{"text": MASK}],
    }


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.floats(0, 0.4)), max_size=40))
def test_every_visit_gets_a_day_and_no_officer_too_many(rows: list[tuple[int, int, float]]) -> None:
    days = [date(2026, 1, 1) + timedelta(d) for d in range(41)]
    errands = [Errand(i, (f"a{a}", f"b{b}"), 114 + x, 33.3) for i, (a, b, x) in enumerate(rows)]
    placed = spread(errands, days)
    assert set(placed) == {e.slot for e in errands} and set(placed.values()) <= set(days)
    assert placed == spread(list(reversed(errands)), days)
    loads: dict[tuple[str, date], int] = {}
    for errand in errands:
        for officer in errand.team:
            key = (officer, placed[errand.slot])
            loads[key] = loads.get(key, 0) + 1
    assert all(n <= VISITS_PER_OFFICER_AND_DAY for n in loads.values())


def test_a_place_away_from_the_site_or_a_coarse_one_needs_a_reason() -> None:
    near, far, coarse = (Fix(114.0 + d, 33.38, a, NOW) for d, a in [(0.001, 20), (0.02, 20), (0.02, 9999)])
    assert check_place(near, 114.0, 33.38, "") == (93, True)
    for fix in (far, coarse, None):
        with pytest.raises(RecordRefused):
            check_place(fix, 114.0, 33.38, " ")
        assert check_place(fix, 114.0, 33.38, "厂区内无信号")[1] is False


def test_days_of_leave_are_avoided_and_settled_days_kept() -> None:
    days = [date(2026, 1, 5) + timedelta(d) for d in range(3)]
    away = Errand(1, ("a", "b"), 114, 33.3, frozenset(days[:2]))
    joint = Errand(2, ("a", "c"), 114, 33.3, frozenset(days), date(2026, 2, 2))
    hopeless = Errand(3, ("d", "e"), 114, 33.3, frozenset(days))
    placed = spread([away, joint, hopeless], days)
    assert (placed[1], placed[2]) == (days[2], date(2026, 2, 2)) and placed[3] in days
