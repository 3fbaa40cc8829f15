"""The table of obligations is whole, names real keys, and what the code cites stands in it."""

import re
from pathlib import Path

from policies.rulebook.law_keys import KEYS

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "obligations.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| (\d+) \|(.*)$", TABLE, re.MULTILINE))
CITED = re.compile(r"\bobligations? (\d+)(?:[–-](\d+))?")


def sources() -> list[Path]:
    return [p for floor in ("policies", "tenants", "services") for p in (ROOT / floor).rglob("*.py")]


def test_every_number_is_there_once() -> None:
    assert [int(number) for number in ROWS] == list(range(1, 35))


def test_the_keys_it_names_exist() -> None:
    named = re.findall(r"`([a-z_]+\.[a-z_]+)`", TABLE)
    assert named
    assert not [key for key in named if key not in KEYS]


def test_what_the_code_cites_stands_in_the_table() -> None:
    cited = {
        (path.name, number)
        for path in sources()
        for match in CITED.finditer(path.read_text(encoding="utf-8"))
        for number in match.groups()
        if number
    }
    assert len(cited) > 10
    assert not {one for one in cited if one[1] not in ROWS}


def test_nothing_cites_a_text_that_is_not_here() -> None:
    assert not [str(path) for path in sources() if "DOMAIN" in path.read_text(encoding="utf-8")]
