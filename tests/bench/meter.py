"""How a figure is taken: CPU or wall seconds of a callable, median of several runs, beside its baseline."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One measured thing. `ratio` = seconds / baseline seconds of the same run, where there is a baseline."""

    name: str
    unit: str
    seconds: float
    baseline: str = ""
    baseline_seconds: float = 0.0
    target: str = ""
    found: str = ""

    @property
    def ratio(self) -> float | None:
        return self.seconds / self.baseline_seconds if self.baseline_seconds else None

    def as_dict(self) -> dict:
        return asdict(self) | {"ratio": self.ratio}


def pairs(
    name: str,
    act: Callable[[], object],
    baseline: str,
    other: Callable[[], object],
    *,
    runs: int = 5,
    cpu: bool = True,
    warm: bool = True,
    target: str = "",
) -> Figure:
    """Both in turn, A B A B …, so that a drift of the machine hits both."""
    clock = time.process_time if cpu else time.perf_counter
    mine, theirs = [], []
    if warm:
        act(), other()
    for _ in range(runs):
        mine.append(timed(act, clock))
        theirs.append(timed(other, clock))
    unit = "CPU s" if cpu else "wall s"
    return Figure(name, unit, median(mine), baseline, median(theirs), target)


def timed_once(name: str, act: Callable[[], str]) -> Figure:
    """A long piece of work, done once; what it found stands beside its time."""
    start = time.process_time()
    found = act()
    return Figure(name, "CPU s", time.process_time() - start, found=found)


def timed(act: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    act()
    return clock() - start
