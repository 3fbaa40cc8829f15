"""The ceremony in two browsers: drawer at the office PC, the superior's witness on a phone, to the minutes.

Each page is loaded anew at every step, one loses its line, a button is clicked twice: no step is done twice,
and both end with the same confirmed minutes.
"""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from services.clock import SystemClock
from services.usecases.prepare_draw import PrepareDraw, prepare_draw
from services.web.state import SLOT
from tests.flows import ceremony as c
from tests.services.asked import Asked, asked_site

from .watched import CHROMIUM, REAL

pytestmark = REAL
XP, CITY = "411721", "411700"
PAGE = f"/desk/ceremony/{XP}/1"
DIGITS = c.DIGITS["digits"]


@pytest.fixture
async def site(pg_server: Any, valkey_server: Any, new_home: Any) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "rite_pages") as found:
        yield found


class Seat:
    """One browser of the ceremony; what needs a second factor is stepped up for and confirmed."""

    def __init__(self, site: Asked, context: Any, who: str) -> None:
        self.site, self.context, self.who = site, context, who
        self.page: Any = None
        self.told: list[str] = []

    async def begin(self) -> None:
        await self.login()
        self.page = await self.context.new_page()
        self.page.on("pageerror", lambda error: self.told.append(str(error)))
        await self.open()

    async def login(self) -> None:
        identity = self.site.litestar.state[SLOT].identity
        session = await identity.sessions.open(
            subject=self.who, bureau=self.who.partition("@")[2], acr=2,
            auth_time=int(SystemClock().now().timestamp()) + 1, id_token="", previous=None,
        )  # fmt: skip
        name = identity.config.session_cookie
        await self.context.add_cookies([{"name": name, "value": session.sid, "url": self.site.base}])

    async def open(self) -> None:
        await self.page.goto(self.site.base + PAGE)
        await self.page.wait_for_selector("#rite[data-state=begun]")

    async def step_up(self, press: Any) -> None:
        """Presses, gives the second factor for the very act, and confirms it."""
        async with self.page.expect_request(lambda one: "/login?" in one.url) as asked:
            await press()
        there = (await asked.value).url
        await self.page.wait_for_url("**/openid-connect/**")
        await self.login()
        await self.page.goto(self.site.base + parse_qs(urlsplit(there).query)["next"][0])
        await self.page.click("form.stack button[type=submit]")
        await self.page.wait_for_selector("#rite[data-state=begun]")
        assert self.page.url.endswith(PAGE)

    async def sees(self, turn: str) -> None:
        await self.page.wait_for_selector(f'.rite-now[data-turn="{turn}"]')

    async def sound(self) -> None:
        from axe_playwright_python.async_playwright import Axe

        assert await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        assert [v["id"] for v in (await Axe().run(self.page)).response["violations"]] == []


@pytest.fixture
async def seats(site: Asked) -> AsyncIterator[tuple[Seat, Seat]]:
    from playwright.async_api import async_playwright

    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        wide = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        narrow = await browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
        yield Seat(site, wide, f"drawer@{XP}"), Seat(site, narrow, f"witness@{CITY}")
        await browser.close()


async def test_drawer_and_witness_go_through_the_whole_ceremony(
    site: Asked, seats: tuple[Seat, Seat]
) -> None:
    app = site.app
    await c.plan(app, XP)
    app.clock.set(c.BEACON.replace(day=26))
    async with app.work(c.drawer(app, XP)) as work:
        await prepare_draw(work, PrepareDraw(XP, "2026Q1", c.BEACON))
    drawer, witness = seats
    await drawer.begin()
    await witness.begin()
    await _committed(drawer, witness)
    await _frozen(app, drawer, witness)
    await _drawn(app, drawer, witness)
    await _minutes(app, drawer, witness)
    assert drawer.told == [] and witness.told == []


async def _committed(drawer: Seat, witness: Seat) -> None:
    await drawer.sees("commit.bureau")
    await drawer.sound()
    press = "[data-part=make]:not([disabled])"
    await drawer.step_up(lambda: drawer.page.click(press))
    await witness.page.wait_for_selector("text=轮到您做的事")  # nobody reloaded it
    await witness.step_up(lambda: witness.page.click(press))
    await drawer.sees("difference")
    await witness.sound()


async def _frozen(app: Any, drawer: Seat, witness: Seat) -> None:
    await drawer.page.click("text=查看名录差异")
    await drawer.page.wait_for_selector("text=差异已核对，冻结名单")
    await drawer.step_up(lambda: drawer.page.click("text=差异已核对，冻结名单"))
    await witness.sees("escrow")
    await c.escrow(app, XP, 1)  # opens what both browsers sealed, and compares it with their commitments
    await witness.sees("cosign")
    await c.cosign(app, CITY)
    await drawer.page.wait_for_selector("text=公布随机数")
    assert await drawer.page.locator(".rite-now").count() == 0


async def _drawn(app: Any, drawer: Seat, witness: Seat) -> None:
    c.at_beacon(app)
    await drawer.sees("beacon")
    await drawer.page.fill("input[name=digits]", DIGITS[:7])
    await witness.context.set_offline(True)
    site = witness.site.litestar.state[SLOT].streams
    site.hang_up()
    await witness.page.wait_for_selector("text=连接中断")
    await drawer.page.wait_for_timeout(1200)  # the stream came back meanwhile
    assert await drawer.page.input_value("input[name=digits]") == DIGITS[:7]  # what is typed stays
    await drawer.page.fill("input[name=digits]", DIGITS)
    await drawer.step_up(lambda: drawer.page.click("text=录入公开日志"))
    await witness.context.set_offline(False)
    await witness.page.wait_for_selector('.rite-now[data-turn="reveal.witness"]', timeout=20_000)
    await witness.open()  # a reload at this step changes nothing
    await witness.sees("reveal.witness")
    await witness.page.wait_for_selector("input[name=key]", state="hidden")  # this browser has it
    await witness.page.fill("input[name=digits]", "1" * 20)
    await witness.page.click(".rite-now button")
    await witness.page.wait_for_selector("text=秘密没有交出")
    await witness.page.fill("input[name=digits]", DIGITS)
    await witness.page.dblclick(".rite-now button")
    await witness.page.wait_for_selector('li.done:has-text("见证人交出秘密")')
    await drawer.sees("reveal.bureau")
    await drawer.page.click(".rite-now button")
    await drawer.sees("run")
    await drawer.step_up(lambda: drawer.page.click(".rite-now button"))
    await drawer.page.wait_for_selector("text=结果根 Z")


async def _minutes(app: Any, drawer: Seat, witness: Seat) -> None:
    await witness.sees("minutes.witness")
    await witness.sound()
    await witness.page.dblclick("text=我已核对，确认纪要")
    await witness.page.wait_for_selector('li.done:has-text("见证人确认纪要")')
    await drawer.sees("minutes.drawer")
    await drawer.sound()
    await drawer.page.click("text=我已核对，确认纪要")
    await drawer.page.wait_for_selector("text=仪式已经结束")
    await drawer.page.go_back()
    await drawer.page.wait_for_selector("text=仪式已经结束")  # the back button shows what is the case
    async with app.work(c.drawer(app, XP)) as work:
        told = await work.db.execute(text("select role from draw_minutes where bureau = :b"), {"b": XP})
        assert sorted(row.role for row in told) == ["drawer", "witness"]
        seen = text("select count(*) from journal where bureau = :b and action = 'draw.read' and actor = :w")
        assert await work.db.scalar(seen, {"b": XP, "w": witness.who})  # the superior's reading is told
