"""What was released of the API stays, and what stands in the file is what is served."""

import pytest

from services.api.surface import broken, surface
from tests.house.api_released import described, released

OP = "POST /api/v1/x"
BEFORE = (OP, f"{OP} < a", f"{OP} < b", f"{OP} < b!", f"{OP} > id")


@pytest.fixture(scope="module")
def now() -> tuple[str, ...]:
    return surface(described())


def test_nothing_released_is_gone_and_nothing_more_is_asked_for(now: tuple[str, ...]) -> None:
    assert broken(released(), now) == ()


def test_the_file_is_what_is_served(now: tuple[str, ...]) -> None:
    """New lines are written into it: `python -m tests.house.api_released`."""
    assert released() == now


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({f"{OP} > id"}, {f"{OP} > id"}),
        ({f"{OP} < a"}, {f"{OP} < a"}),
        ({OP, *BEFORE[1:]}, set(BEFORE) - {f"{OP} < b!"}),
        ({f"{OP} < b!"}, set()),  # what had to be sent may be left out from now on
    ],
)
def test_a_line_that_goes_is_seen(change: set[str], lost: set[str]) -> None:
    assert set(broken(BEFORE, tuple(set(BEFORE) - change))) == lost


@pytest.mark.parametrize(
    ("added", "asked"),
    [
        ({f"{OP} < c", f"{OP} > more", "GET /api/v1/y", "GET /api/v1/y < query:z!"}, set()),
        ({f"{OP} < a!"}, {f"{OP} < a!"}),
        ({f"{OP} < c", f"{OP} < c!"}, {f"{OP} < c!"}),
        ({f"{OP} < c", f"{OP} < c.d", f"{OP} < c.d!"}, set()),  # inside of what need not be sent
        ({f"{OP} < a.d", f"{OP} < a.d!"}, {f"{OP} < a.d!"}),
    ],
)
def test_more_is_not_asked_of_an_old_client(added: set[str], asked: set[str]) -> None:
    assert set(broken(BEFORE, (*BEFORE, *added))) == asked
