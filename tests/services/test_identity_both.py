"""One suite for both identity services: whatever the embedded one stands in for, the real one does too."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from services.home import Home
from services.identity import confirming
from services.identity.demo_login import csrf_of
from services.identity.keyset import REFETCH_SECONDS, RENEW_SECONDS
from services.identity.sessions import Session, Sessions
from services.serve import free_port
from services.settings import ORIGIN, Settings
from tenants.rows import Membership

from .conftest import memberships, settings_for
from .identity_sides import (
    OIDC,
    SINCE,
    Embedded,
    Real,
    access_token,
    asked_of,
    call,
    claims_of,
    prepare,
    program_token,
    registered,
    tokens_of,
)
from .test_identity_tokens import _hs256

pytestmark = pytest.mark.timeout(600)
CEREMONY = "/t/411721/draw"
BACK = "/login/backchannel"


@pytest.fixture(scope="module", params=["embedded", pytest.param("keycloak", marks=pytest.mark.keycloak)])
async def side(
    request: pytest.FixtureRequest, run_site: Callable[..., Any], new_home: Callable[[str], Home]
) -> AsyncIterator[Any]:
    """A site over either; `drawer` and `head` are people of 411721, `platform-410000` a program."""
    home = new_home(f"both-{request.param}").make()
    if request.param == "embedded":
        async with run_site(settings_for(home, free_port()), memberships()) as site:
            yield Embedded(site)
        return
    keycloak = request.getfixturevalue("keycloak")
    public = f"http://127.0.0.1:{keycloak.site_port}"
    settings = Settings(
        home=home, keycloak_url=keycloak.url, port=keycloak.site_port, public_url=public, log_origin=ORIGIN
    )
    async with run_site(settings, []) as site:
        real = await prepare(site, keycloak)
        site.directory.rows = [
            Membership("411721", real.subject(who), role, "模拟", SINCE)
            for who, role in (("drawer", "drawer"), ("head", "bureau_head"), ("locked", "reviewer"))
        ]
        yield real


@pytest.fixture(autouse=True)
def as_it_was(side: Any) -> Any:
    yield
    side.site.wall.offset = timedelta()
    side.site.directory.programs = []


async def test_the_request_goes_from_server_to_server(side: Any) -> None:
    async with side.browser() as browser:
        start = await browser.get("/login", params={"level": 2, "hint": "x"})
        asked = asked_of(start.headers["location"])
        assert set(asked) == {"client_id", "request_uri"}
        first = await browser.get(start.headers["location"], follow_redirects=True)
        assert first.status_code == 200 and "password" in first.text
    other = {"client_id": "shuangsui", "request_uri": "urn:ietf:params:oauth:request_uri:made-up"}
    async with side.browser() as browser:
        answer = await browser.get(f"{side.url}{OIDC}/auth", params=other)
    assert answer.status_code in (302, 400) and "code=" not in answer.headers.get("location", "")


async def test_login_step_up_switch_and_logout(side: Any) -> None:
    async with side.browser() as browser:
        page = await side.sign_in(browser, "drawer")
        assert page.status_code == 200 and "单位411721 411721" in page.text  # the page says where one is
        who = (await browser.get("/t/me")).json()
        assert who == {"subject": side.subject("drawer"), "bureau": "411721", "roles": ["drawer"], "acr": 1}
        assert (await browser.get(CEREMONY)).status_code == 303
        assert (await side.step_up(browser, "drawer", CEREMONY)).json() == {"acr": 2}
        lost = await browser.get("/t/nowhere")
        assert lost.status_code == 404
        stolen = browser.cookies[side.site.cookie]
        out = await browser.post("/logout", data={"csrf_token": csrf_of(page)}, follow_redirects=True)
        assert out.status_code == 403  # the token of a session before: nothing ended by it
        form = await browser.get("/t/form")
        out = await browser.post("/logout", data={"csrf_token": csrf_of(form)}, follow_redirects=True)
        assert str(out.url) == f"{side.site.base}/"
        assert "password" in (await browser.get("/login", follow_redirects=True)).text
    async with side.site.client(cookies={side.site.cookie: stolen}) as thief:
        assert (await thief.get("/t/me")).status_code in (303, 401)


async def test_an_administrator_ends_the_sessions_of_a_person_at_once(side: Any) -> None:
    async with side.browser() as first, side.browser() as second, side.browser() as other:
        await side.sign_in(first, "drawer")
        await side.sign_in(second, "drawer")
        await side.sign_in(other, "head")
        await side.end_sessions("drawer")
        for browser in (first, second):
            page = await browser.get("/t/form")
            assert page.status_code == 401 and "登录已结束" in page.text and "停用" in page.text
            assert 'href="/login?next=%2Ft%2Fform"' in page.text
            assert (await browser.get("/t/open")).status_code == 200  # what is public stays open
            api = await browser.get("/api/v1/me")
            assert (api.status_code, api.json()["code"]) == (401, "SessionEnded")
        assert (await other.get("/t/me")).status_code == 200
        side.site.wall.offset = timedelta(seconds=2)
        assert (await side.sign_in(first, "drawer")).status_code == 200


async def test_a_form_sent_after_the_end_is_not_carried_out(side: Any) -> None:
    async with side.browser() as browser:
        page = await side.sign_in(browser, "drawer")
        await side.end_sessions("drawer")
        units = len(side.site.database.units)
        sent = await browser.post("/t/save", data={"csrf_token": csrf_of(page)})
        assert sent.status_code == 401 and "没有执行" in sent.text
        assert len(side.site.database.units) == units


async def test_sessions_are_confirmed_and_the_refresh_token_turns(
    side: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    side.site.wall.offset = timedelta(seconds=2)  # after the endings of the tests before
    async with side.browser() as browser:
        await side.sign_in(browser, "drawer")
        first = await tokens_of(side, browser)
        assert (await browser.get("/t/me")).status_code == 200
        assert (await tokens_of(side, browser)).refresh == first.refresh  # not due yet
        monkeypatch.setattr(confirming, "CHECK_SECONDS", 0)
        answers = await asyncio.gather(*(browser.get("/t/me") for _ in range(8)))
        assert {answer.status_code for answer in answers} == {200}
        second = await tokens_of(side, browser)
        assert second.refresh != first.refresh and claims_of(second.id_token)["sub"] == side.subject("drawer")
        assert (await browser.get("/t/me")).status_code == 200


async def test_a_request_that_asks_late_does_not_spend_a_token_twice(
    side: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its look at the token and its turn to ask, another request asks and is answered."""
    asking, between = Sessions.first_to_ask, [True]

    async def late(sessions: Sessions, session: Session, seconds: int) -> bool:
        if between and between.pop():
            assert (await browser.get("/t/me")).status_code == 200
        return await asking(sessions, session, seconds)

    async with side.browser() as browser:
        await side.sign_in(browser, "drawer")
        monkeypatch.setattr(confirming, "CHECK_SECONDS", 0)
        monkeypatch.setattr(Sessions, "first_to_ask", late)
        assert (await browser.get("/t/me")).status_code == 200
        assert not between and (await browser.get("/t/me")).status_code == 200


