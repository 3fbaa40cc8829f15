"""Requests cut in the middle of a query, over a pool of two: no other bureau's row comes afterwards."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import httpx
import pytest
from litestar import Litestar
from sqlalchemy import Engine, event

from tenants.session import Database

from .asking import signed_in, unpaged
from .rows import FOREIGN, MARK, OWN
from .worlds import World

PATHS = (
    "/api/v1/bureaus/{b}/sites", "/api/v1/bureaus/{b}/officers", "/api/v1/bureaus/{b}/site-counts",
    "/desk/sites", "/desk/officers", "/desk/sites?text=模拟", "/api/v1/bureaus/{b}/imports",
)  # fmt: skip
AT_ONCE = 6
MOST = 5  # statements until the cut; a request sends about as many


@asynccontextmanager
async def callers(world: World, app: Litestar) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    """A keeper of either bureau, in this process: only there does a cut reach the running query."""
    async with signed_in(world, [f"{b}-keeper" for b in (OWN, FOREIGN)]) as people, AsyncExitStack() as stack:
        yield {
            name.partition("-")[0]: await stack.enter_async_context(
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(app=app),
                    base_url=world.settings.public_url,
                    cookies=person.client.cookies,
                    timeout=60,
                )
            )
            for name, person in people.items()
        }


class Scissors:
    """Cuts a request while its n-th statement is on the wire."""

    def __init__(self) -> None:
        self.armed: dict[asyncio.Task[Any], int] = {}
        self.cuts = 0

    def arm(self, task: asyncio.Task[Any], statements: int) -> None:
        self.armed[task] = statements

    def statement(self, *_: Any) -> None:
        """Heard before every statement, in the task of its request; the cut falls while it waits."""
        task = asyncio.current_task()
        if task is None or task not in self.armed:
            return
        self.armed[task] -= 1
        if self.armed[task] == 0:
            self.cuts += 1
            asyncio.get_running_loop().call_soon(task.cancel)


@contextmanager
def scissors() -> Iterator[Scissors]:
    """Also over what goes past SQLAlchemy: beginning with a scope, reads whose words stand ready, ending."""
    made = Scissors()
    event.listen(Engine, "before_cursor_execute", made.statement)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("execute", "fetch", "fetchval"):
            patch.setattr(asyncpg.Connection, name, _heard(getattr(asyncpg.Connection, name), made))
        yield made
    event.remove(Engine, "before_cursor_execute", made.statement)


def _heard(real: Any, made: Scissors) -> Any:
    def call(*args: Any, **more: Any) -> Any:
        made.statement()
        return real(*args, **more)

    return call


async def answers_of(clients: dict[str, httpx.AsyncClient]) -> dict[tuple[str, str], str]:
    return {
        (b, path): unpaged((await client.get(path.format(b=b))).text)
        for b, client in clients.items()
        for path in PATHS
    }


async def cut_many(
    clients: dict[str, httpx.AsyncClient], count: int, right: dict[Any, str]
) -> tuple[int, list[str]]:
    """(cuts, answers that were not the right ones) of `count` requests, most of them armed."""
    dice, wrong = random.Random(20260105), []

    async def worker(cutter: Scissors) -> None:
        for _ in range(count // AT_ONCE):
            bureau, path = dice.choice((OWN, FOREIGN)), dice.choice(PATHS)
            asked = asyncio.create_task(clients[bureau].get(path.format(b=bureau)))
            if dice.random() < 0.95:
                cutter.arm(asked, dice.randint(1, MOST))
            await asyncio.wait({asked})
            cutter.armed.pop(asked, None)
            if not asked.cancelled() and unpaged(asked.result().text) != right[bureau, path]:
                wrong.append(f"{bureau} {path}: {asked.result().status_code} {asked.result().text[:200]}")

    with scissors() as cutter:
        await asyncio.gather(*(worker(cutter) for _ in range(AT_ONCE)))
    return cutter.cuts, wrong


async def proved(world: World, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Database.connect.__func__.__kwdefaults__, "pool", 1)  # and one more on demand
    async with world.served() as app, callers(world, app) as clients:
        right = await answers_of(clients)
        assert all(MARK not in text for (bureau, _), text in right.items() if bureau == OWN)
        assert any(MARK in text for (bureau, _), text in right.items() if bureau == FOREIGN)
        cuts, wrong = await cut_many(clients, count, right)
        assert wrong == []
        assert cuts > count / 2, cuts
        assert await answers_of(clients) == right


async def test_cut_requests_leave_no_foreign_row(
    worlds: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    await proved(worlds[1], 500, monkeypatch)


@pytest.mark.prove
@pytest.mark.timeout(3600)
@pytest.mark.skipif("PROVE" not in os.environ, reason="make prove: ten thousand cut requests")
async def test_ten_thousand_cut_requests_leave_no_foreign_row(
    worlds: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    await proved(worlds[1], 10_000, monkeypatch)
