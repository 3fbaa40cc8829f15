"""policies/ opens no file, reads no clock, throws no dice; time elsewhere comes from one clock."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
BANNED_CALLS = {"open", "print", "input", "eval", "exec", "__import__"}
BANNED_ATTRIBUTES = {"now", "today", "utcnow", "read_text", "read_bytes", "urandom", "getenv", "environ"}
CLOCK_READERS = {"now", "today", "utcnow"}


def calls(path: Path) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            found.append((node.lineno, name))
    return found


def test_policies_calls_nothing_impure() -> None:
    bad = [
        f"{p.name}:{line} {name}"
        for p in (ROOT / "policies").rglob("*.py")
        for line, name in calls(p)
        if name in BANNED_CALLS | BANNED_ATTRIBUTES
    ]
    assert not bad


def reads_clock(node: ast.AST) -> bool:
    named = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    return named and node.attr in CLOCK_READERS and node.value.id in {"datetime", "date"}


def test_only_the_clock_reads_the_time() -> None:
    """`work.now` and `clock.now()` are fine; `datetime.now(...)` and `date.today()` are not."""
    bad = []
    for path in [*(ROOT / "tenants").rglob("*.py"), *(ROOT / "services").rglob("*.py")]:
        if path.name == "clock.py":
            continue
        reads = (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if reads_clock(n))
        bad += [f"{path.relative_to(ROOT)}:{node.lineno}" for node in reads]
    assert not bad


def test_the_day_is_the_bureaus_day_not_the_machines() -> None:
    """`now()` is UTC: until eight in the morning its date is yesterday in China. `today(clock)`."""
    bad = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder in ("tenants", "services", "tests")
        for path in (ROOT / folder).rglob("*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if ".now()" + ".date()" in line
    ]
    assert not bad


def test_the_purity_check_itself_sees_a_breach(tmp_path: Path) -> None:
    sinner = tmp_path / "sinner.py"
    sinner.write_text("from datetime import date\nx = date.today()\ny = open('f')\n")
    assert {name for _, name in calls(sinner)} == {"today", "open"}
