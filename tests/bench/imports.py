"""A roster on its way in, database included: a county's file checked, a province's checked and taken.

Beside the time: the longest moment the event loop was held up, so how long somebody at the desk waited.
"""

import asyncio
import resource
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, TypeVar

from policies.roster import SITE_LAYOUT
from policies.terms import Principal
from services.demo.rosters import SITES
from services.demo.site_rows import SiteMix, site_rows
from services.sheets.templates import fill_template
from services.usecases.import_check import check_file
from services.usecases.import_take import take_check

from .deployment import BIG, Bench, furnished, opened, servers
from .meter import Figure
from .rosters import bare_reader

T = TypeVar("T")
FEW, MANY = 5000, 100_000
WHO = Principal(subject="keeper", name="某某", bureau=BIG, roles=frozenset({"registry_keeper"}))
TICK = 0.005


def workbook(rows: int) -> bytes:
    """Rows of a county, given codes of the bureau's own until there are enough."""
    mix: SiteMix = replace(SITES[BIG], total=FEW)
    made = [dict(row) for row in site_rows(mix, "bench")]
    return fill_template(SITE_LAYOUT, [made[n % FEW] | {"code": f"DJ{BIG}{n:06}"} for n in range(rows)])


@asynccontextmanager
async def held_up() -> AsyncIterator[list[float]]:
    """The longest the event loop did nothing else, in seconds, once it is over."""
    worst, over = [0.0], asyncio.Event()

    async def tick() -> None:
        while not over.is_set():
            start = time.perf_counter()
            await asyncio.sleep(TICK)
            worst[0] = max(worst[0], time.perf_counter() - start - TICK)

    task = asyncio.create_task(tick())
    try:
        yield worst
    finally:
        over.set()
        await task


async def timed(act: Awaitable[T]) -> tuple[T, float, float]:
    async with held_up() as worst:
        start = time.perf_counter()
        found = await act
        spent = time.perf_counter() - start
    return found, spent, worst[0]


async def _measured(bench: Bench, few: bytes, many: bytes) -> dict[str, tuple[float, float]]:
    made = await furnished(bench, "imports")
    async with opened(bench, made) as app:

        async def check(data: bytes) -> Any:
            async with app.work(WHO) as work:
                return await check_file(work, "sites", data, "bench.xlsx", inline=True)

        async def take(row: Any) -> Any:
            async with app.work(WHO) as work:
                return await take_check(work, row.id, inline=True)

        await check(few)
        _, few_s, few_worst = await timed(check(few))
        row, check_s, check_worst = await timed(check(many))
        if row.summary["report"]["valid"] != MANY:
            raise SystemExit(f"{row.summary['report']}: {row.summary['errors'][:2]}")
        _, take_s, take_worst = await timed(take(row))
    return {"few": (few_s, few_worst), "check": (check_s, check_worst), "take": (take_s, take_worst)}


def figures() -> Iterator[Figure]:
    few, many = workbook(FEW), workbook(MANY)
    bare = {rows: bare_reader(data) for rows, data in ((FEW, few), (MANY, many))}
    with servers() as bench:
        found = asyncio.run(_measured(bench, few, many))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    columns = len(SITE_LAYOUT.columns)
    for name, rows, words, target in (
        ("few", FEW, "file of 5,000 rows checked and kept", "< 1.5 s"),
        ("check", MANY, f"file of 100,000 × {columns} checked and kept", ""),
        ("take", MANY, f"file of 100,000 × {columns} checked again and taken, all new", ""),
    ):
        spent, worst = found[name]
        said = f"{target}: {'met' if spent < 1.5 else 'not met'}" if target else ""
        blocked = f"event loop held up {worst * 1000:.0f} ms at most; peak {peak} MB"
        yield Figure(words, "wall s", spent, "the bare xlsx reader", bare[rows], said, blocked)
