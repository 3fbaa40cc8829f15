"""The published schema is what the function makes, and agrees with the reader on every file and fault."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.rulebook.law_errors import LawProblem
from policies.rulebook.law_schema import schema, value_schema
from policies.rulebook.lawbook import read, read_choices
from services.ruling.lawfiles import law_files

from .schema_check import fits

SCHEMA = schema()
FILE = Path(__file__).parents[2] / "docs" / "rules.schema.json"
CHOICES = (files("services.demo") / "choices.yaml").read_text(encoding="utf-8")
HEAD = "source: {text: 某文, clause: 一, effective: 2026-01-01, mark: confirmed, checked_on: 2026-11-22}\n"


def loaded(text: str) -> Any:
    """YAML as JSON sees it: days are text."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def test_the_file_is_the_function() -> None:
    assert FILE.read_text(encoding="utf-8") == json.dumps(SCHEMA, ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("name", law_files())
def test_every_law_file_fits(name: str) -> None:
    assert fits(loaded(law_files()[name]), SCHEMA, SCHEMA)


def test_choices_fit_and_a_ratio_needs_its_factors() -> None:
    whole = {"$ref": "#/$defs/choices"}
    document = loaded(CHOICES)
    assert fits(document, whole, SCHEMA) and read_choices(CHOICES)
    ratio = document["150203"]["rate.special"][0]
    del ratio["factors"]
    assert not fits(document, whole, SCHEMA)
    ratio |= {"mark": "stated", "quote": "一句"}
    assert fits(document, whole, SCHEMA)
    assert not fits({"15": {}}, whole, SCHEMA)


@pytest.mark.parametrize(
    "body",
    [
        "rate.kye:\n  - value: 1",
        "rate.key:\n  - value: {base: share, value: 0.2, per: quarter}",
        "rate.key:\n  - value: {base: share, value: 1/5}",
        "rate.key:\n  - value: {base: staff, by: 3, per: year}",
        "rate.key:\n  - value: {base: census, value: 1/5, per: year}",
        "rate.key:\n  - value: {base: larger, of: [{base: census}], per: year}",
        "rate.key:\n  - value: {base: larger, of: [{base: census, per: week}, {base: census}], per: year}",
        "draw.window:\n  - value: {rule: first_days_of_quarter, days: 15}",
        "draw.window:\n  - value: {rule: first_days_of_quarter, days: 61, count: calendar}",
        "draw.window:\n  - value: {rule: not_later_than, days: 5, count: calendar}",
        "rate.key:\n  - value: {base: larger, of: [{base: census, per: year}, {base: census}], per: quarter}",
        "rate.key: {base: census, per: year}",
        "rate.key: []",
        "team.size:\n  - value: 1",
        "team.size:\n  - value: true",
        "plan.deadline:\n  - value: 13-20",
        "split.year:\n  - value: [0, 0, 0, 0]",
        "split.year:\n  - value: [1, 1, 1]",
        "draw.window:\n  - value: {rule: whenever, days: 5}",
        "coverage.key:\n  - value: sometimes",
        "inspect.body:\n  - value: ''",
        "labels:\n  - value: {}",
        "item.pool:\n  - value: {colour: red}",
        "rate.key:\n  - {value: {base: census, per: year}, mark: quoted}",
        "rate.key:\n  - {value: {base: census, per: year}, mark: confirmed, quote: 一句}",
        "rate.key:\n  - {value: {base: census, per: year}, level: village}",
        "rate.key:\n  - {value: {base: census, per: year}, colour: red}",
    ],
)
def test_what_the_reader_refuses_does_not_fit(body: str) -> None:
    text = HEAD + body + "\n"
    with pytest.raises(LawProblem):
        read({"CN/a.yaml": text})
    assert not fits(loaded(text), SCHEMA, SCHEMA)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rate.key", {"base": "share", "value": "12.5%", "per": "quarter"}),
        ("rate.key", {"base": "share", "value": "1/10", "most": "3/20", "per": "quarter"}),
        (
            "rate.general",
            {"base": "smaller", "of": [{"base": "staff", "times": 5}, {"base": "share", "value": "1/5"}],
             "per": "year"},
        ),
        ("draw.window", {"rule": "last_working_days", "days": 5}),
        ("repeat.share", 1),
    ],
)  # fmt: skip
def test_a_value_alone_fits_its_own_schema(key: str, value: Any) -> None:
    alone = value_schema(key)
    assert fits(value, alone, alone)
    text = HEAD + yaml.safe_dump({key: [{"value": value}]}, allow_unicode=True)
    assert read({"CN/a.yaml": text}) and fits(loaded(text), SCHEMA, SCHEMA)
