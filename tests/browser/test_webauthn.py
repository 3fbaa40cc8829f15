"""A security key as the second factor: a real Keycloak, Chromium, and its virtual authenticator."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from services.clock import SystemClock
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
DRAW = "/t/411721/draw"
REFUSED = "text=/重试|再试|try again|失败|错误|error/i"  # in whichever language its pages are
KEY = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": False, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
async def site(
    keycloak: Keycloak,
    run_site: Callable[..., Any],  # noqa: F811
    new_home: Callable[[str], Home],
) -> AsyncIterator[Any]:
    """The site, its Keycloak by name: a security key belongs to a name, an address has none."""
    settings = Settings(
        home=new_home("webauthn").make(), keycloak_url=keycloak.url.replace("127.0.0.1", "localhost"),
        port=keycloak.site_port, public_url=f"http://127.0.0.1:{keycloak.site_port}", log_origin=ORIGIN,
    )  # fmt: skip
    async with run_site(settings, []) as running:
        yield running


async def person_with_a_key_to_enrol(keycloak: Keycloak, name: str) -> Person:
    """As an administrator sets it: at the first login a security key is registered."""
    admin = keycloak.admin()
    person = await create_person(admin, name)
    await admin.a_update_user(person.subject, {"requiredActions": ["webauthn-register"]})
    return person


async def press(page: Any, button: str) -> None:
    """Presses a button of Keycloak's page once its script listens."""
    await page.wait_for_selector(button, timeout=WAIT)
    await page.wait_for_load_state("load", timeout=WAIT)
    await page.click(button)


async def level(page: Any, site: Any) -> int:
    """The level of the session as the site sees it."""
    await page.goto(f"{site.base}/t/me")
    text = (await page.inner_text("body")).replace(" ", "")
    return int(text.partition('"acr":')[2][0])


async def session_of(site: Any, context: Any) -> Any:
    """The session of the browser, as the site keeps it."""
    cookie = next(one for one in await context.cookies(site.base) if one["name"] == site.cookie)
    return await site.identity.sessions.find(cookie["value"])


async def test_a_security_key_is_enrolled_and_steps_up(site: Any, keycloak: Keycloak) -> None:
    from playwright.async_api import async_playwright

    person = await person_with_a_key_to_enrol(keycloak, "411721-key")
    site.directory.rows = [Membership("411721", person.subject, "drawer", "模拟", SINCE)]
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = await browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 780})
        page = await context.new_page()
        page.on("dialog", lambda dialog: dialog.accept("模拟密钥"))
        devtools = await context.new_cdp_session(page)
        await devtools.send("WebAuthn.enable")
        made = await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        held = {"authenticatorId": made["authenticatorId"]}

        await page.goto(f"{site.base}/login?next=/t/form")
        await page.fill("#username", person.username)
        await page.fill("#password", PASSWORD)
        await page.click("#kc-login")
        await press(page, "#registerWebAuthn")
        await page.wait_for_url(f"{site.base}/t/form", timeout=WAIT)
        kept = await devtools.send("WebAuthn.getCredentials", held)
        assert [one["rpId"] for one in kept["credentials"]] == ["localhost"]
        stored = await keycloak.admin().a_get_credentials(person.subject)
        assert {one["type"] for one in stored} == {"password", "webauthn"}
        assert await level(page, site) == 1  # enrolling is not stepping up

        # a touch without PIN or fingerprint is not enough
        await devtools.send("WebAuthn.setUserVerified", held | {"isUserVerified": False})
        await page.goto(f"{site.base}{DRAW}")
        await press(page, "#authenticateWebAuthnButton")
        await page.wait_for_selector(REFUSED, timeout=WAIT)
        assert await level(page, site) == 1

        await devtools.send("WebAuthn.setUserVerified", held | {"isUserVerified": True})
        begun = int(SystemClock().now().timestamp())
        await page.goto(f"{site.base}{DRAW}")
        assert await page.query_selector("#password") is None  # the key only
        await press(page, "#authenticateWebAuthnButton")
        await page.wait_for_url(f"{site.base}{DRAW}", timeout=WAIT)
        assert '"acr":2' in (await page.inner_text("body")).replace(" ", "")
        session = await session_of(site, context)
        assert session.acr == 2 and session.auth_time >= begun  # given now, for this question

        # somebody else's key, with PIN and all, gives nothing new
        await devtools.send("WebAuthn.removeVirtualAuthenticator", held)
        await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        await page.goto(f"{site.base}/login?level=2&next={DRAW}")
        await press(page, "#authenticateWebAuthnButton")
        await page.wait_for_selector(REFUSED, timeout=WAIT)
        after = await session_of(site, context)
        assert (after.sid, after.auth_time) == (session.sid, session.auth_time)
        await browser.close()
