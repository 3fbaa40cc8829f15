"""Every rule a bureau may choose does something: its key is read by name where things are decided."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from policies.rulebook.key_effects import FIXED, WORDS, effect_note, one_form
from policies.rulebook.law_key import VISIT_TYPES
from policies.rulebook.law_keys import KEYS
from policies.rulebook.lawbook import rules_at
from policies.rulebook.rule_changes import choosable
from policies.visiting.checklist import GROUPS
from services.ruling.lawfiles import lawbook
from services.views.choices import key_options
from tenants.records import VisitType

ROOT = Path(__file__).parents[2]
FLOORS = ("policies", "services", "tenants")
# where keys are declared, listed or filled from a template; naming a key here gives it no effect
LISTINGS = (
    "policies/rulebook/key_effects.py",
    "policies/rulebook/law_key.py", "policies/rulebook/law_keys.py", "policies/rulebook/law_key_duties.py",
    "policies/figures.py",
    "services/views/rules.py", "services/views/text_rows.py", "services/views/choices.py",
    "services/usecases/onboard_bureau.py", "services/api/rule_bodies.py", "services/ruling/text_forms.py",
)  # fmt: skip


def literals(path: Path) -> Iterator[str]:
    """Texts of a file, docstrings aside; of an f-string its beginning and a star."""
    tree = ast.parse(path.read_text("utf-8"))
    told = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    told |= {id(part) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for part in n.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
            yield f"{node.values[0].value}*"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def read_by_name() -> set[str]:
    found: set[str] = set()
    for path in (p for floor in FLOORS for p in (ROOT / floor).rglob("*.py")):
        if str(path.relative_to(ROOT)) not in LISTINGS:
            found |= set(literals(path))
    return {name for name in KEYS if name in found or (f"{name.split('.')[0]}.*" in found and _stratum(name))}


def _stratum(name: str) -> bool:
    """`rate.*` and `coverage.*` are read class by class."""
    return name.split(".")[1] in ("key", "general", "special")


def test_every_choosable_key_is_read_where_something_is_decided() -> None:
    idle = {n for n, k in KEYS.items() if n not in WORDS and n not in FIXED} - read_by_name()
    assert not idle


def test_what_has_one_form_says_why_and_is_not_offered() -> None:
    assert set(FIXED) == {name for name, key in KEYS.items() if one_form(key)}
    offered = {one.key: one for one in key_options(rules_at(lawbook(), ("CN",), date(2026, 1, 1)))}
    assert not offered.keys() & FIXED.keys()
    assert all(offered[name].shown == (name in WORDS) for name in offered)
    assert all(effect_note(name) and effect_note(name, "en") for name in {*FIXED, *WORDS})
    assert not effect_note("rate.key")


def test_what_is_read_is_not_called_words() -> None:
    """Duties of statutes are cited on notices, and never chosen."""
    assert not {key.name for key in choosable()} & WORDS & read_by_name()


def test_what_is_only_shown_is_words_and_known() -> None:
    assert set(KEYS) >= WORDS
    assert {KEYS[name].form for name in WORDS} <= {"text", "texts", "pairs"}


def test_the_check_itself_sees_an_idle_key(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text(
        '"""rate.key"""\ndef f(rules, s):\n    "days.upload"\n    rules.get("cap.visits"), f"rate.{s}"\n'
    )
    assert set(literals(file)) == {"cap.visits", "rate.*"}


def test_codes_named_twice_agree() -> None:
    assert set(VISIT_TYPES) == set(VisitType.__args__)
    assert all("." not in group for group in GROUPS)
