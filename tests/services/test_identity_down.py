"""An identity service that is away, slow or talks nonsense: people read so, and nothing opens by failing."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from services.home import Home
from services.identity import client as client_module
from services.identity import confirming
from services.identity.demo_login import csrf_of, demo_login
from services.serve import free_port
from services.settings import ORIGIN, Settings

WORDS = "统一身份认证服务暂不可用"


@asynccontextmanager
async def answering(reply: bytes, *, pause: float = 0.0) -> AsyncIterator[str]:
    """A server that says `reply` to everyone, byte by byte; with a pause it never gets to the end."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            for n in range(len(reply)):
                writer.write(reply[n : n + 1])
                await writer.drain()
                await asyncio.sleep(pause)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def ok(body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.fixture(scope="module")
async def lonely(run_site: Callable[..., Any], new_home: Callable[[str], Home]) -> AsyncIterator[Any]:
    """A site that starts while its Keycloak is down."""
    port = free_port()
    settings = Settings(
        home=new_home("lonely").make(),
        keycloak_url=f"http://127.0.0.1:{free_port()}",
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        log_origin=ORIGIN,
    )
    async with run_site(settings, []) as site:
        yield site


async def test_the_site_starts_and_serves_the_public_without_it(lonely: Any) -> None:
    async with lonely.client() as reader:
        assert (await reader.get("/t/open")).status_code == 200
        assert (await reader.get("/healthz")).json()["status"] == "ok"
        page = await reader.get("/login")
        assert page.status_code == 503 and WORDS in page.text and "稍后重试" in page.text
        assert (await reader.get("/t/me")).status_code == 303  # sent to the login, which says why
        told = await reader.post("/login/backchannel", data={"logout_token": "x"})
        assert told.status_code in (400, 503)
        bearer = {"authorization": "Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.eHg"}
        api = await reader.get("/api/v1/me", headers=bearer)
        assert (api.status_code, api.json()["code"]) == (503, "IdentityUnavailable")


@pytest.mark.parametrize(
    "body", [b"<html>", b"[]", b'{"issuer": "https://another.example/realms/shuangsui"}']
)
async def test_an_answer_that_is_none_is_not_used(lonely: Any, body: bytes) -> None:
    async with answering(ok(body)) as url, pointed(lonely, url), lonely.client() as reader:
        page = await reader.get("/login")
        assert page.status_code == 503 and WORDS in page.text


async def test_a_slow_service_is_not_waited_for_for_ever(
    lonely: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "TIMEOUT_SECONDS", 0.3)
    async with answering(ok(b"{}"), pause=0.1) as url, pointed(lonely, url), lonely.client() as reader:
        page = await asyncio.wait_for(reader.get("/login"), 5)  # each byte is in time, the answer never
        assert page.status_code == 503 and WORDS in page.text


@asynccontextmanager
async def pointed(site: Any, url: str) -> AsyncIterator[None]:
    """The site's identity service stands elsewhere for a while."""
    connection = site.identity.client._keycloak.connection
    before, connection.base_url = connection.base_url, f"{url}/"
    try:
        yield
    finally:
        connection.base_url = before


async def test_open_sessions_outlive_a_short_failure_and_no_longer(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirming, "PATIENCE_SECONDS", 0.3)
    dead = f"http://127.0.0.1:{free_port()}"
    async with site.client() as browser:
        page = await demo_login(browser, "411721-drawer", next_="/t/form")
        for url in (dead, "slow"):
            async with answering(ok(b"{}"), pause=0.2) as slow, pointed(site, slow if url == "slow" else url):
                site.wall.offset = timedelta(seconds=confirming.CHECK_SECONDS + 40 * (url == "slow"))
                assert (await browser.get("/t/me")).status_code == 200
        async with pointed(site, dead):
            site.wall.offset = timedelta(seconds=confirming.GRACE_SECONDS)
            refused = await browser.get("/t/form")
            assert refused.status_code == 503 and WORDS in refused.text
            sent = await browser.post("/t/save", data={"csrf_token": csrf_of(page)})
            assert sent.status_code == 503
            assert (await browser.get("/t/open")).status_code == 200
        key = [k async for k in site.redis.scan_iter("shuangsui:*session-asked*")]
        await site.redis.delete(*key)  # the pause between two questions is over
        assert (await browser.get("/t/me")).status_code == 200  # the session waited, nobody signs in again


async def test_logging_out_works_without_it(site: Any) -> None:
    async with site.client() as browser:
        page = await demo_login(browser, "411721-drawer", next_="/t/form")
        client = site.identity.client
        client._discovery = None
        async with pointed(site, f"http://127.0.0.1:{free_port()}"):
            out = await browser.post("/logout", data={"csrf_token": csrf_of(page)})
        assert (out.status_code, out.headers["location"]) == (303, "/")
        assert (await browser.get("/t/me")).status_code == 303


@pytest.mark.parametrize("gap", [timedelta(minutes=6), timedelta(minutes=-2)])
async def test_clocks_that_disagree_are_told_as_such(site: Any, gap: timedelta) -> None:
    provider = site.litestar.state["identity_provider"]
    clock = provider.signer._clock
    provider.signer._clock = type("Off", (), {"now": lambda _: clock.now() - gap, "simulated": False})()
    try:
        async with site.client() as browser:
            page = await demo_login(browser, "411721-drawer")
            assert page.status_code == 503 and "NTP" in page.text and site.cookie not in browser.cookies
    finally:
        provider.signer._clock = clock
