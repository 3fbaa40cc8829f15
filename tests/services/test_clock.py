"""The injected clock."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from services.clock import CHINA, Clock, ClockProblem, SimulatedClock, SystemClock, today

START = datetime(2025, 12, 15, 9, 0, tzinfo=CHINA)


def test_system_clock_is_real_and_aware() -> None:
    clock: Clock = SystemClock()
    assert clock.now().utcoffset() == timedelta(0)
    assert not clock.simulated


def test_simulated_clock_stands_still_until_moved() -> None:
    clock = SimulatedClock(START)
    assert clock.simulated
    assert clock.now() == clock.now() == START
    assert clock.now().tzinfo is UTC
    assert clock.advance(timedelta(hours=2)) == START + timedelta(hours=2)
    assert clock.set(clock.now()) == clock.now()


@pytest.mark.parametrize("moment", [START - timedelta(seconds=1), datetime(2026, 1, 1)])
def test_never_back_and_never_naive(moment: datetime) -> None:
    clock = SimulatedClock(START)
    with pytest.raises(ClockProblem):
        clock.set(moment)
    assert clock.now() == START


def test_moment_survives_a_restart(tmp_path: Path) -> None:
    kept = tmp_path / "clock"
    clock = SimulatedClock.resume(kept, START)
    clock.advance(timedelta(days=1))
    assert SimulatedClock.resume(kept, START).now() == START + timedelta(days=1)


def test_today_is_the_day_in_china() -> None:
    assert today(SimulatedClock(datetime(2025, 12, 31, 16, 0, tzinfo=UTC))) == date(2026, 1, 1)
    assert today(SimulatedClock(datetime(2025, 12, 31, 15, 59, tzinfo=UTC))) == date(2025, 12, 31)
