"""The embedded provider: where it may run, and what it refuses."""

import base64
import hashlib
import re
import secrets
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from services.clock import SystemClock
from services.identity.config import IdentityConfig
from services.identity.demo_login import demo_login
from services.identity.errors import ProviderRefused
from services.identity.people import PASSWORD, demo_people
from services.identity.provider.provider import Provider
from services.main import create_app
from services.settings import ORIGIN

OIDC = "/realms/shuangsui/protocol/openid-connect"
VERIFIER = secrets.token_urlsafe(48)


def challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def asked(site: Any, **changes: Any) -> dict[str, str]:
    base = {
        "client_id": "shuangsui",
        "redirect_uri": f"{site.base}/login/callback",
        "response_type": "code",
        "scope": "openid",
        "state": "s",
        "nonce": "n",
        "code_challenge": challenge(VERIFIER),
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in (base | changes).items() if value is not None}


async def code_for(site: Any, browser: httpx.AsyncClient, **changes: Any) -> str:
    answer = await browser.get(f"{OIDC}/auth", params=asked(site, **changes))
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def form(site: Any, code: str, **changes: Any) -> dict[str, str]:
    base = {
        "grant_type": "authorization_code",
        "client_id": "shuangsui",
        "redirect_uri": f"{site.base}/login/callback",
        "code": code,
        "code_verifier": VERIFIER,
    }
    return {name: value for name, value in (base | changes).items() if value is not None}


@pytest.mark.parametrize(
    ("demo", "host", "public"),
    [
        (False, "127.0.0.1", "http://127.0.0.1:8000"),
        (True, "0.0.0.0", "http://127.0.0.1:8000"),
        (True, "10.0.0.5", "http://127.0.0.1:8000"),
        (True, "127.0.0.1", "https://draw.example.cn"),
        (True, "127.0.0.1", "http://127.0.0.1.example.cn:8000"),
    ],
)
def test_it_runs_in_a_demonstration_on_loopback_only(site: Any, demo: bool, host: str, public: str) -> None:
    origin = site.settings.log_origin if demo else ORIGIN
    settings = replace(site.settings, demo=demo, host=host, public_url=public, log_origin=origin)
    with pytest.raises(ProviderRefused):
        create_app(settings, lambda: None, doors=[])  # type: ignore[arg-type,return-value]
    config = IdentityConfig("http://127.0.0.1:8000", "r", "c", public, True)
    with pytest.raises(ProviderRefused):
        Provider(config, demo_people(), SystemClock(), demo=demo, host=host)


def test_with_a_keycloak_nothing_is_embedded(site: Any) -> None:
    settings = replace(
        site.settings, keycloak_url="https://id.example.cn", demo=False, host="0.0.0.0", log_origin=ORIGIN
    )
    app = create_app(settings, lambda: None, doors=[])  # type: ignore[arg-type,return-value]
    assert not [route for route in app.routes if route.path.startswith("/realms")]


async def test_a_foreign_host_name_or_realm_finds_nothing(site: Any) -> None:
    async with site.client(headers={"host": "evil.example"}) as browser:
        assert (await browser.get(f"{OIDC}/certs")).status_code == 404
    async with site.client() as browser:
        assert (await browser.get("/realms/other/protocol/openid-connect/certs")).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [{"client_id": "other"}, {"redirect_uri": "https://evil.example/"}, {"redirect_uri": None}],
)
async def test_unknown_clients_and_addresses_are_never_redirected(site: Any, changes: dict[str, Any]) -> None:
    async with site.client() as browser:
        answer = await browser.get(f"{OIDC}/auth", params=asked(site, **changes))
        assert answer.status_code == 400 and "location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "email"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
    ],
)
async def test_requests_without_pkce_and_other_faults_go_back_with_an_error(
    site: Any, changes: dict[str, Any], error: str
) -> None:
    async with site.client() as browser:
        answer = await browser.get(f"{OIDC}/auth", params=asked(site, **changes))
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        assert query["error"] == [error] and query["state"] == ["s"] and "code" not in query


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": secrets.token_urlsafe(48)},
        {"code_verifier": challenge(VERIFIER)},
        {"code_verifier": None},
        {"code_verifier": "short"},
        {"client_id": "other"},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": None},
        {"grant_type": "password", "username": "411721-drawer", "password": "shuangsui-demo"},
    ],
)
async def test_a_code_without_its_verifier_is_worth_nothing(site: Any, changes: dict[str, Any]) -> None:
    async with site.client() as browser:
        await demo_login(browser, "411721-drawer")
        code = await code_for(site, browser)
        assert (await browser.post(f"{OIDC}/token", data=form(site, code, **changes))).status_code == 400
        if changes.get("grant_type") is None:  # one try a code, also with everything right
            assert (await browser.post(f"{OIDC}/token", data=form(site, code))).status_code == 400


