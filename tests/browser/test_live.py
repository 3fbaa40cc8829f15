"""The hall's screen in a real browser: it follows by itself, says when it cannot, and plays all again."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.flows import ceremony as c
from tests.hall import COUNTY, Hall, hall_of

from .watched import CHROMIUM, REAL

pytestmark = REAL


@pytest.fixture
async def hall(pg_server: Any, valkey_server: Any, new_home: Any) -> AsyncIterator[Hall]:
    async with hall_of(pg_server, valkey_server, new_home("wall"), "wall_live") as made:
        yield made


@pytest.fixture
async def wall() -> AsyncIterator[Any]:
    from playwright.async_api import async_playwright

    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
        yield await context.new_page()
        await browser.close()


async def test_the_wall_follows_loses_the_line_and_comes_back(hall: Hall, wall: Any) -> None:
    app, address = hall.app, f"{hall.base}/b/{COUNTY}/draws/1/live"
    await c.plan(app, COUNTY)
    await c.prepare(app, COUNTY)
    await c.freeze(app, COUNTY, 1)
    await wall.goto(address)
    await wall.wait_for_selector("text=正在直播")
    await wall.wait_for_selector(".hall-stage[data-latest=manifest]")
    await c.escrow(app, COUNTY, 1)
    await c.cosign(app, "411700")
    await wall.wait_for_selector(".hall-steps li:nth-child(2).done")
    await wall.context.set_offline(True)
    hall.streams.hang_up()
    await wall.wait_for_selector("text=连接中断")
    c.at_beacon(app)
    await c.run_draw(app, c.drawer(app, COUNTY), 1, c.DIGITS, c.secret(app, COUNTY, 1))
    assert await wall.locator(".hall-digits").count() == 0  # nothing reached it
    await wall.context.set_offline(False)
    await wall.wait_for_selector("text=结果根 Z", timeout=30_000)
    shown = await wall.locator(".hall-digits span").all_text_contents()
    assert "".join(shown) == c.DIGITS["digits"]
    assert await wall.evaluate("document.documentElement.scrollHeight") < 1400  # one look, hardly a scroll
    await _again(wall, address)


async def _again(wall: Any, address: str) -> None:
    await wall.goto(f"{address}?pause=30")
    told: list[str] = []
    wall.on("console", lambda m: told.append(m.text) if m.type == "error" else None)
    await wall.click("text=从头回放")
    await wall.wait_for_selector("text=回放结束，共 4 步")
    assert await wall.locator(".hall-steps li.done").count() == 4
    await asyncio.sleep(0.2)
    assert told == []
