"""A site is closed with the document that says so; its history keeps it, the next freeze leaves it out."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from itertools import count

import pytest

from policies.roster.batch import BatchChange
from policies.roster.batch_errors import BatchMoved
from policies.terms import SiteStatus
from services.home import Home
from services.usecases.change_sites import change_sites, preview_batch
from services.usecases.freeze_draw import FreezeDraw, freeze_draw
from services.usecases.show_difference import show_difference
from services.work import App, Work
from tenants.stores import sites

from . import ceremony as c
from .platform import COUNTY, code

CLOSE = BatchChange("status", "closed", "已经拆除", "西环〔2025〕12号", dated="2025-12-01")
_numbers = count(1)


@pytest.fixture
async def app(pg_server, new_home) -> AsyncIterator[App]:
    name = f"closed_sites_{next(_numbers)}"
    home: Home = new_home(name)
    async with c.small_deployment(pg_server.superuser_dsn, home, name) as opened:
        yield opened


def keeper(app: App) -> AbstractAsyncContextManager[Work]:
    return app.work(c.acting(app, COUNTY, "registry_keeper"))


async def changed(app: App, wish: BatchChange, *codes: str) -> None:
    async with keeper(app) as work:
        plan = await preview_batch(work, codes, wish)
        assert len(plan.turned) == len(codes)
        await change_sites(work, plan.marks, wish)


async def test_a_closed_site_leaves_the_next_freeze_and_comes_back_with_a_reason(app: App) -> None:
    await c.plan(app, COUNTY)
    await changed(app, CLOSE, code(1), code(2))
    await changed(app, BatchChange("status", "active", "查明仍在生产", "现场核实记录"), code(2))
    async with keeper(app) as work:
        one, two = [await sites.one(work.db, work.scope, COUNTY, code(n)) for n in (1, 2)]
        assert (one.status, two.status) == (SiteStatus.CLOSED, SiteStatus.ACTIVE)
        told = [change.reason for change in await sites.history(work.db, work.scope, COUNTY, code(2))][-2:]
    assert told == [
        "批量修改：已经拆除（依据：西环〔2025〕12号，2025-12-01）",
        "批量修改：查明仍在生产（依据：现场核实记录）",
    ]
    await c.prepare(app, COUNTY)
    async with app.work(c.drawer(app, COUNTY)) as work:
        shown = await show_difference(work, 1)
    async with app.work(c.drawer(app, COUNTY)) as work:
        frozen = await freeze_draw(work, FreezeDraw(1, shown.row.h))
    assert frozen.difference.sites["listed"] == [0, 58]  # sixty, one closed from the first, one now


async def test_of_two_who_change_one_site_the_second_is_told_and_nothing_is_overwritten(app: App) -> None:
    async with keeper(app) as work:
        seen = await preview_batch(work, [code(3)], CLOSE)
    await changed(app, BatchChange("basin", "洪河流域", "流域调整"), code(3))
    with pytest.raises(BatchMoved) as caught:
        async with keeper(app) as work:
            await change_sites(work, seen.marks, CLOSE)
    assert code(3) in str(caught.value.as_dict("zh"))
    async with keeper(app) as work:
        kept = await sites.one(work.db, work.scope, COUNTY, code(3))
    assert (kept.status, kept.basin) == (SiteStatus.ACTIVE, "洪河流域")