async def test_a_code_is_good_once(site: Any) -> None:
    async with site.client() as browser:
        await demo_login(browser, "411721-drawer")
        code = await code_for(site, browser)
        first = await browser.post(f"{OIDC}/token", data=form(site, code))
        assert first.status_code == 200
        assert (await browser.post(f"{OIDC}/token", data=form(site, code))).status_code == 400


async def test_a_sign_on_at_level_one_gives_no_level_two(site: Any) -> None:
    async with site.client() as browser:
        await demo_login(browser, "411721-drawer", level=2)
        page = await browser.get(f"{OIDC}/auth", params=asked(site, acr_values="2"))
        assert page.status_code == 200 and 'name="code"' in page.text
        code = await code_for(site, browser)
        tokens = (await browser.post(f"{OIDC}/token", data=form(site, code))).json()
    claims = await site.identity.client.verifier.check(tokens["id_token"], "ID", nonce="n")
    assert claims.acr == 1


async def test_a_wrong_second_code_does_not_pass(site: Any) -> None:
    async with site.client() as browser:
        await demo_login(browser, "150200-drawer")
        page = await browser.get("/login", params={"level": 2}, follow_redirects=True)
        number = page.text.split('name="execution" value="')[1].split('"')[0]
        wrong = {"execution": number, "code": "000000"}
        again = await browser.post("/realms/shuangsui/login-actions/authenticate", data=wrong)
        assert again.status_code == 200 and 'role="alert"' in again.text
        empty = {"execution": "nothing", "code": "246810"}
        lost = await browser.post("/realms/shuangsui/login-actions/authenticate", data=empty)
        assert lost.status_code == 400


async def test_the_second_code_alone_is_not_a_login(site: Any) -> None:
    async with site.client() as browser:
        page = await browser.get("/login", params={"level": 2}, follow_redirects=True)
        number = page.text.split('name="execution" value="')[1].split('"')[0]
        data = {"execution": number, "code": "246810"}
        answer = await browser.post("/realms/shuangsui/login-actions/authenticate", data=data)
        assert answer.status_code == 200 and "location" not in answer.headers


async def test_tokens_carry_neither_bureau_nor_role(site: Any) -> None:
    async with site.client() as browser:
        await demo_login(browser, "411721-drawer")
        answer = await browser.post(f"{OIDC}/token", data=form(site, await code_for(site, browser)))
        token = answer.json()["access_token"]
        info = await browser.get(f"{OIDC}/userinfo", headers={"authorization": f"Bearer {token}"})
    assert info.json()["sub"] == "demo-411721-drawer"
    body = base64.urlsafe_b64decode(token.split(".")[1] + "==").decode()
    assert "roles" not in body and '"bureau"' not in body


def test_demo_people_are_unique_and_say_that_they_are_simulated() -> None:
    people = demo_people()
    assert len({p.username for p in people}) == len({p.subject for p in people}) == len(people)
    assert all(p.name.startswith("模拟·") for p in people)


async def test_a_login_speaks_english_to_who_chose_it(site: Any) -> None:
    """Every step of it; a name stays as it is."""
    async with site.client(headers={"cookie": "lang=en"}) as browser:
        steps = [await browser.get(f"{OIDC}/auth", params=asked(site, acr_values="2"))]
        action = f"{site.base}/realms/shuangsui/login-actions/authenticate"
        for sent in (
            {"username": "411721-drawer", "password": "wrong"},
            {"username": "411721-drawer", "password": PASSWORD},
            {"code": "000000"},
        ):
            number = re.search(r'name="execution" value="([^"]+)"', steps[-1].text)
            assert number, steps[-1].text
            steps.append(await browser.post(action, data=sent | {"execution": number[1]}))
        steps.append(await browser.post(action, data={"execution": "none", "code": "1"}))
        steps.append(await browser.get(f"{OIDC}/logout"))
    words = (
        "User name",
        "password wrong",
        "Code of the demonstration",
        "Code wrong",
        "too old",
        "Signed out",
    )
    for step, word in zip(steps, words, strict=True):
        assert '<html lang="en">' in step.text and word.lower() in step.text.lower(), step.text
        assert not any(zh in step.text for zh in ("用户名", "密码", "验证码", "登录<", "返回", "退出<"))
