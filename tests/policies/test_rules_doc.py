"""The manual of the law files: its examples load, its list of keys is the list."""

import re
from pathlib import Path

from policies.rulebook.bases import BASES
from policies.rulebook.law_errors import LawProblem
from policies.rulebook.law_keys import KEYS
from policies.rulebook.lawbook import read, read_choices
from services.ruling.lawfiles import lawbook

DOC = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", DOC, re.S)


def test_examples_load() -> None:
    law, choices, stated = BLOCKS
    assert read({"CN/410000/411700/411799/rates.yaml": law}).places
    assert list(read_choices(choices)) == ["411721"]
    assert list(read_choices(stated)) == ["411799"]


def test_every_ratio_of_the_manual_loads() -> None:
    section = DOC.split("## 三、")[1].split("## 四、")[0]
    ratios = re.findall(r"^\| `(\{base.*?\})` \|", section, re.M)
    assert {r.split(":")[1].split(",")[0].strip() for r in ratios} | {"smaller"} == set(BASES)
    head = BLOCKS[0].split("rate.key:")[0]
    for ratio in ratios:
        read({"CN/rates.yaml": f"{head}rate.key:\n  - value: {ratio}\n"})


def test_keys_are_listed_in_order() -> None:
    section = DOC.split("## 四、")[1].split("## 五、")[0]
    assert re.findall(r"^\| `([^`]+)`", section, re.M) == list(KEYS)


def test_errors_named_exist() -> None:
    names = {c.__name__ for c in _tree(LawProblem)}
    assert set(re.findall(r"^\| `([A-Z]\w+)`", DOC, re.M)) <= names
    assert lawbook().places


def _tree(cls: type[LawProblem]) -> set[type[LawProblem]]:
    return {cls}.union(*(_tree(c) for c in cls.__subclasses__()))
