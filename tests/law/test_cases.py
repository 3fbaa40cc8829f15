"""Every case of `tests/law/*.yaml`: bureau or rules, day and counts → quarters, warnings or refusal."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.errors import Problem
from policies.planning.plan import Counts, YearPlan, make_plan
from policies.rulebook.lawbook import read_choices, rules_at, rules_from_text
from policies.rulebook.rules import Rules
from services.ruling.lawfiles import lawbook

HERE = Path(__file__).parent
SOURCE = {
    "text": "示例",
    "clause": "形状",
    "effective": date(2020, 1, 1),
    "mark": "unverified",
    "checked_on": date(2026, 11, 22),
}
FACTORS = dict.fromkeys(("staff", "area", "sources", "compliance", "quality", "complaints"), "示例")


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['name']}")
        for path in sorted(HERE.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def as_law(values: dict[str, Any], extra: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"source": SOURCE} | {k: [{"value": v, **(extra or {})}] for k, v in values.items()}


def rules_of(case: dict[str, Any]) -> Rules:
    book = lawbook()
    if "rules" in case:
        text = yaml.safe_dump(as_law(case["rules"]), allow_unicode=True)
        return rules_from_text(
            text,
            on=date(2025, 12, 15),
            book=book,
            level=case.get("level", "county"),
            item=case.get("item", ""),
        )
    chosen = as_law(case.get("choices", {}), {"factors": FACTORS})
    choices = read_choices(yaml.safe_dump({case["bureau"]: chosen}, allow_unicode=True))[case["bureau"]]
    path = book.path_of(case["bureau"])
    return rules_at(book, path, case["date"], choices, subject=case.get("subject", ""))


def plan_of(case: dict[str, Any]) -> YearPlan:
    given = dict(case["given"])
    staff = given.pop("staff")
    return make_plan(rules_of(case), Counts(**given), staff, 2026, districts=case.get("districts"))


@pytest.mark.parametrize("case", cases())
def test_case(case: dict[str, Any]) -> None:
    expect = case["expect"]
    if "error" in expect:
        with pytest.raises(Problem) as caught:
            plan_of(case)
        assert caught.value.code == expect["error"]
        assert caught.value.basis or case.get("rules")
        return
    plan = plan_of(case)
    for stratum in ("key", "general", "special"):
        if stratum in expect:
            assert [x.number for x in plan.lines if x.stratum == stratum] == expect[stratum]
    for stratum, numbers in expect.get("minimum", {}).items():
        assert [x.minimum for x in plan.lines if x.stratum == stratum] == numbers
    if "warnings" in expect:
        assert [w.code for w in plan.warnings] == expect["warnings"]
    assert all(line.basis.cite() and line.why for line in plan.lines)
