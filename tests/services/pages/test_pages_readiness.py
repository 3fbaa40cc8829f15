"""The checklist before a freeze, on the page: what is missing, what mends it, and a freeze only tried."""

import re
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from services.demo.granting import give
from services.outside.secret import make_secret
from services.usecases.ceremony import superior_of
from services.usecases.commit_secret import commit_secret
from services.usecases.prepare_draw import PrepareDraw, prepare_draw
from tenants.rows import Membership
from tenants.scope import Scope
from tests.flows import ceremony as c
from tests.services.asked import Asked, asked_site

XP = "411721"
POINT = re.compile(r'data-point="(\w+)" data-state="(\w+)"')


@pytest.fixture(scope="module")
async def site(pg_server: Any, valkey_server: Any, new_home: Any) -> AsyncIterator[Asked]:
    """A draw that was prepared before its year was planned, and nothing else of it done."""
    async with asked_site(pg_server, valkey_server, new_home, "readiness") as found:
        found.app.clock.set(c.BEACON.replace(day=26))
        async with found.app.work(c.drawer(found.app, XP)) as work:
            await prepare_draw(work, PrepareDraw(XP, "2026Q1", c.BEACON))
        async with found.app.database.unit(Scope.own(XP, "tests")) as db:
            row = Membership(XP, f"drawer@{XP}", "drawer", "模拟抽取人", date(2025, 1, 1))
            await give(db, Scope.own(XP, "tests"), row)
        yield found


async def test_each_point_turns_good_when_it_is_mended(site: Asked) -> None:
    app, client = site.app, await site.browser("drawer", XP)
    address = "/desk/draws/1/readiness"
    first = (await client.get(address)).text
    told = dict(POINT.findall(first))
    bad = {id_ for id_, state in told.items() if state == "bad"}
    assert bad == {"plan", "commit", "witness", "difference"} and "还有 4 项未具备" in first
    assert told["officers"] == "warn" and "证件 1 个" in first  # one certificate ends before the quarter
    tried = await client.post(address)
    assert tried.status_code == 200 and 'role="alert"' in tried.text and "可以冻结。" not in tried.text
    await c.plan(app, XP)
    await _commit(app)
    told = dict(POINT.findall((await client.get(address)).text))
    assert {id_ for id_, state in told.items() if state == "bad"} == {"difference"}
    tried = await client.post(address)
    assert "可以冻结。" in tried.text and "还有 1 项未具备" in tried.text  # tried is not looked at
    async with app.work(c.drawer(app, XP)) as work:
        state = await work.db.scalar(text("select state from draw where bureau = :b"), {"b": XP})
        assert state == "prepared"
    await client.post("/desk/draws/1/difference")
    assert "各项均已具备" in (await client.get(address)).text
    await c.freeze(app, XP, 1)
    frozen = (await client.get(address)).text
    assert "名单已经冻结" in frozen and not POINT.findall(frozen)
    await client.aclose()


async def _commit(app: Any) -> None:
    """Both secrets, as their holders' devices make them."""
    async with app.work(c.drawer(app, XP)) as work:
        public = (await superior_of(work, XP)).escrow_public
        card = make_secret(
            c.drawer_device(app, XP), bureau=XP, draw_no=1, role="bureau", escrow_public=public, suite=1
        )
        await commit_secret(work, 1, "bureau", card.c, card.escrow_copy, card.suite)
    await c.commit_witness(app, XP, 1, public)


async def test_who_does_not_see_hands_sees_no_point(site: Asked) -> None:
    client = await site.browser("support", XP)
    assert not POINT.findall((await client.get("/desk/draws/1/readiness")).text)
    await client.aclose()
