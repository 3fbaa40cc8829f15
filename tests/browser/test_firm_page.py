"""The firm's page at 390 px: sound to axe in both languages, without scripts, from code to receipt."""

import os
import re
from typing import Any

import pytest

from tests.services.test_firm_page import GOOD, link_of, site

from .watched import CHROMIUM, REAL

pytestmark = REAL
__all__ = ["site"]


async def sound(page: Any) -> None:
    from axe_playwright_python.async_playwright import Axe

    assert await page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    found = (await Axe().run(page)).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found] == []


async def picture(page: Any, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize(("lang", "scheme"), [("zh", "light"), ("en", "dark")])
async def test_a_phone_reads_rates_and_complains(site: Any, lang: str, scheme: str) -> None:
    from playwright.async_api import async_playwright

    link = await link_of(site, 0 if lang == "zh" else 1)
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        size: Any = {"width": 390, "height": 844}
        context = await browser.new_context(viewport=size, locale="zh-CN", color_scheme=scheme)
        await context.add_cookies([{"name": "lang", "value": lang, "url": site.base}])
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        phone = await context.new_page()
        await phone.goto(site.base + link)
        await sound(phone)
        await picture(phone, f"firm-{lang}")
        scripts = [one for one in asked if one.endswith(".js") or ".js?" in one]
        assert not scripts, "the page works without a script"
        for point, mark in GOOD.items():
            await phone.check(f"input[name={point}][value='{mark}']")
        await phone.click("form[action$='/rating'] button")
        await phone.wait_for_selector("[role=status] .code")
        await sound(phone)
        await picture(phone, f"firm-{lang}-rated")
        await phone.fill("textarea[name=text]", "检查人员没有说明来意。")
        await phone.fill("input[name=contact]", "模拟 000")
        await phone.click("form[action$='/complaint'] button")
        await phone.wait_for_selector("[role=status] .code")
        receipt = await phone.inner_text("[role=status] .code")
        assert re.fullmatch(r"(\w{4}-){2}\w{4}", receipt)
        await phone.fill("form[action$='/receipt'] input[name=receipt]", receipt)
        await phone.click("form[action$='/receipt'] button")
        await phone.wait_for_selector(f"[role=status] >> text={receipt}")
        await sound(phone)
        if lang == "zh":
            assert not [one for one in asked if not one.startswith(site.base)], "nothing leaves the host"
        await browser.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_desk_and_the_team_s_page_at_phone_size(site: Any, lang: str) -> None:
    from playwright.async_api import async_playwright

    await link_of(site, 0)
    pages = [
        ("bureau_head", "411721", "/desk/voices?period=2026Q1"),
        ("city_auditor", "411700", "/city/districts/411721/voices?period=2026Q1"),
        ("inspector", "411721#2", "/field/tasks/411721/1/0/firm"),
    ]
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for role, place, path in pages:
            size: Any = {"width": 390, "height": 844}
            context = await browser.new_context(viewport=size, locale="zh-CN")
            signed = await site.browser(role, place)
            jar = [
                {"name": one.name, "value": one.value or "", "url": site.base} for one in signed.cookies.jar
            ]
            await signed.aclose()
            await context.add_cookies([*jar, {"name": "lang", "value": lang, "url": site.base}])
            page = await context.new_page()
            answer = await page.goto(site.base + path)
            assert answer and answer.status == 200, (role, path)
            await sound(page)
            await picture(page, f"{role}-{lang}")
            await context.close()
        await browser.close()
