"""Two hundred people watch a draw over HTTP: how long after it happened an event is on every screen.

Readers and site share one process and one event loop here, so the figures are rather too high than too low.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from services.usecases.ceremony import again
from services.usecases.enter_beacon import enter_beacon
from services.usecases.reveal_secret import reveal_secret
from services.usecases.run_draw import finish_draw
from tests.flows import ceremony as c
from tests.hall import CITY, COUNTY, Hall, hall_of

from .asking import p95
from .deployment import servers
from .meter import Figure

WATCHERS = 200
PATIENCE = 30.0
EVENTS = {"escrow": "the escrow's attestation", "beacon": "the beacon", "result": "the result"}


@dataclass
class Watcher:
    """One open stream; `came`: when the n-th picture was whole, by the process's clock."""

    came: list[float] = field(default_factory=list)

    async def watch(self, base: str, path: str) -> None:
        where = urlsplit(base)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        asked = f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\nAccept: text/event-stream\r\n\r\n"
        writer.write(asked.encode())
        try:
            async for line in reader:
                if line.startswith(b"id: "):
                    self.came.append(time.perf_counter())
        finally:
            writer.close()


def figures() -> Iterator[Figure]:
    with servers() as bench:
        pg, valkey = SimpleNamespace(superuser_dsn=bench.superuser), SimpleNamespace(url=bench.redis)
        found = asyncio.run(_told(pg, valkey, bench.home))
    every = [late for lates in found.values() for late in lates]
    for kind, words in EVENTS.items():
        yield Figure(
            f"{words} on {len(found[kind])} screens, the last of them", "wall s", max(found[kind]),
            found=f"median {median(found[kind]):.3f}",
        )  # fmt: skip
    worst = max(every)
    yield Figure(
        f"events of a ceremony to {WATCHERS} watchers over HTTP, p95 of all", "wall s", p95(every),
        target=f"< 1 s for every one: {'met' if worst < 1 else 'not met'}", found=f"worst {worst:.3f}",
    )  # fmt: skip


async def _told(pg: Any, valkey: Any, home: Any) -> dict[str, list[float]]:
    async with hall_of(pg, valkey, home, "watchers") as hall:
        app = hall.app
        await c.plan(app, COUNTY)
        await c.prepare(app, COUNTY)
        await c.freeze(app, COUNTY, 1)
        watchers = [Watcher() for _ in range(WATCHERS)]
        tasks = [asyncio.create_task(one.watch(hall.base, f"/b/{COUNTY}/draws/1/events")) for one in watchers]
        await _all(watchers, 1)
        try:
            return await _ceremony(hall, watchers)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _ceremony(hall: Hall, watchers: list[Watcher]) -> dict[str, list[float]]:
    app, who = hall.app, c.drawer(hall.app, COUNTY)
    found = {"escrow": await _late(watchers, 2, lambda: c.escrow(app, COUNTY, 1))}
    await c.cosign(app, CITY)
    c.at_beacon(app)
    who = c.drawer(app, COUNTY)
    beacon = partial(again, app, who, partial(enter_beacon, draw_no=1, evidence=c.DIGITS))
    found["beacon"] = await _late(watchers, 3, beacon)
    keys = c.secret(app, COUNTY, 1)
    told = partial(reveal_secret, draw_no=1, digits=c.DIGITS["digits"])
    await again(app, who, partial(told, role="bureau", key=keys["bureau"]))
    async with app.work(c.witness(app, COUNTY), bureau=COUNTY) as work:
        await told(work, role="witness", key=keys["witness"])
    found["result"] = await _late(watchers, 4, lambda: finish_draw(app, who, 1))
    return found


async def _late(watchers: list[Watcher], n: int, act: Any) -> list[float]:
    """Seconds from the end of the act's transaction to the n-th picture of each."""
    await act()
    done = time.perf_counter()
    await _all(watchers, n)
    return [max(0.0, one.came[n - 1] - done) for one in watchers]


async def _all(watchers: list[Watcher], n: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while any(len(one.came) < n for one in watchers):  # noqa: ASYNC110 - others' tasks
            await asyncio.sleep(0.02)
