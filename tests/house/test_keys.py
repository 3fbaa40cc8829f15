"""Every rule a bureau may choose does something: its key is read by name where things are decided."""

import ast
from collections.abc import Iterator
from pathlib import Path

from policies.rulebook.law_key import VISIT_TYPES, Key
from policies.rulebook.law_keys import KEYS
from policies.visiting.checklist import GROUPS
from tenants.records import VisitType

ROOT = Path(__file__).parents[2]
FLOORS = ("policies", "services", "tenants")
# where keys are declared, listed or filled from a template; naming a key here gives it no effect
LISTINGS = (
    "policies/rulebook/law_key.py", "policies/rulebook/law_keys.py", "policies/rulebook/law_key_duties.py",
    "services/views/rules.py", "services/views/text_rows.py", "services/views/choices.py",
    "services/usecases/onboard_bureau.py", "services/api/rule_bodies.py", "services/ruling/text_forms.py",
)  # fmt: skip

# What a text says in words: shown with its citation, printed, and decided by people. By class:
SHOWN = {
    "who and what": (
        "inspect.body", "inspect.entrusted", "inspect.objects", "inspect.main_way", "visit.excluded",
        "class.key", "officers.pool", "officers.update", "roster.suppliers", "roster.maintainer",
    ),
    "the draw and the plan in words": (
        "draw.method", "draw.platform", "draw.fixed", "overlay.duty", "plan.unit", "plan.name", "legal.own",
    ),
    "where things go, by hand": ("filing.plan", "filing.list", "upload.target", "publish.platforms"),
    "duties in words": (
        "publish.duty", "record.device", "record.archive", "secrecy.duty", "secrecy.sanctions",
        "violation.correct", "violation.penalty", "joint.partners", "joint.duty", "frequency.void",
        "rectify.revisit", "credit.duty", "audit.duty", "training.duty", "organisation.duty",
        "startup.tasks", "results.disposals",
    ),
    "duties of statutes": tuple(name for name in KEYS if name.startswith("law.duty.")),
}  # fmt: skip
WORDS = frozenset(name for names in SHOWN.values() for name in names)


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


def fixed(key: Key) -> bool:
    """A choice of one option states the only way the product works; the reader refuses any other."""
    return key.form == "choice" and len(key.options) == 1


def test_every_choosable_key_is_read_where_something_is_decided() -> None:
    idle = {n for n, k in KEYS.items() if n not in WORDS and not fixed(k)} - read_by_name()
    assert not idle


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