async def test_a_person_disabled_meanwhile_loses_the_session_at_the_next_question(
    side: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with side.browser() as browser:
        await side.sign_in(browser, "head")
        await side.disable("head")
        try:
            monkeypatch.setattr(confirming, "CHECK_SECONDS", 0)
            page = await browser.get("/t/form")
            assert page.status_code == 401 and "登录已结束" in page.text
            assert (await browser.get("/t/me")).status_code == 401
            again = await side.right_password(browser, "head")
            assert "password" in again.text and (await browser.get("/t/me")).status_code == 401
        finally:
            await side.disable("head", on=True)


async def test_redis_holds_no_usable_token(side: Any) -> None:
    async with side.browser() as browser:
        await side.sign_in(browser, "drawer")
        kept = await tokens_of(side, browser)
    held = [await side.site.redis.get(key) async for key in side.site.redis.scan_iter("shuangsui:*session*")]
    assert held
    for secret in (kept.refresh, kept.id_token):
        assert secret and not any(secret.encode() in (value or b"") for value in held)


async def test_the_sixth_password_is_refused_even_when_right(side: Any) -> None:
    who = "locked" if side.name == "keycloak" else "publisher"
    async with side.browser() as browser:
        for _ in range(5):
            await side.wrong_password(browser, who)
        await side.right_password(browser, who)
        assert side.site.cookie not in browser.cookies


async def test_a_program_reads_for_the_bureau_that_let_it_in(side: Any) -> None:
    given = await program_token(side)
    assert given.status_code == 200, given.text
    token = given.json()["access_token"]
    assert "refresh_token" not in given.json()
    assert (await call(side, token)).status_code == 401  # known to the service, unknown to our table
    programs = side.site.directory.programs
    programs.append(registered(side.program))
    answer = await call(side, token)
    subject = claims_of(token)["sub"]
    assert (answer.status_code, answer.json()) == (200, {"subject": subject, "bureau": "411700"})
    foreign = await call(side, token, **{"x-bureau": "150203"})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "ClientUnknown")
    below = await call(side, token, "/t/411721/sites")
    assert below.status_code == 303  # a token opens the API only
    programs[:] = [registered(side.program, valid_until=date(2025, 12, 31))]
    assert (await call(side, token)).status_code == 401
    programs[:] = [registered(side.program, valid_from=date(2098, 1, 1))]
    assert (await call(side, token)).status_code == 401
    programs[:] = [registered("another-client")]
    assert (await call(side, token)).status_code == 401
    programs[:] = [registered(side.program, subject="somebody-else")]
    assert (await call(side, token)).status_code == 403
    programs[:] = [registered(side.program, subject=subject)]
    assert (await call(side, token)).status_code == 200


