"""The one clock. Everything that needs the time is given a `Clock`; nothing else asks the machine."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import ClassVar, Protocol

from policies.errors import Kind, Language, Problem, Wording
from services.home import write_private

CHINA = timezone(timedelta(hours=8), "UTC+08:00")  # one zone, no summer time since 1991: no tzdata needed


class Clock(Protocol):
    """Tells the time, and whether it is the real one."""

    @property
    def simulated(self) -> bool:
        """True where pages, records and the log must say 模拟 / simulated."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""


class ClockProblem(Problem):
    """A simulated clock was given a moment it cannot take."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("模拟时钟不能这样设置", "带时区且不早于 {now} 的时刻", "请给出更晚的时间。"),
        "en": Wording(
            "The simulated clock cannot be set so",
            "an aware moment not before {now}",
            "Give a moment not before the present simulated one.",
        ),
    }


class SystemClock:
    """The machine's clock."""

    simulated = False

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place that may


class SimulatedClock:
    """A clock that stands still until it is set; it never goes back.

    Args:
        start: first moment, aware.
        keep: file that remembers the moment over restarts; None keeps nothing.

    Raises:
        ClockProblem: `start` has no time zone.
    """

    simulated = True

    def __init__(self, start: datetime, keep: Path | None = None) -> None:
        if start.tzinfo is None:
            raise ClockProblem(start, now="—")
        self._moment = start.astimezone(UTC)
        self._keep = keep

    @classmethod
    def resume(cls, keep: Path, start: datetime) -> "SimulatedClock":
        """The clock as kept in the file `keep`, else beginning at `start`."""
        if keep.exists():
            start = datetime.fromisoformat(keep.read_text(encoding="ascii").strip())
        return cls(start, keep)

    def now(self) -> datetime:
        """The simulated moment, aware, in UTC."""
        return self._moment

    def set(self, moment: datetime) -> datetime:
        """Moves to `moment` and returns it in UTC; the same moment again is allowed.

        Raises:
            ClockProblem: `moment` has no time zone or lies before the present simulated moment.
        """
        if moment.tzinfo is None or moment < self._moment:
            raise ClockProblem(moment, now=self._moment.isoformat())
        self._moment = moment.astimezone(UTC)
        if self._keep is not None:
            write_private(self._keep, self._moment.isoformat())
        return self._moment

    def advance(self, step: timedelta) -> datetime:
        """Moves on by `step` (not negative) and returns the new moment in UTC.

        Raises:
            ClockProblem: `step` is negative.
        """
        return self.set(self._moment + step)


def today(clock: Clock) -> date:
    """The calendar day in China at the clock's moment: the day every legal term counts from."""
    return clock.now().astimezone(CHINA).date()
