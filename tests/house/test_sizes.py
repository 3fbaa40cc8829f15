"""Files stay readable: median under 100 lines, none over 400; functions short; docstrings where public."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = ("policies", "tenants", "services")


def sources(*folders: str) -> list[Path]:
    return [p for f in folders for p in sorted((ROOT / f).rglob("*.py"))]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_no_python_file_over_400_lines() -> None:
    long = {str(p.relative_to(ROOT)): n for p in sources(*FLOORS, "tests") if (n := lines(p)) > 400}
    assert not long


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


@pytest.mark.parametrize("floor", FLOORS)
def test_median_file_under_100_lines(floor: str) -> None:
    sizes = [n for p in sources(floor) if (n := lines(p)) > 3]
    assert median(sizes) < 100


@pytest.mark.parametrize("floor", FLOORS)
def test_median_function_under_15_lines(floor: str) -> None:
    spans = [f.end_lineno - f.lineno + 1 for p in sources(floor) for f in functions(p) if f.end_lineno]
    assert median(spans) < 15


@pytest.mark.parametrize("floor", FLOORS)
def test_public_functions_and_classes_have_docstrings(floor: str) -> None:
    bare = []
    for path in sources(floor):
        for node in ast.parse(path.read_text("utf-8")).body:
            named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if named and not node.name.startswith("_") and not ast.get_docstring(node):
                bare.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not bare
