"""Several readers of the same two things in turn: A B A B …, so that a drift of the machine hits both."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import median, quantiles
from time import perf_counter

from .deployment import Reader

Act = Callable[[], Awaitable[object]]
WARM = 30


def rates(readers: Mapping[str, Sequence[Reader]], seconds: float = 0.5, rounds: int = 8) -> dict[str, float]:
    """Answers a second of each, its readers all at once; the median of the rounds."""

    async def slice_(those: Sequence[Reader]) -> float:
        start, count = perf_counter(), 0

        async def one(reader: Reader) -> None:
            nonlocal count
            while perf_counter() - start < seconds:
                await reader.get()
                count += 1

        await asyncio.gather(*map(one, those))
        return count / (perf_counter() - start)

    async def all_() -> dict[str, float]:
        found: dict[str, list[float]] = {name: [] for name in readers}
        for turn in range(rounds + 1):
            for name, those in readers.items():
                rate = await slice_(those)
                if turn:
                    found[name].append(rate)
        return {name: median(those) for name, those in found.items()}

    return asyncio.run(all_())


async def in_turn(acts: Mapping[str, Act], runs: int, warm: int = WARM) -> dict[str, list[float]]:
    """Seconds of each call, in order."""
    found: dict[str, list[float]] = {name: [] for name in acts}
    for turn in range(runs + warm):
        for name, act in acts.items():
            start = perf_counter()
            await act()
            if turn >= warm:
                found[name].append(perf_counter() - start)
    return found


def p95(seconds: Sequence[float]) -> float:
    """The slowest but five in a hundred."""
    return quantiles(seconds, n=20)[18]
