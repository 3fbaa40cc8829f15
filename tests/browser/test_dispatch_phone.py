"""Release by team, a sick officer replaced, and the approval: on a phone, taps counted, every page sound."""

from collections.abc import AsyncIterator
from datetime import date, datetime, time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from services.clock import CHINA, SystemClock
from services.usecases.plan_days import plan_days
from services.web.state import SLOT
from tests.flows import ceremony as c
from tests.flows.changing import dispatcher, team, visits
from tests.services.asked import Asked, asked_site, drawn

from .watched import CHROMIUM, REAL

pytestmark = REAL
XP, KD = "411721", "150203"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
async def site(pg_server: Any, valkey_server: Any, new_home: Any) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "phone_dispatch") as found:
        await c.plan(found.app, KD)
        await c.prepare(found.app, KD)
        await drawn(found.app, XP)
        found.app.clock.set(datetime.combine(date(2026, 1, 5), time(8), CHINA))
        yield found


class Phone:
    """A person with a phone; every tap is counted."""

    def __init__(self, site: Asked, context: Any, who: str) -> None:
        self.site, self.context, self.who = site, context, who
        self.page: Any = None
        self.taps = 0
        self.told: list[str] = []

    async def begin(self, path: str) -> None:
        await self.login()
        self.page = await self.context.new_page()
        self.page.on("pageerror", lambda error: self.told.append(str(error)))
        await self.open(path)

    async def login(self) -> None:
        identity = self.site.litestar.state[SLOT].identity
        session = await identity.sessions.open(
            subject=self.who, bureau=self.who.partition("@")[2], acr=2,
            auth_time=int(SystemClock().now().timestamp()) + 1, id_token="", previous=None,
        )  # fmt: skip
        name = identity.config.session_cookie
        await self.context.add_cookies([{"name": name, "value": session.sid, "url": self.site.base}])

    async def open(self, path: str) -> None:
        answer = await self.page.goto(self.site.base + path)
        assert answer.status == 200, f"{path}: {answer.status}"

    async def tap(self, what: str) -> None:
        self.taps += 1
        async with self.page.expect_navigation():
            await self.page.locator(what).first.click()

    async def step_up(self, what: str) -> None:
        """Taps, gives the second factor for the very act, and confirms it."""
        self.taps += 2
        async with self.page.expect_request(lambda one: "/login?" in one.url) as asked:
            await self.page.locator(what).first.click()
        there = (await asked.value).url
        await self.page.wait_for_url("**/openid-connect/**")
        await self.login()
        await self.page.goto(self.site.base + parse_qs(urlsplit(there).query)["next"][0])
        async with self.page.expect_navigation():
            await self.page.click("form.stack button[type=submit]")

    async def sound(self) -> None:
        from axe_playwright_python.async_playwright import Axe

        assert await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        assert [
            (v["id"], [n["html"][:200] for n in v["nodes"][:3]])
            for v in (await Axe().run(self.page)).response["violations"]
        ] == []


@pytest.fixture
async def phones(site: Asked) -> AsyncIterator[tuple[Phone, Phone]]:
    from playwright.async_api import async_playwright

    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        made = [
            Phone(site, await browser.new_context(viewport=PHONE, locale="zh-CN"), f"{role}@{XP}")
            for role in ("dispatcher", "bureau_head")
        ]
        yield made[0], made[1]
        await browser.close()


async def test_a_sick_officer_is_replaced_from_a_phone(site: Asked, phones: tuple[Phone, Phone]) -> None:
    app = site.app
    async with app.work(dispatcher(app, XP)) as work:
        await plan_days(work, 1)
    sick, head = phones
    await sick.begin("/desk/draws/1/dispatch")
    await sick.sound()
    await sick.tap("li.ready button")  # 放行
    out = {n: one for n, one in (await visits(app, XP, 1)).items() if one.state == "dispatched"}
    assert out and sick.page.url.endswith("/desk/draws/1/dispatch")
    before = {slot: await team(app, XP, 1, slot) for slot in out}
    for path in ("/desk/draws/1/cars", "/desk/draws/1/changes", f"/desk/draws/1/changes/{min(out)}"):
        await sick.open(path)
        await sick.sound()
    await sick.open("/desk/draws/1/dispatch")
    sick.taps = 0
    await sick.tap("li.released a.button")  # 有人不能来
    await sick.sound()
    await sick.tap("ul.sick-list li:last-child a")  # who
    await sick.sound()
    await sick.tap(".swap button")  # propose
    await sick.sound()
    assert sick.taps == 3

    await head.begin("/desk")
    await head.sound()
    await head.tap("a[href='/desk/draws/1/changes']")
    await head.sound()
    await head.step_up("form[action$='/changes/approval'] button")
    assert head.taps == 3
    await head.sound()
    await head.open("/desk/draws/1/void")
    await head.sound()
    drawer = Phone(site, sick.context, f"drawer@{KD}")
    await drawer.begin("/desk/draws/1/readiness")
    await drawer.sound()
    after = {slot: await team(app, XP, 1, slot) for slot in out}
    assert all(set(after[slot]) != set(before[slot]) for slot in out)
    assert sick.told == [] and head.told == []
