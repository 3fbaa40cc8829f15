"""The same login client, and the whole site, against a real Keycloak 26; skipped by name if there is none."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from services.clock import SimulatedClock
from services.demo.granting import give
from services.home import Home
from services.identity.demo_login import csrf_of
from services.main import create_app
from services.serve import free_port, serving
from services.settings import ORIGIN, Settings
from services.wiring import open_app, start_servers
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import draws
from tests.flows import ceremony

from .identity_sides import asked_of
from .keycloak_people import (
    FIRST,
    PASSWORD,
    Person,
    begin,
    browser_of,
    create_person,
    sign_in,
    step_up,
    submit,
)
from .keycloak_server import Keycloak

SINCE = date(2025, 1, 1)
CEREMONY = "/t/411721/draw"
OIDC = "/realms/shuangsui/protocol/openid-connect"

pytestmark = [pytest.mark.keycloak, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
async def people(keycloak: Keycloak) -> dict[str, Person]:
    """Made with python-keycloak's administrator: some with a telephone enrolled, some without."""
    admin = keycloak.admin()
    await admin.a_get_realm("shuangsui")  # the first call fetches the token the others share
    secrets = {"drawer": "", "nobody": "", "locked": "", "bare": "", "chief": "chief-seed-0123456789",
               "clumsy": "clumsy-seed-123456789", "site": "site-seed-01234567890"}  # fmt: skip
    made = [create_person(admin, name, secret) for name, secret in secrets.items()]
    return {person.username: person for person in await asyncio.gather(*made)}


@pytest.fixture(scope="module")
async def real(
    keycloak: Keycloak,
    people: dict[str, Person],
    run_site: Callable[..., Any],
    new_home: Callable[[str], Home],
) -> AsyncIterator[Any]:
    """The site, told nothing but KEYCLOAK_URL."""
    settings = with_keycloak(keycloak, new_home("keycloak").make(), keycloak.site_port)
    known = [people[name].subject for name in ("drawer", "chief", "clumsy", "locked", "bare")]
    rows = [Membership("411721", subject, "drawer", "模拟", SINCE) for subject in known]
    async with run_site(settings, rows) as site:
        yield site


def with_keycloak(keycloak: Keycloak, home: Home, port: int) -> Settings:
    public = f"http://127.0.0.1:{port}"
    return Settings(home=home, keycloak_url=keycloak.url, port=port, public_url=public, log_origin=ORIGIN)


def authorize(site: Any) -> dict[str, str]:
    """An authorization request of ours, still without PKCE."""
    there = f"{site.base}/login/callback"
    return {"client_id": "shuangsui", "redirect_uri": there, "response_type": "code", "scope": "openid"}


async def pushed(keycloak: Keycloak, query: dict[str, str]) -> dict[str, str]:
    """Hands a request over as the site does; what the browser then brings."""
    async with httpx.AsyncClient(trust_env=False) as program:
        answer = await program.post(f"{keycloak.url}{OIDC}/ext/par/request", data=query)
    return {"client_id": query["client_id"], "request_uri": answer.json()["request_uri"]}


async def me(browser: httpx.AsyncClient) -> Any:
    return (await browser.get("/t/me")).json()


async def session_of(site: Any, browser: httpx.AsyncClient) -> Any:
    return await site.identity.sessions.find(browser.cookies[site.cookie])


async def test_a_person_of_keycloak_signs_in_and_our_table_gives_the_role(
    real: Any, people: dict[str, Person]
) -> None:
    async with browser_of(real) as browser:
        page = await sign_in(browser, people["drawer"])
        assert page.status_code == 200 and csrf_of(page), page.text[:500]
        who = await me(browser)
    assert (who["bureau"], who["roles"], who["acr"]) == ("411721", ["drawer"], 1)
    assert who["subject"] == people["drawer"].subject  # Keycloak's `sub`, never the user name