async def test_a_program_without_its_secret_gets_no_token(side: Any) -> None:
    assert (await program_token(side, client_secret="wrong")).status_code == 401
    assert (await program_token(side, client_id="nobody")).status_code == 401
    assert (await program_token(side, client_id="shuangsui", client_secret="")).status_code in (400, 401)


def forged(side: Any, good: str, identity: str, logout: str) -> dict[str, str]:
    """Tokens nobody may believe, made of one that is good."""
    head, body, mark = good.split(".")
    header, claims = jwt.get_unverified_header(good), claims_of(good)
    own = rsa.generate_private_key(65537, 2048)
    sign = {"algorithm": "RS256", "headers": {"kid": header["kid"]}}
    greedy = jwt.utils.base64url_encode(
        json.dumps(claims | {"organization": {"150203": {}}}).encode()
    ).decode()
    pem = side.public_key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        "none": jwt.encode(claims, None, "none", headers={"kid": header["kid"]}),
        "hs256 with the public key": _hs256(pem, claims, header["kid"]),
        "another key": jwt.encode(claims, own, **sign),
        "an unknown key": jwt.encode(claims, own, "RS256", headers={"kid": "made-up"}),
        "another issuer": jwt.encode(claims | {"iss": "https://evil.example/realms/shuangsui"}, own, **sign),
        "a foreign organization in it": f"{head}.{greedy}.{mark}",
        "no signature": f"{head}.{body}.",
        "identity token": identity,
        "logout token": logout,
        "nothing": "x",
    }


