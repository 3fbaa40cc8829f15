"""A quarter as people type it."""

import pickle

import pytest

from policies.errors import Problem
from policies.terms import BadPeriod, Period


def test_a_quarter_is_read_and_written() -> None:
    assert str(Period.parse("2026Q1")) == "2026Q1"
    assert str(Period.parse("2026Q1").previous) == "2025Q4"


@pytest.mark.parametrize(
    "text", ["", "2026", "2026Q0", "2026Q5", "2026-1", "２０２６Q1", "0000Q1", " 2026Q1", "2026Q1\n"]
)
def test_anything_else_is_a_readable_refusal(text: str) -> None:
    with pytest.raises(BadPeriod) as caught:
        Period.parse(text)
    problem = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(problem, Problem) and isinstance(problem, ValueError)
    assert (problem.kind, problem.code) == ("invalid", "BadPeriod")
    assert "2026Q1" in problem.line("zh") and "2026Q1" in problem.line("en")
