"""A bureau moves between servers of different versions: the newest that is embedded, the oldest supported."""

from typing import Any

import pytest

from services.usecases.open_draw import open_draw
from tenants.migrate import set_up
from tests.moving import CITY, COUNTY, Ground, ground_of, read, stamped, write

from . import ceremony as c
from .test_bureau_move import drawn
from .test_draw_flow import cancel_all, verdict_of

OLD = "old"


async def test_to_an_older_server_and_back(pg_server: Any, pg15_server: Any, new_home: Any) -> None:
    if pg15_server is None:
        pytest.skip("no PostgreSQL 15 on this machine: the move between versions was not tried")
    identity = f"{c.IDENTITY}/{OLD}"
    urls = await set_up(pg15_server.superuser_dsn, "move_old", c.PASSWORDS, identity=identity)
    stamp = await stamped(pg_server.superuser_dsn, new_home("versions"))
    async with ground_of(stamp, pg_server.superuser_dsn, new_home, {OLD: urls}) as ground:
        await drawn(ground.app)
        before = await ground.sums("shared")
        done = await ground.move(OLD)
        assert (done.source, done.target, done.draws) == ("shared", OLD, 1) and done.rows > 100
        assert _kept(await ground.sums(OLD)) == _kept(before)  # two versions write their rows alike
        await write(ground.app, COUNTY, 1)
        await _opened(ground)
        back = await ground.move("", back=True)
        assert (back.source, back.target) == (OLD, "shared") and await read(ground.app, COUNTY) == 61
        verdict, _ = await verdict_of(ground.app, COUNTY, 1)
        assert verdict.verdict == "VALID", verdict.as_dict()
        assert (await ground.actions()).count("bureau.move") == 2  # and the chain holds over both


async def _opened(ground: Ground) -> None:
    """Work goes on where the bureau lives now: its draw is opened with the key of before."""
    await cancel_all(ground.app, COUNTY, 1)
    async with ground.app.work(c.drawer(ground.app, COUNTY)) as work:
        await open_draw(work, 1)
    await c.cosign(ground.app, CITY)


def _kept(sums: Any) -> list[Any]:
    return [one for one in sums if one.table != "journal"]  # the move itself is one entry more
