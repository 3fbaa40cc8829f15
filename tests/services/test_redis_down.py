"""Redis that is away or hangs: public pages are read, everybody else reads why not, the log is told once."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from redis.exceptions import RedisError

from services.clock import SystemClock
from services.embedded import ValkeyServer
from services.home import Home
from services.identity.demo_login import csrf_of, demo_login
from services.redis_client import redis_client
from services.serve import free_port
from services.web import form_once, health, outage
from services.web.state import SLOT

from .conftest import MovableClock, memberships, running, settings_for
from .pausing import Pausing, pausing

WORDS = "登录状态暂时无法读取"


@dataclass
class Far:
    """A site, and the way to its Valkey."""

    site: Any
    way: Pausing


@pytest.fixture(scope="module")
async def far(valkey_server: ValkeyServer, new_home: Callable[[str], Home]) -> AsyncIterator[Far]:
    parts = urlsplit(valkey_server.url)
    async with pausing(free_port(), parts.port or 0) as way:
        url = valkey_server.url.replace(f":{parts.port}", f":{way.port}", 1) + "?socket_timeout=0.4"
        settings = settings_for(new_home("redis-down").make(), free_port())
        async with running(settings, url, memberships(), SystemClock(), MovableClock()) as site:
            yield Far(site, way)


@pytest.fixture
async def signed(far: Far) -> AsyncIterator[tuple[Far, Any, Any]]:
    """A signed-in browser and its page; Redis answers at the beginning, and the last failure is forgotten."""
    await far.way.start()
    outage._SAID.clear()
    async with far.site.client() as browser:
        page = await demo_login(browser, "411721-drawer", next_="/t/form")
        assert page.status_code == 200
        yield far, browser, page
    await far.way.start()


@pytest.mark.parametrize("how", ["shut", "hangs"])
async def test_public_pages_are_served_and_the_rest_says_why_not(
    signed: tuple[Far, Any, Any], how: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    far, browser, page = signed
    monkeypatch.setattr(health, "GOOD_SECONDS", 0.0)
    far.site.litestar.state[SLOT].health._until = 0.0
    with caplog.at_level(logging.INFO, "shuangsui"):
        if how == "shut":
            await far.way.shut()
        else:
            far.way.pause()
        assert (await browser.get("/t/open")).status_code == 200
        ends = [
            await browser.get(path) for path in ("/t/me", "/t/form?typed=" + "a" * 43, "/login", "/bureau")
        ]
        form = {"csrf_token": csrf_of(page), "reason": "x"}
        ends += [await browser.post(path, data=form) for path in ("/t/save", "/logout")]
        for one in ends:
            assert one.status_code == 503 and WORDS in one.text, one.url
            assert one.headers["retry-after"] and "操作未执行" in one.text and "typed=" not in one.text
        browser.headers["cookie"] = "lang=en; " + "; ".join(f"{k}={v}" for k, v in browser.cookies.items())
        assert "Sign-ins cannot be read just now" in (await browser.get("/t/me")).text
        told = await browser.get("/api/v1/me")
        assert (told.status_code, told.json()["code"]) == (503, "StoreDown")
        alive, ready = await browser.get("/healthz"), await browser.get("/readyz")
        assert (alive.status_code, alive.json()["down"]) == (200, ["redis"])
        assert (ready.status_code, ready.json()["down"]) == (503, ["redis"])
    said = [one.getMessage() for one in caplog.records if one.name == "shuangsui"]
    assert sum("redis.down" in one for one in said) == 1
    assert not any("request.fault" in one or "request.failed" in one for one in said), said
    await far.way.start()
    assert (await browser.get("/t/me")).status_code == 200, "the session was lost"
    assert (await browser.get("/readyz")).json() == {"status": "ok", "simulated": False}


async def test_a_form_that_was_carried_out_answers_though_redis_died_meanwhile(
    signed: tuple[Far, Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    far, _, _ = signed
    settle = form_once._settle

    async def dies(*args: Any) -> None:
        await far.way.shut()
        await settle(*args)

    scope: Any = {"state": {form_once._CLAIMED: ("411721", "digest")}, "litestar_app": far.site.litestar}
    monkeypatch.setattr(form_once, "_settle", dies)
    message: Any = {"type": "http.response.start", "status": 303, "headers": [(b"location", b"/desk")]}
    await form_once.settle_once(message, scope)  # the answer leaves
    assert outage._SAID


async def test_a_broken_connection_is_made_anew_and_an_unanswered_question_not_sent_again(
    valkey_server: ValkeyServer,
) -> None:
    """The one is every restart of Redis; of the other nobody knows whether it was carried out."""
    parts = urlsplit(valkey_server.url)
    async with pausing(free_port(), parts.port or 0) as way:
        url = valkey_server.url.replace(f":{parts.port}", f":{way.port}", 1) + "?socket_timeout=0.3"
        await way.start()
        async with redis_client(url) as client, redis_client(valkey_server.url) as near:
            assert await client.ping()
            await way.shut()
            await way.start()
            assert await client.ping()
            way.pause()
            with pytest.raises(RedisError):
                await client.incr("shuangsui:test:redis-down")
            way.open.set()
            await asyncio.sleep(0.1)
            assert int(await near.getdel("shuangsui:test:redis-down") or 0) <= 1
