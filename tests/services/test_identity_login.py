"""Signing in over HTTP, as a browser does it."""

import asyncio
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from services.identity.demo_login import csrf_of, demo_login
from tenants.rows import Membership


async def test_a_drawer_signs_in_and_is_known_in_the_own_bureau(site: Any) -> None:
    async with site.client() as browser:
        await demo_login(browser, "411721-drawer")
        me = (await browser.get("/t/me")).json()
    assert me == {"subject": "demo-411721-drawer", "bureau": "411721", "roles": ["drawer"], "acr": 1}


async def test_step_up_is_asked_for_and_gets_the_person_back_to_the_page(site: Any) -> None:
    async with site.client() as browser:
        await demo_login(browser, "411721-drawer")
        first = browser.cookies[site.cookie]
        asked = await browser.get("/t/411721/draw")
        assert asked.status_code == 303
        assert parse_qs(urlsplit(asked.headers["location"]).query) == {
            "next": ["/t/411721/draw"],
            "level": ["2"],
        }
        page = await demo_login(browser, "411721-drawer", level=2, next_="/t/411721/draw")
        assert page.json() == {"acr": 2}
        assert browser.cookies[site.cookie] != first


async def test_the_second_factor_goes_stale(site: Any) -> None:
    async with site.client() as browser:
        await demo_login(browser, "411721-drawer", level=2)
        assert (await browser.get("/t/411721/draw")).status_code == 200
        site.wall.offset = timedelta(seconds=310)
        assert (await browser.get("/t/411721/draw")).status_code == 303


@pytest.mark.parametrize("gap", [timedelta(minutes=31), timedelta(hours=9)])
async def test_an_idle_session_ends(site: Any, gap: timedelta) -> None:
    async with site.client() as browser:
        await demo_login(browser, "411721-drawer")
        site.wall.offset = gap
        assert (await browser.get("/t/me")).status_code == 303


async def test_a_busy_session_ends_after_eight_hours_too(site: Any) -> None:
    async with site.client() as browser:
        await demo_login(browser, "411721-drawer")
        for step in range(1, 25):
            site.wall.offset = timedelta(minutes=19.9 * step)
            assert (await browser.get("/t/me")).status_code == 200, step
        site.wall.offset = timedelta(hours=8, minutes=1)
        assert (await browser.get("/t/me")).status_code == 303


async def test_logging_in_again_changes_the_number_and_ends_the_old_session(site: Any) -> None:
    async with site.client() as browser:
        await demo_login(browser, "411721-drawer")
        old = browser.cookies[site.cookie]
        await demo_login(browser, "411721-drawer")
        assert browser.cookies[site.cookie] != old
    async with site.client(cookies={site.cookie: old}) as thief:
        assert (await thief.get("/t/me")).status_code == 303


async def test_redis_never_holds_the_number_of_a_cookie(site: Any) -> None:
    async with site.client() as browser:
        await demo_login(browser, "411721-drawer")
        sid = browser.cookies[site.cookie]
    keys = [key.decode() async for key in site.redis.scan_iter("shuangsui:*")]
    assert keys and not any(sid in key for key in keys)
    held = [await site.redis.get(key) for key in keys if ":session:" in key]
    assert not any(sid.encode() in (value or b"") for value in held)


async def test_logout_bites_on_the_next_request(site: Any) -> None:
    async with site.client() as browser:
        page = await demo_login(browser, "411721-drawer")
        stolen = browser.cookies[site.cookie]
        out = await browser.post("/logout", data={"csrf_token": csrf_of(page)}, follow_redirects=False)
        assert out.status_code == 303 and "/protocol/openid-connect/logout?" in out.headers["location"]
        await browser.get(out.headers["location"])
        again = await browser.get("/login", follow_redirects=True)
        assert 'name="password"' in again.text  # the sign-on at the provider is over too
    async with site.client(cookies={site.cookie: stolen}) as thief:
        assert (await thief.get("/t/me")).status_code == 303


