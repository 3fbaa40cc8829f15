"""The invited witness on a phone: the browser makes the secret, the superior's device opens its copy."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.flows import ceremony as c
from tests.flows.test_witness_invited import XP, app, invite, prepared, site

from .watched import CHROMIUM, REAL

pytestmark = REAL
__all__ = ["app", "site"]


@pytest.fixture
async def phone(site: str) -> AsyncIterator[Any]:
    from playwright.async_api import async_playwright

    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
        yield await context.new_page()
        await browser.close()


async def sound(page: Any) -> None:
    from axe_playwright_python.async_playwright import Axe

    assert await page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    found = (await Axe().run(page)).response["violations"]
    assert [v["id"] for v in found] == []


async def test_a_phone_makes_a_secret_that_only_the_superior_opens(app, site, phone) -> None:
    complaints: list[str] = []
    phone.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    phone.on("pageerror", lambda error: complaints.append(str(error)))
    made = await prepared(app)
    invited = await invite(app, made.draw_no)
    await phone.goto(site + invited.link)
    await sound(phone)
    await phone.fill("#code", invited.code)
    await phone.click("main button[type=submit]")
    await phone.wait_for_selector("#invited[data-state=begun]")
    await sound(phone)
    await phone.click("[data-part=make]:not([disabled])")
    await phone.wait_for_selector("text=您已提交承诺")
    await c.freeze(app, XP, made.draw_no)
    await phone.wait_for_selector("text=第二步")  # nobody reloaded it
    await phone.fill("input[name=digits]", "31")
    await c.escrow(app, XP, made.draw_no)  # opens every copy and compares it with its commitment
    await phone.wait_for_selector("text=还没有提交")
    assert await phone.input_value("input[name=digits]") == "31"  # what is typed stays
    await phone.reload()
    await phone.wait_for_selector("text=上级联签公开日志")
    await sound(phone)
    assert not complaints
