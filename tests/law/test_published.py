"""Rule sets that Chinese bureaus really published, each as data only, held against the product.

What was read is a stored page, not the paper: every set says where, when and how far it could be checked, and
what of it the rules cannot say. A set is never completed from memory.
"""

import re
from datetime import date
from typing import Any

import pytest

from policies.terms import Mark
from tests.law.case_form import HERE, TRIAL_DAY, Case, check, load, params

SETS = {path.stem: load(path) for path in sorted((HERE / "published").glob("*.yaml"))}
FIELDS = {
    "bureau", "level", "document", "date", "date_note", "effective", "source", "mark", "read_on", "content",
    "gaps", "cases",
}  # fmt: skip


def cases() -> list[tuple[str, Case]]:
    return [(stem, _with_basis(case, found)) for stem, found in SETS.items() for case in found["cases"]]


def _with_basis(case: Case, found: dict[str, Any]) -> Case:
    """The citation every value of a set carries; the clause numbers were not to be seen."""
    basis = {
        "text": found["document"],
        "clause": "条款号未核对",
        "effective": found["effective"],
        "mark": found["mark"],
        "checked_on": found["read_on"],
    }
    on = max(TRIAL_DAY, found["effective"])
    return {"level": found["level"], "basis": basis, "on": on} | case


@pytest.mark.parametrize("case", params(cases()))
def test_published(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("stem", SETS)
def test_a_set_says_where_it_was_read_and_how_far(stem: str) -> None:
    found = SETS[stem]
    assert found.keys() == FIELDS
    assert re.fullmatch(r"https?://[\w.-]+/\S+", found["source"])
    assert Mark(found["mark"]) in (Mark.SECONDARY, Mark.UNVERIFIED)  # we hold none of these texts
    assert found["bureau"]["name"] and re.fullmatch(r"[1-6]\d{5}", found["bureau"].get("code", "100000"))
    assert found["date_note"] and found["content"]
    assert found["date"] in (None, found["effective"])
    assert date(2015, 1, 1) <= found["effective"] <= found["read_on"]


def test_ten_sets_and_no_two_from_one_page() -> None:
    assert len(SETS) >= 10
    assert len({found["source"] for found in SETS.values()}) == len(SETS)


def test_the_shapes_the_product_promises_are_among_them() -> None:
    said = [case["rules"] for found in SETS.values() for case in found["cases"]]
    shares = {r["value"] for rules in said for r in rules.values() if isinstance(r, dict) and "value" in r}
    assert {"25%", "12.5%", "15%", "5%", "40%"} <= shares
    bases = {r["base"] for rules in said for r in rules.values() if isinstance(r, dict) and "base" in r}
    assert {"staff", "staff-group", "share", "census", "smaller"} <= bases
    assert any("cap.visits" in rules for rules in said)