async def test_a_role_taken_away_is_gone_with_the_next_request(site: Any) -> None:
    async with site.client() as browser:
        await demo_login(browser, "411721-keeper")
        assert (await browser.get("/t/411721/sites")).status_code == 200
        site.directory.rows = []
        assert (await browser.get("/t/411721/sites")).status_code in (303, 403, 404)


async def test_nobody_without_a_membership_gets_in(site: Any) -> None:
    site.directory.rows = [m for m in site.directory.rows if m.subject != "demo-411721-drawer"]
    async with site.client() as browser:
        page = await demo_login(browser, "411721-drawer")
        assert page.status_code == 403 and site.cookie not in browser.cookies


async def test_switching_bureau_is_explicit_and_drops_the_second_factor(site: Any) -> None:
    row = Membership("411700", "demo-411721-drawer", "reviewer", "模拟", date(2025, 1, 1))
    site.directory.rows.append(row)
    async with site.client() as browser:
        page = await demo_login(browser, "411721-drawer", level=2, next_="/t/me")
        assert str(page.url).endswith("/bureau?next=%2Ft%2Fme")
        asked = await browser.get("/t/me")  # in no bureau yet
        assert asked.headers["location"] == "/bureau?next=%2Ft%2Fme"
        wrong = {"csrf_token": csrf_of(page), "bureau": "150203"}
        assert (await browser.post("/bureau", data=wrong)).status_code == 404
        data = {"csrf_token": csrf_of(page), "bureau": "411700", "next": "/t/me"}
        there = await browser.post("/bureau", data=data, follow_redirects=True)
        assert there.json()["bureau"] == "411700" and there.json()["acr"] == 1


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example/", "/\\evil.example", "x"])
async def test_a_login_never_leads_elsewhere(site: Any, next_: str) -> None:
    async with site.client() as browser:
        await demo_login(browser, "411721-drawer")
        page = await browser.get("/login", params={"next": next_}, follow_redirects=True)
        assert str(page.url) == f"{site.base}/"


async def test_an_answer_for_another_browser_is_refused(site: Any) -> None:
    async with site.client() as victim, site.client() as thief:
        start = await thief.get("/login")
        await demo_login(thief, "411721-drawer")
        answer = await thief.get(start.headers["location"])
        back = answer.headers["location"]
        assert "/login/callback?" in back
        assert (await victim.get(back)).status_code == 422
        await victim.get("/login")  # a browser with a cookie of its own
        assert (await victim.get(back)).status_code == 422
        assert site.cookie not in victim.cookies


async def test_an_answer_counts_once(site: Any) -> None:
    async with site.client() as browser:
        await demo_login(browser, "411721-drawer")
        start = await browser.get("/login")
        back = (await browser.get(start.headers["location"])).headers["location"]
        assert (await browser.get(back)).status_code == 303
        assert (await browser.get(back)).status_code == 422


async def test_five_wrong_passwords_lock_for_a_minute(site: Any) -> None:
    async def attempt(browser: Any, password: str) -> Any:
        page = await browser.get("/login", follow_redirects=True)
        number = page.text.split('name="execution" value="')[1].split('"')[0]
        data = {"execution": number, "username": "150203-head", "password": password}
        return await browser.post("/realms/shuangsui/login-actions/authenticate", data=data)

    async with site.client() as browser:
        for _ in range(5):
            assert 'role="alert"' in (await attempt(browser, "wrong")).text
        assert 'role="alert"' in (await attempt(browser, "shuangsui-demo")).text
        site.wall.offset = timedelta(seconds=61)
        assert (await attempt(browser, "shuangsui-demo")).status_code == 303


async def test_twenty_people_sign_in_at_once(site: Any) -> None:
    async def one(n: int) -> str:
        async with site.client() as browser:
            await demo_login(browser, f"411721-inspector-{n:02d}")
            return str((await browser.get("/t/me")).json()["subject"])

    found = await asyncio.gather(*(one(n) for n in range(1, 21)))
    assert found == [f"demo-411721-inspector-{n:02d}" for n in range(1, 21)]