async def test_a_wrong_password_and_a_person_without_a_role_do_not_get_in(
    real: Any, people: dict[str, Person]
) -> None:
    async with browser_of(real) as browser:
        page = await sign_in(browser, people["drawer"], "wrong")
        assert "kc-form-login" in page.text and real.cookie not in browser.cookies
    async with browser_of(real) as browser:
        assert (await sign_in(browser, people["nobody"])).status_code == 403


async def test_the_sixth_password_is_refused_even_when_right(real: Any, people: dict[str, Person]) -> None:
    async with browser_of(real) as browser:
        page = await begin(browser)
        for password in ("wrong",) * 5 + (PASSWORD,):
            page = await submit(browser, page, username="locked", password=password)
        assert "kc-form-login" in page.text and real.cookie not in browser.cookies


async def test_step_up_asks_for_the_code_only_and_gives_a_fresh_level_two(
    real: Any, people: dict[str, Person]
) -> None:
    chief = people["chief"]
    async with browser_of(real) as browser:
        await sign_in(browser, chief)
        first = await session_of(real, browser)
        asked = await browser.get(CEREMONY)
        assert asked.status_code == 303
        assert parse_qs(urlsplit(asked.headers["location"]).query)["level"] == ["2"]
        now = int(real.wall.now().timestamp())
        page = await step_up(browser, chief, CEREMONY)
        assert page.json() == {"acr": 2}
        second = await session_of(real, browser)
        assert second.sid != first.sid and await real.identity.sessions.find(first.sid) is None
        kept = await real.identity.sessions.tokens(second)
        claims = jwt.decode(kept.id_token, options={"verify_signature": False})
        assert claims["acr"] == "2" and claims["sub"] == chief.subject
        assert claims["auth_time"] == second.auth_time >= now
        # nothing of it lasts at Keycloak: the next one asks again, a plain login is level 1 again
        assert 'name="otp"' in (await begin(browser, level=2)).text
        await begin(browser)
        assert (await me(browser))["acr"] == 1 and (await browser.get(CEREMONY)).status_code == 303


async def test_both_factors_in_one_login(real: Any, people: dict[str, Person]) -> None:
    async with browser_of(real) as browser:
        page = await sign_in(browser, people["chief"], level=2)
        page = await submit(browser, page, otp=people["chief"].code())
        assert page.status_code == 200 and (await me(browser))["acr"] == 2


async def test_a_wrong_or_used_code_does_not_step_up(real: Any, people: dict[str, Person]) -> None:
    clumsy = people["clumsy"]
    async with browser_of(real) as browser:
        await sign_in(browser, clumsy)
        page = await begin(browser, level=2, next_=CEREMONY)
        page = await submit(browser, page, otp=clumsy.wrong_code())
        assert 'name="otp"' in page.text and (await me(browser))["acr"] == 1
        code = clumsy.code()
        page = await submit(browser, page, otp=code)
        assert page.json() == {"acr": 2}
        page = await submit(browser, await begin(browser, level=2), otp=code)
        assert 'name="otp"' in page.text


async def test_without_a_telephone_step_up_is_refused_and_enrols_none(
    real: Any, people: dict[str, Person]
) -> None:
    async with browser_of(real) as browser:
        await sign_in(browser, people["bare"])
        page = await begin(browser, level=2)
        assert page.status_code == 401 and "尚未绑定二次验证" in unescape(page.text)
        assert f'href="{real.base}/"' in page.text  # the way back
        assert (await me(browser))["acr"] == 1 and (await browser.get(CEREMONY)).status_code == 303
    async with browser_of(real) as browser:  # the same in one go
        page = await sign_in(browser, people["bare"], level=2)
        assert page.status_code == 401 and real.cookie not in browser.cookies


