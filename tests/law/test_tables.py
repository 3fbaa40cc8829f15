"""Every obligation of both texts, and every rule above them, stands in the tree with its mark."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.rulebook.law_keys import KEYS
from policies.rulebook.lawbook import rules_at
from policies.rulebook.rules import Rules, Value
from policies.terms import Mark
from services.ruling.lawfiles import lawbook

TABLES = Path(__file__).parent / "tables"
ON = date(2026, 11, 22)
OWN = {"x": "西环〔2024〕3号", "k": "包头市环境保护局昆区分局"}


def rows(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((TABLES / name).read_text(encoding="utf-8")))


def rules(code: str, subject: str = "") -> Rules:
    return rules_at(lawbook(), lawbook().path_of(code), ON, subject=subject)


COUNTIES = {"x": rules("411721"), "k": rules("150203")}


def test_the_table_has_all_34_rows_once() -> None:
    assert [row["row"] for row in rows("obligations.yaml")] == list(range(1, 35))


@pytest.mark.parametrize("row", rows("obligations.yaml"), ids=lambda row: f"row {row['row']}")
def test_every_obligation_is_quoted_from_the_countys_own_text(row: dict[str, Any]) -> None:
    for county, found in COUNTIES.items():
        for key in row[county]:
            value = found.value(key)
            assert value.place == found.path, key
            quoted(value, OWN[county])
    for key in row.get("over", ()):
        quoted(rules("150200", "150203").value(key), OWN["k"])


def quoted(value: Value, text: str) -> None:
    assert value.basis.mark is Mark.QUOTED
    assert value.basis.sentence and value.basis.clause and text in value.basis.text
    assert value.basis.effective <= value.basis.checked_on


def test_what_the_counties_quote_is_in_the_table() -> None:
    for county, found in COUNTIES.items():
        listed = {key for row in rows("obligations.yaml") for key in row[county]}
        quoted_keys = {
            key for key, value in found.own.items()
            if value.place == found.path and value.basis.mark is Mark.QUOTED
        }  # fmt: skip
        # what a text says in passing, beyond the rows
        assert quoted_keys - listed <= {"audit.duty"}


@pytest.mark.parametrize("row", rows("floors.yaml"), ids=lambda row: f"{row['key']} {row.get('level', '')}")
def test_every_floor_stands_with_its_mark_and_without_a_sentence(row: dict[str, Any]) -> None:
    entries = [
        e for e in lawbook().places[("CN",)]
        if e.key == row["key"] and e.scope.level in (row.get("level", ""), "")
    ]  # fmt: skip
    (entry,) = [e for e in entries if e.basis.text == row["text"]]
    assert entry.basis.mark == row["mark"]
    assert entry.basis.clause == row["clause"] if "clause" in row else entry.basis.clause
    assert not entry.basis.sentence
    if "words" in row:
        assert Value(entry.value, entry.basis, entry.key).words() == row["words"]


def test_floors_reach_the_counties_and_the_undercut_one_is_said() -> None:
    for found in COUNTIES.values():
        floor = found.floors["rate.key"][-1]
        assert (floor.basis.text, floor.words()) == ("环办〔2015〕88号", "每季度 25%")
    assert [w.code for w in COUNTIES["x"].warnings] == ["below_parent_floor"]
    (warning,) = COUNTIES["k"].warnings
    assert "1:10" not in warning.zh and "人员数×10" in warning.zh


def test_every_key_of_the_texts_is_a_known_one() -> None:
    assert {row["key"] for row in rows("floors.yaml")} <= KEYS.keys()


def test_a_day_taken_from_the_number_of_a_document_says_so() -> None:
    for place, entries in lawbook().places.items():
        for entry in entries:
            last_of_year = (entry.basis.effective.month, entry.basis.effective.day) == (12, 31)
            if last_of_year and entry.basis.mark is not Mark.DEFAULT:
                assert "生效日未确认" in entry.note, (place, entry.key)


def test_the_day_of_the_undated_text_is_marked_beside_every_value() -> None:
    dated = [e for entries in lawbook().places.values() for e in entries if "原文未署日期" in e.basis.text]
    assert len(dated) > 40
    assert not [entry.key for entry in dated if "生效日未确认" not in entry.note]
    assert all("生效日未确认" in v.note for v in COUNTIES["k"].own.values() if v.place[-1] == "150203")


def test_who_inspects_is_named_as_in_the_sentence() -> None:
    for found in COUNTIES.values():
        body = found.value("inspect.body")
        assert body.value in body.basis.sentence


def test_the_undated_text_of_kundulun_says_so_in_every_citation() -> None:
    (place,) = [p for p in lawbook().places if p[-1] == "150203"]
    quotes = [e.basis for e in lawbook().places[place] if e.basis.mark is Mark.QUOTED]
    assert quotes and all("原文未署日期" in basis.cite() for basis in quotes)
