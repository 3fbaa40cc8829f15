"""The field app as it is installed: small, kept whole, opened without a network, newer without a loss."""

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.field import app as shell
from services.web.pages import STATIC
from tests.services.asked import Asked, asked_site

from . import fieldphone as phones
from .watched import REAL

pytestmark = REAL
BUDGET = 60_000


@pytest.fixture(scope="module")
async def site(pg_server: Any, valkey_server: Any, new_home: Any) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "field_shell") as found:
        await phones.dispatched(found.app, 2)
        yield found


@pytest.fixture
async def browser() -> AsyncIterator[Any]:
    async with phones.chromium() as found:
        yield found


async def test_all_of_it_is_small_and_names_nobody(site: Asked) -> None:
    async with httpx.AsyncClient(base_url=site.base, trust_env=False) as client:
        total, spoken = 0, {}
        paths = [*shell.kept(), "/field/app/worker.js", "/static/field/icon-512.png"]
        for path in [path for path in paths if path != shell.AT["en"]]:  # a phone uses one language
            answer = await client.get(path)
            assert answer.status_code == 200, path
            total += len(gzip.compress(answer.content, 6))
            spoken[path] = answer
        assert total <= BUDGET, total
        assert "Set-Cookie" not in spoken["/field/app"].headers
    person = await site.browser("inspector", "411721#4")
    known = (await person.get("/field/app")).text
    assert known == spoken["/field/app"].text, "the shell of a person who is signed in is the same"
    assert spoken["/field/app/worker.js"].headers["service-worker-allowed"] == "/field/app"


async def test_every_module_is_part_of_the_shell(site: Asked) -> None:
    kept = {path.partition("?")[0].rpartition("/")[2] for path in shell.kept()}
    modules = {path.name for path in (STATIC / "field").glob("*.js")} - {"worker.js"}
    assert modules <= kept


async def test_the_manifest_installs_it(site: Asked) -> None:
    async with httpx.AsyncClient(base_url=site.base, trust_env=False) as client:
        for lang, words in (("zh", "现场检查"), ("en", "Field visits")):
            found = json.loads((await client.get(shell.MANIFEST[lang])).text)
            assert (found["short_name"], found["start_url"]) == (words, shell.AT[lang])
            assert {"192x192", "512x512"} <= {icon["sizes"] for icon in found["icons"]}
            for icon in found["icons"]:
                assert (await client.get(icon["src"])).status_code == 200


async def test_it_opens_without_a_network_and_is_sound(site: Asked, browser: Any) -> None:
    for scheme in ("light", "dark"):
        context = await phones.context(browser, color_scheme=scheme)
        phone = await phones.Phone(site, context).start()
        await phone.kept()
        await phone.sound()
        await context.set_offline(True)
        await phone.page.reload()
        await phone.ready()
        assert await phone.page.inner_text("h1") == "我的任务"
        assert await phone.page.inner_text("#net") == "没有网络"
        await phone.page.goto(f"{site.base}/field/app/en")
        await phone.ready()
        assert await phone.page.inner_text("h1") == "My tasks"
        kept = await phone.page.evaluate(
            "caches.keys().then((names) => caches.open(names.find((n) => n.startsWith('field-'))))"
            ".then((cache) => cache.keys()).then((all) => all.map((one) => new URL(one.url).pathname))"
        )
        assert not [path for path in kept if path in ("/field/app/state", "/field/app/tasks", "/field")]
        assert phone.said == []
        await context.close()


async def test_a_new_version_waits_and_loses_nothing(
    site: Asked, browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = await phones.context(browser)
    await phones.sign_in(site, context)
    phone = await phones.Phone(site, context).start()
    await phone.kept()
    await phone.page.click("[data-at=record]")
    await phone.page.click("[data-act=now]")
    await phone.page.wait_for_selector(".kept.good")
    typed = await phone.page.input_value("[name=started_at]")

    before = await phone.page.evaluate("caches.keys()")
    monkeypatch.setattr(shell, "COLOUR", "#123456")  # the served shell is another one now
    await phone.page.evaluate(
        "navigator.serviceWorker.getRegistration('/field/app').then((one) => one.update())"
    )
    await phone.page.wait_for_selector("#newer:not([hidden])")
    assert await phone.page.input_value("[name=started_at]") == typed  # nothing reloads by itself
    async with phone.page.expect_navigation():
        await phone.page.click("#newer button")
    await phone.ready()
    await phone.page.wait_for_selector("[name=started_at]")
    assert await phone.page.input_value("[name=started_at]") == typed
    after = await phone.page.evaluate("caches.keys()")
    assert len(after) == 1 and after != before
    assert await phone.page.get_attribute("meta[name=theme-color]", "content") == "#123456"
    await context.close()