async def test_a_newcomer_enrols_a_telephone_before_anything_else(real: Any, keycloak: Keycloak) -> None:
    new = {"username": "newcomer", "enabled": True, "credentials": [FIRST]}
    subject = await keycloak.admin().a_create_user(new)
    async with browser_of(real) as browser:
        page = await sign_in(browser, Person("newcomer", subject))
        assert 'name="totpSecret"' in page.text and real.cookie not in browser.cookies


async def test_a_password_alone_cannot_enrol_another_telephone(
    real: Any, keycloak: Keycloak, people: dict[str, Person]
) -> None:
    query = authorize(real) | {"kc_action": "CONFIGURE_TOTP", "code_challenge_method": "S256"}
    async with browser_of(real) as browser:
        await sign_in(browser, people["chief"])
        there = await pushed(keycloak, query | {"code_challenge": "a" * 43})
        page = await browser.get(f"{keycloak.url}{OIDC}/auth", params=there, follow_redirects=True)
    assert 'id="kc-otp-login-form"' in page.text and "totpSecret" not in page.text


async def test_a_second_factor_older_than_the_question_is_not_believed(
    real: Any, people: dict[str, Person]
) -> None:
    chief = people["chief"]
    async with browser_of(real) as browser:
        await sign_in(browser, chief)
        real.wall.offset = timedelta(seconds=60)  # asked a minute after what the answer will say
        try:
            page = await step_up(browser, chief, CEREMONY)
        finally:
            real.wall.offset = timedelta()
        assert page.status_code == 403 and "二次验证" in page.text and (await me(browser))["acr"] == 1


async def test_logout_ends_both_sessions(real: Any, people: dict[str, Person]) -> None:
    async with browser_of(real) as browser:
        page = await sign_in(browser, people["drawer"])
        sid = browser.cookies[real.cookie]
        out = await browser.post("/logout", data={"csrf_token": csrf_of(page)}, follow_redirects=True)
        assert str(out.url) == f"{real.base}/"
        assert "kc-form-login" in (await begin(browser)).text
        assert (await browser.get("/t/me")).status_code == 303
    async with real.client(cookies={real.cookie: sid}) as thief:
        assert (await thief.get("/t/me")).status_code == 303


async def test_a_wrong_pkce_verifier_is_refused(
    real: Any, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = real.identity.client
    async with browser_of(real) as browser:
        await sign_in(browser, people["drawer"])
        exchange = client._exchange
        monkeypatch.setattr(
            type(client), "_exchange", lambda self, code, verifier: exchange(code, verifier[::-1])
        )
        page = await browser.get("/login", follow_redirects=True)
    assert page.status_code == 422


@pytest.mark.parametrize("pkce", [{}, {"code_challenge": "a" * 43, "code_challenge_method": "plain"}])
async def test_keycloak_refuses_a_login_without_s256(
    real: Any, keycloak: Keycloak, pkce: dict[str, str]
) -> None:
    async with httpx.AsyncClient(trust_env=False) as program:
        answer = await program.post(f"{keycloak.url}{OIDC}/ext/par/request", data=authorize(real) | pkce)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_keycloak_takes_no_request_from_the_browser_itself(real: Any, keycloak: Keycloak) -> None:
    query = authorize(real) | {"code_challenge": "a" * 43, "code_challenge_method": "S256"}
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.get(f"{keycloak.url}{OIDC}/auth", params=query)
    assert "code" not in asked_of(answer.headers.get("location", "")) and "kc-form-login" not in answer.text


@pytest.mark.parametrize("client", ["shuangsui", "admin-cli"])
async def test_keycloak_takes_no_password_without_its_form(
    people: dict[str, Person], keycloak: Keycloak, client: str
) -> None:
    form = {"client_id": client, "grant_type": "password", "username": "chief", "password": PASSWORD}
    async with httpx.AsyncClient(trust_env=False) as program:
        answer = await program.post(f"{keycloak.url}{OIDC}/token", data=form)
    assert answer.status_code in (400, 401) and "access_token" not in answer.text


async def test_a_bearer_token_of_keycloak_opens_the_api(real: Any, people: dict[str, Person]) -> None:
    client, held = real.identity.client, {}
    asked = client._keycloak.a_token

    async def keep(**form: Any) -> Any:
        held.update(await asked(**form))
        return held

    client._keycloak.a_token = keep
    try:
        async with browser_of(real) as browser:
            await sign_in(browser, people["drawer"])
    finally:
        client._keycloak.a_token = asked
    headers = {"authorization": f"Bearer {held['access_token']}"}
    async with real.client(headers=headers) as program:
        answer = await program.get("/api/v1/me")
        assert answer.json() == {"subject": people["drawer"].subject, "bureau": "411721"}
    async with real.client(headers={"authorization": f"Bearer {held['id_token']}"}) as program:
        assert (await program.get("/api/v1/me")).status_code == 401


class WholeSite:
    """The product with its real doors, tables and membership table."""

    def __init__(self, app: Any, settings: Settings, draw_no: int) -> None:
        self.app, self.base, self.draw_no = app, settings.public_url, draw_no

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.base, trust_env=False, headers={"accept": "text/html"}, timeout=60
        )

    async def state(self) -> str:
        scope = Scope.own("411721", "reader")
        async with self.app.database.unit(scope, read_only=True) as db:
            found = await draws.recent(db, scope, "411721", 1)
        return str(found[0].state)


