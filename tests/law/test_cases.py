"""Every case of `tests/law/*.yaml`: bureau or rules, day and counts → what the product must say."""

from collections.abc import Iterable

import pytest

from policies.errors import Problem
from policies.rulebook.rule_errors import NoRule
from tests.law.case_form import HERE, Case, check, load, own_cases, params, plan_of, rules_of

ROWS = {row["row"]: row for row in load(HERE / "tables" / "obligations.yaml")}
COUNTIES = {"xiping": ("x", "411721"), "kundulun": ("k", "150203")}


@pytest.mark.parametrize("case", params(own_cases()))
def test_case(case: Case) -> None:
    if "error" not in case["expect"]:
        check(case)
        return
    with pytest.raises(Problem) as caught:
        plan_of(case, rules_of(case))
    assert caught.value.code == case["expect"]["error"]
    assert caught.value.basis or case.get("rules") or isinstance(caught.value, NoRule)


@pytest.mark.parametrize("county", COUNTIES)
def test_every_row_with_a_value_has_its_case(county: str) -> None:
    column, _ = COUNTIES[county]
    with_value = {n for n, row in ROWS.items() if row[column] or (column == "k" and row.get("over"))}
    assert {case["row"] for _, case in own_cases(county) if "row" in case} == with_value


@pytest.mark.parametrize("county", COUNTIES)
def test_a_rows_cases_expect_every_key_of_the_row(county: str) -> None:
    column, code = COUNTIES[county]
    for number, row in ROWS.items():
        cases = [case for _, case in own_cases(county) if case.get("row") == number]
        own = _keys(case for case in cases if case["bureau"] == code)
        assert set(row[column]) <= own, number
        over = _keys(case for case in cases if case["bureau"] != code)
        assert column == "x" or set(row.get("over", ())) <= over, number


def test_a_shape_says_whether_it_was_seen_or_made_up() -> None:
    published = {path.stem for path in (HERE / "published").glob("*.yaml")}
    seen = [case["seen"] for _, case in own_cases("shapes")]
    assert set(seen) <= published | {"reported", "invented"}


def _keys(cases: Iterable[Case]) -> set[str]:
    return {key for case in cases for part in ("values", "says") for key in case["expect"].get(part, ())}
