"""A person before a real Keycloak's own pages, in Chromium: password, one-time code, acting, signing out."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from services.home import Home
from services.settings import ORIGIN, Settings
from tenants.rows import Membership
from tests.services.conftest import run_site  # noqa: F401 - the site over the session's Valkey
from tests.services.identity_sides import SINCE
from tests.services.keycloak_people import PASSWORD, Person, create_person
from tests.services.keycloak_server import Keycloak

from .watched import CHROMIUM

pytestmark = [pytest.mark.keycloak, pytest.mark.timeout(600)]
WAIT = 60_000  # milliseconds; a limit, not a measure


@pytest.fixture
async def site(
    keycloak: Keycloak,
    run_site: Callable[..., Any],  # noqa: F811
    new_home: Callable[[str], Home],
) -> AsyncIterator[Any]:
    public = f"http://127.0.0.1:{keycloak.site_port}"
    settings = Settings(
        home=new_home("chromium").make(), keycloak_url=keycloak.url, port=keycloak.site_port,
        public_url=public, log_origin=ORIGIN,
    )  # fmt: skip
    async with run_site(settings, []) as running:
        yield running


async def signed_on(page: Any, site: Any, person: Person) -> None:
    await page.goto(f"{site.base}/login?next=/t/form")
    await page.fill("#username", person.username)
    await page.fill("#password", PASSWORD)
    await page.click("#kc-login")
    await page.wait_for_url(f"{site.base}/t/form", timeout=WAIT)


async def test_password_code_and_sign_out_in_chromium(site: Any, keycloak: Keycloak) -> None:
    from playwright.async_api import async_playwright

    person = await create_person(keycloak.admin(), "411721-chromium", "chromium-seed-0123456")
    site.directory.rows = [Membership("411721", person.subject, "drawer", "模拟", SINCE)]
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 780})
        page = await context.new_page()
        await signed_on(page, site, person)
        assert "411721" in await page.inner_text("body")  # where one is
        await page.goto(f"{site.base}/t/411721/draw")
        await page.wait_for_selector("#otp", timeout=WAIT)
        assert await page.query_selector("#password") is None  # the code only
        await page.fill("#otp", person.wrong_code())
        async with page.expect_navigation(timeout=WAIT):
            await page.click("#kc-login")
        await page.wait_for_selector("#otp", timeout=WAIT)  # asked again
        assert keycloak.url in page.url
        await page.fill("#otp", person.code())
        await page.click("#kc-login")
        await page.wait_for_url(f"{site.base}/t/411721/draw", timeout=WAIT)
        assert '"acr":2' in (await page.inner_text("body")).replace(" ", "")
        # an administrator ends the sign-on: the next page says so and leads back
        await keycloak.admin().a_user_logout(person.subject)
        answer = await page.goto(f"{site.base}/t/form")
        assert answer is not None and answer.status == 401
        assert "登录已结束" in await page.inner_text("h1")
        await page.click("a.button")
        await page.wait_for_selector("#kc-login", timeout=WAIT)
        site.wall.offset += timedelta(seconds=2)
        await signed_on(page, site, person)
        cookies = {c["name"]: c for c in await context.cookies(site.base)}
        mine = cookies[site.cookie]
        assert mine["httpOnly"] and mine["sameSite"] == "Lax"
        assert await page.evaluate("document.cookie.includes('session')") is False
        token = (await page.content()).split('name="csrf_token" value="')[1].split('"')[0]
        await page.evaluate(
            """token => { const form = document.createElement('form'); form.method = 'post';
            form.action = '/logout'; const field = document.createElement('input'); field.name = 'csrf_token';
            field.value = token; form.append(field); document.body.append(form); form.submit(); }""",
            token,
        )
        await page.wait_for_url(f"{site.base}/", timeout=WAIT)
        await page.goto(f"{site.base}/login?next=/t/form")
        await page.wait_for_selector("#kc-login", timeout=WAIT)  # signed out there too
        await browser.close()