async def test_forged_tokens_open_nothing(side: Any) -> None:
    seen: list[str] = []
    verifier = side.site.identity.client.verifier
    read = verifier.check_logout

    async def listen(token: str) -> Any:
        seen.append(token)
        return await read(token)

    verifier.check_logout = listen
    try:
        async with side.browser() as browser:
            await side.sign_in(browser, "drawer")
            good, kept = await access_token(side, browser), await tokens_of(side, browser)
            assert (await call(side, good)).status_code == 200
            kid = jwt.get_unverified_header(good)["kid"]
            side.public_key = (await verifier._keys.key(kid)).key
            await side.end_sessions("drawer")
    finally:
        verifier.check_logout = read
    assert seen and (await _told(side, seen[0])).status_code == 400  # each logout token counts once
    tokens = forged(side, good, kept.id_token, seen[0])
    assert {name: (await call(side, t)).status_code for name, t in tokens.items()} == dict.fromkeys(
        tokens, 401
    )
    del tokens["logout token"]
    assert {(await _told(side, token)).status_code for token in (good, *tokens.values())} == {400}
    for wanted in ("ID", "Bearer"):
        with pytest.raises(Exception, match="凭证无效"):
            await verifier.check(seen[0], wanted)
    side.site.wall.offset = timedelta(seconds=301)
    assert (await call(side, good)).status_code == 401  # expired
    side.site.wall.offset = timedelta(seconds=-60)
    assert (await call(side, good)).status_code == 401  # of the future


async def _told(side: Any, token: str) -> Any:
    async with side.site.client() as service:
        return await service.post(BACK, data={"logout_token": token})


async def test_keys_turn_under_load_without_a_false_refusal(side: Any) -> None:
    side.site.directory.programs = [registered(side.program)]
    side.site.wall.offset = timedelta(seconds=REFETCH_SECONDS)  # the test before spent the strangers' turn
    answers: list[int] = []
    old = (await program_token(side)).json()["access_token"]

    async def load() -> None:
        for turn in range(40):
            if turn % 8 == 0:
                token = (await program_token(side)).json()["access_token"]
            answers.append((await call(side, token)).status_code)
            answers.append((await call(side, old)).status_code)

    async def turn() -> None:
        for _ in range(2):  # the first amid the calls, the second amid those with the key it brought
            await asyncio.sleep(0.2)
            await side.rotate(keep=True)
            side.site.wall.offset += timedelta(seconds=REFETCH_SECONDS)

    await asyncio.gather(turn(), *(load() for _ in range(4)))
    new = (await program_token(side)).json()["access_token"]
    assert jwt.get_unverified_header(new)["kid"] != jwt.get_unverified_header(old)["kid"]
    assert (await call(side, new)).status_code == 200
    assert set(answers) == {200} and len(answers) == 320
    await side.rotate(keep=False)  # the old keys are gone, as after a leak
    side.site.wall.offset += timedelta(seconds=RENEW_SECONDS)
    assert (await call(side, old)).status_code == 401
    async with side.browser() as browser:
        side.site.wall.offset = timedelta()
        assert (await side.sign_in(browser, "drawer")).status_code == 200


async def test_a_person_notices_nothing_of_a_turn_of_the_keys(
    side: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old keys are gone at once, as after a leak: amid a login, and while a session is asked about."""
    async with side.browser() as browser, side.browser() as other:
        assert (await side.sign_in(browser, "drawer")).status_code == 200
        await side.rotate(keep=False)
        monkeypatch.setattr(confirming, "CHECK_SECONDS", 0)
        assert (await browser.get("/t/me")).status_code == 200
        begun = await other.get("/login?next=/t/form", follow_redirects=True)
        assert begun.status_code == 200
        await side.rotate(keep=False)
        assert (await side.sign_in(other, "drawer")).status_code == 200
        assert [(await one.get("/t/me")).status_code for one in (browser, other)] == [200, 200]


def test_the_sides_differ_in_their_address_only(side: Any) -> None:
    assert isinstance(side, Embedded | Real)
    config = side.site.identity.config
    assert config.embedded is (side.name == "embedded") and config.client == "shuangsui"
