"""A real Keycloak behind a way that fails: down at the start, down later, slow; told, and nothing opens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from services.home import Home
from services.identity import client as client_module
from services.identity import confirming
from services.identity.demo_login import csrf_of
from services.serve import free_port
from services.settings import ORIGIN, Settings
from tenants.rows import Membership

from .identity_sides import SINCE
from .keycloak_people import Person, begin, browser_of, create_person, sign_in, step_up
from .keycloak_server import Keycloak
from .pausing import Pausing, pausing
from .test_identity_down import WORDS

pytestmark = [pytest.mark.keycloak, pytest.mark.timeout(600)]
DRAW = "/t/411721/draw"


@dataclass
class Far:
    """A site, its Keycloak, and the way between them."""

    site: Any
    way: Pausing
    keycloak: Keycloak
    people: dict[str, Person]


@pytest.fixture(scope="module")
async def far(
    keycloak: Keycloak, run_site: Callable[..., Any], new_home: Callable[[str], Home]
) -> AsyncIterator[Far]:
    """The site starts while nobody answers at the address of its Keycloak."""
    admin = keycloak.admin()
    names = {"drawer": "outage-seed-0123456789", "head": "outage-seed-9876543210"}
    people = {who: await create_person(admin, f"411721-far-{who}", seed) for who, seed in names.items()}
    async with pausing(free_port(), urlsplit(keycloak.url).port or 0) as way:
        settings = Settings(
            home=new_home("outage").make(), keycloak_url=way.url, port=keycloak.site_port,
            public_url=f"http://127.0.0.1:{keycloak.site_port}", log_origin=ORIGIN,
        )  # fmt: skip
        async with run_site(settings, []) as site:
            site.directory.rows = [
                Membership("411721", one.subject, role, "模拟", SINCE)
                for one, role in zip(people.values(), ("drawer", "bureau_head"), strict=True)
            ]
            yield Far(site, way, keycloak, people)


async def test_one_that_was_down_at_the_start_is_used_once_it_answers(far: Far) -> None:
    """No restart of ours, and nothing was open meanwhile."""
    async with browser_of(far.site) as browser:
        page = await browser.get("/login")
        assert page.status_code == 503 and WORDS in page.text
        assert (await browser.get("/t/me")).status_code == 303 and (
            await browser.get("/t/open")
        ).status_code == 200
        await far.way.start()
        page = await sign_in(browser, far.people["drawer"])
        assert (await browser.get("/t/me")).json()["subject"] == far.people["drawer"].subject


async def test_one_that_hangs_is_not_waited_for_and_opens_nothing(
    far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the connection and says nothing: a login, a step-up, a program's token, the question whether
    a session still holds."""
    await far.way.start()
    monkeypatch.setattr(client_module, "TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr(confirming, "PATIENCE_SECONDS", 0.3)
    async with browser_of(far.site) as browser, browser_of(far.site) as other:
        await sign_in(browser, far.people["drawer"])
        far.way.pause()
        try:
            for path in ("/login", f"/login?level=2&next={DRAW}"):
                page = await asyncio.wait_for(other.get(path), 10)
                assert page.status_code == 503 and WORDS in page.text and "稍后重试" in page.text
            page = await asyncio.wait_for(browser.get(f"/login?level=2&next={DRAW}"), 10)
            assert page.status_code == 503
            assert (await browser.get(DRAW)).status_code == 303  # no second factor, no ceremony
            far.site.wall.offset = timedelta(seconds=confirming.CHECK_SECONDS)
            answers = await asyncio.wait_for(asyncio.gather(*(browser.get("/t/me") for _ in range(5))), 20)
            assert {one.status_code for one in answers} == {200}  # a short failure ends nobody's work
            far.site.wall.offset = timedelta(seconds=confirming.GRACE_SECONDS)
            late = await asyncio.wait_for(browser.get("/t/form"), 10)
            assert late.status_code == 503 and WORDS in late.text  # a long one does
        finally:
            far.way.open.set()
            far.site.wall.offset = timedelta()


async def test_one_that_goes_down_later_ends_nothing_at_once_and_takes_up_again(
    far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Down amid a session; back again, the second factor works without anybody signing in anew."""
    await far.way.start()
    monkeypatch.setattr(confirming, "PATIENCE_SECONDS", 0.3)
    drawer = far.people["drawer"]
    async with browser_of(far.site) as browser:
        page = await sign_in(browser, drawer)
        await far.way.shut()
        assert (await browser.get("/t/me")).status_code == 200
        down = await begin(browser, level=2, next_=DRAW)
        assert down.status_code == 503 and WORDS in down.text
        assert (await browser.get(DRAW)).status_code == 303
        await far.way.start()
        assert (await step_up(browser, drawer, DRAW)).json() == {"acr": 2}
        form = await browser.get("/t/form")
        assert form.status_code == 200 and csrf_of(form) != csrf_of(page)


async def test_who_is_disabled_behind_an_outage_is_out_with_the_first_answer(
    far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody could tell the site meanwhile; it asks as soon as it can."""
    await far.way.start()
    monkeypatch.setattr(confirming, "CHECK_SECONDS", 0)
    monkeypatch.setattr(confirming, "PATIENCE_SECONDS", 0.3)
    head, admin = far.people["head"], far.keycloak.admin()
    async with browser_of(far.site) as browser:
        await sign_in(browser, head)
        assert (await browser.get("/t/me")).status_code == 200
        await far.way.shut()
        await admin.a_update_user(head.subject, {"enabled": False})
        try:
            assert (await browser.get("/t/me")).status_code in (200, 503)
            await far.way.start()
            keys = [k async for k in far.site.redis.scan_iter("shuangsui:*session-asked*")]
            if keys:
                await far.site.redis.delete(*keys)  # the pause between two questions is over
            page = await browser.get("/t/form")
            assert page.status_code == 401 and "登录已结束" in page.text
        finally:
            await admin.a_update_user(head.subject, {"enabled": True})


async def test_a_token_of_another_realm_of_the_same_keycloak_opens_nothing(far: Far) -> None:
    """Its administrator's own: well signed, by the neighbour."""
    await far.way.start()
    admin = far.keycloak.admin()
    await admin.a_get_realm("shuangsui")
    token = admin.connection.token["access_token"]
    async with far.site.client(headers={"authorization": f"Bearer {token}"}) as client:
        assert (await client.get("/api/v1/me")).status_code == 401