@pytest.fixture
async def whole(
    keycloak: Keycloak, people: dict[str, Person], new_home: Callable[[str], Home]
) -> AsyncIterator[WholeSite]:
    settings = with_keycloak(keycloak, new_home("whole"), free_port())
    servers, clock = await start_servers(settings), SimulatedClock(ceremony.PLANNED)
    async with keycloak.sending_back_to(settings.public_url), open_app(settings, clock, servers) as app:
        await ceremony._furnish(app, {})
        scope = Scope.own("411721", "system")
        async with app.database.unit(scope) as db:
            await give(db, scope, Membership("411721", people["site"].subject, "drawer", "模拟", SINCE))
        await ceremony.plan(app, "411721")
        draw = await ceremony.prepare(app, "411721")
        site = create_app(settings, lambda: open_app(settings, clock, servers))
        async with serving(site, settings.host, settings.port):
            yield WholeSite(app, settings, draw.draw_no)


async def test_the_whole_site_freezes_a_draw_after_a_real_step_up(
    whole: WholeSite, people: dict[str, Person]
) -> None:
    here = f"/desk/draws/{whole.draw_no}"
    async with browser_of(whole) as browser:
        await sign_in(browser, people["site"])
        headers = {"referer": f"{whole.base}{here}"}
        token = {"csrf_token": csrf_of(await browser.get(here))}
        compared = await browser.post(f"{here}/difference", data=token, headers=headers)
        assert compared.status_code == 303, compared.text[:2000]
        before = await browser.get(f"{here}/difference")
        seen = before.text.split('name="difference" value="')[1].split('"')[0]
        form = {"csrf_token": csrf_of(before), "difference": seen}
        asked = await browser.post(f"{here}/freeze", data=form, headers=headers)
        query = parse_qs(urlsplit(asked.headers["location"]).query)
        assert asked.status_code == 303 and query["level"] == ["2"]
        (back,) = query["next"]
        assert back.startswith("/confirm/411721.") and await whole.state() == "prepared"
        page = await step_up(browser, people["site"], back)
        assert page.status_code == 200 and "确认：冻结名单" in page.text, page.text[:2000]
        number = page.text.split('name="intent" value="')[1].split('"')[0]
        kept = {"csrf_token": csrf_of(page), "intent": number}
        done = await browser.post(f"{here}/freeze", data=kept, headers=headers)
        assert done.status_code == 303, done.text[:2000]
        assert done.headers["location"].startswith("/desk/ceremony/")
    assert await whole.state() == "frozen"
