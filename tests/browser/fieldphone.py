"""Phones of inspectors with the field app, against a served deployment with dispatched visits."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta
from typing import Any

from playwright.async_api import Page, async_playwright

from services.clock import CHINA, SystemClock
from services.usecases.dispatch_tasks import dispatch_tasks
from services.web.state import SLOT
from tests.flows import ceremony as c
from tests.flows import fieldwork as f
from tests.services.asked import Asked

from .watched import CHROMIUM

XP = "411721"
SMALL = {"width": 360, "height": 740}
OFFICERS = (f.cert(XP, 4), f.cert(XP, 5))
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


async def dispatched(app: Any, sites: int, bureau: str = XP) -> int:
    """A draw whose visits all belong to the officers 4 and 5, dispatched for today."""
    no = await f.drawn(app, bureau, dict.fromkeys(range(5, sites + 5), (4, 5)))
    async with app.work(c.acting(app, bureau, "dispatcher")) as work:
        board = await dispatch_tasks(work, no)
    day = max(one.visit_on for one in board.placed if one.visit_on)
    app.clock.set(datetime.combine(day, time(16), CHINA))
    return no


async def sign_in(site: Asked, context: Any, who: str = f"inspector@{XP}#4") -> str:
    """Puts a session where a login would; returns its number."""
    identity = site.litestar.state[SLOT].identity
    session = await identity.sessions.open(
        subject=who, bureau=who.partition("@")[2].partition("#")[0], acr=1,
        auth_time=int(SystemClock().now().timestamp()), id_token="", previous=None,
    )  # fmt: skip
    name = identity.config.session_cookie
    await context.add_cookies([{"name": name, "value": session.sid, "url": site.base}])
    return str(session.sid)


class Phone:
    """One phone: its pages, what they complained about, every request that reached the network."""

    def __init__(self, site: Asked, context: Any) -> None:
        self.site, self.context = site, context
        self.page: Any = None
        self.said: list[str] = []

    async def start(self, path: str = "/field/app") -> "Phone":
        self.page = await self.context.new_page()
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        await self.page.goto(self.site.base + path)
        await self.ready()
        return self

    async def ready(self) -> None:
        await self.page.wait_for_selector("html[data-ready=yes]")

    async def kept(self) -> None:
        """The shell is on the phone and its worker answers for it."""
        await self.page.evaluate("navigator.serviceWorker.ready")
        await self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    async def sound(self) -> None:
        from axe_playwright_python.async_playwright import Axe

        assert await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        found = (await Axe().run(self.page)).response["violations"]
        wrong = [(v["id"], [n["html"][:200] for n in v["nodes"][:3]]) for v in found]
        assert wrong == [], wrong

    async def rows(self) -> list[dict[str, Any]]:
        """What the phone holds of every record, without its content."""
        found: list[dict[str, Any]] = await self.page.evaluate(
            "import('/static/field/db.js').then((m) => m.all('records'))"
            ".then((all) => all.map(({ box, iv, ...rest }) => ({ ...rest, boxed: box?.byteLength ?? 0 })))"
        )
        return found

    async def states(self) -> list[str]:
        return sorted(one["state"] for one in await self.rows())


@asynccontextmanager
async def chromium() -> AsyncIterator[Any]:
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def context(browser: Any, **more: Any) -> Any:
    place = {"longitude": 114.02, "latitude": 33.38, "accuracy": 12}
    here = {
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "geolocation": place,
        "permissions": ["geolocation"],
    }
    return await browser.new_context(viewport=SMALL, has_touch=True, reduced_motion="reduce", **here, **more)


async def fill(page: Page, task: str, *, photo: bool = True) -> None:
    """Fills in every step of a record by hand and stops before it is submitted."""
    path = f"#/record/{task}"
    await page.evaluate("(to) => { location.hash = to; }", f"{path}/arrival")
    await page.click("[data-act=now]")
    await earlier(page)
    for tick in await page.query_selector_all("[data-at=people] input"):
        await tick.check()
    await page.click("[data-act=locate]")
    await page.wait_for_selector("[data-at=fix]:has-text('12')")
    if await page.locator("textarea[name=place_reason]").is_visible():
        await page.fill("textarea[name=place_reason]", "厂区在登记位置以东")
    while await page.locator("[data-act=submit]").count() == 0:
        step = await page.inner_text("[data-at=at]")
        await page.click("[data-at=next]")
        await page.locator("[data-at=at]", has_not_text=step).wait_for()  # the step before is gone
        for fine in await page.query_selector_all("[data-item] input[value=fine]"):
            await fine.check()
        if photo and await page.locator("input[type=file]").count():
            await page.set_input_files(
                "input[type=file]", {"name": "gate.png", "mimeType": "image/png", "buffer": DOT}
            )
            await page.wait_for_selector(".photos canvas")
        if await page.locator("input[name=result]").count():
            await page.check("input[value=none_found]")
            await page.fill("textarea[name=narrative]", "现场正常生产，防治设施运行。")
            await page.click("[data-act=now]")
    await sign(page)


async def earlier(page: Page) -> None:
    """The officers arrived one hour before the moment that stands there."""
    now = datetime.fromisoformat(await page.input_value("[name=started_at]"))
    await page.fill("[name=started_at]", (now - timedelta(hours=1)).isoformat(timespec="minutes"))


async def sign(page: Page) -> None:
    """Everybody whose signature is wanted signs."""
    await page.fill("input[name=firm_name]", "张三 厂长")
    for pad in await page.locator("[data-at=officers] canvas, [data-at=firm] canvas").all():
        await pad.evaluate("one => one.scrollIntoView({ block: 'center' })")
        box = await pad.bounding_box()
        assert box
        await page.mouse.move(box["x"] + 20, box["y"] + 20)
        await page.mouse.down()
        await page.mouse.move(box["x"] + 120, box["y"] + 60, steps=3)
        await page.mouse.up()
    await page.wait_for_function(
        "() => [...document.querySelectorAll('[data-at=officers] .signer, [data-at=firm] .signer')]"
        ".every((one) => !one.querySelector('[data-at=when]').hidden)"
    )
