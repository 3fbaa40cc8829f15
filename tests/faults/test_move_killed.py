"""A move whose command dies at every point: run again it ends, or is taken back; nothing is lost."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict
from typing import Any

import pytest

from services.work import App
from tenants.moving.errors import BureauMoving, MoveUnfinished
from tests.moving import COUNTY, OTHER, Ground, ground_of, numbers, read, stamped, write

from .mover import DEAD

Killed = Callable[[str, str], None]
BEFORE = ("3", "3 14/", "4", "5", "commit locked", "commit prepared 1", "commit written")
AFTER = ("commit decided", "commit finished", "6")


@pytest.fixture(scope="module")
async def stamp(pg_server: Any, new_home: Any) -> App:
    return await stamped(pg_server.superuser_dsn, new_home("killed"))


@pytest.fixture(scope="module")
async def ground(stamp: App, pg_server: Any, new_home: Any) -> AsyncIterator[Ground]:
    async with ground_of(stamp, pg_server.superuser_dsn, new_home) as made:
        yield made


@pytest.fixture(scope="module")
def killed(ground: Ground) -> Iterator[Killed]:
    """Runs a mover until it dies at a point."""
    command = [sys.executable, "-m", "tests.faults.mover"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as movers:
        assert movers.stdin is not None and movers.stdout is not None

        def kill(to: str, at: str) -> None:
            given = {
                "bureau": COUNTY, "to": to, "at": at, "home": str(ground.app.home.root),
                "shared": asdict(ground.servers.database),
                "own": {name: asdict(urls) for name, urls in ground.servers.own.items()},
            }  # fmt: skip
            print(json.dumps(given), file=movers.stdin, flush=True)
            assert int(movers.stdout.readline()) == DEAD, at

        yield kill
        movers.stdin.close()


@pytest.mark.parametrize("at", [*BEFORE, *AFTER])
async def test_run_again_it_ends(ground: Ground, killed: Killed, at: str) -> None:
    """The bureau goes to and fro between two databases, a killed command each time."""
    here = next(iter(await ground.home()))
    there = "own1" if here == "shared" else "shared"
    n = next(numbers)
    await write(ground.app, COUNTY, n)
    rows = await read(ground.app, COUNTY)
    killed(there, at)
    assert await read(ground.app, COUNTY) == rows  # read all the time
    with pytest.raises(BureauMoving):
        await write(ground.app, COUNTY, 10_000 + n)
    await write(ground.app, OTHER, n)  # nobody else notices
    with pytest.raises(MoveUnfinished):
        await ground.move("own2")
    await ground.move(there)
    assert await ground.home() == {there} and await ground.closed() == [[], []]
    assert await read(ground.app, COUNTY) == rows
    await write(ground.app, COUNTY, 20_000 + n)
    assert (await ground.actions())[-2:] == ["bureau.move", "site.edit"]


@pytest.mark.parametrize("at", ["3 14/", "5"])
async def test_taken_back_it_never_was(ground: Ground, killed: Killed, at: str) -> None:
    here = next(iter(await ground.home()))
    there = "own1" if here == "shared" else "shared"
    killed(there, at)
    done = await ground.move("", back=True)
    assert done.undone and await ground.home() == {here} and await ground.closed() == [[], []]
    assert await ground.rows(there) == 0
    await write(ground.app, COUNTY, next(numbers))
