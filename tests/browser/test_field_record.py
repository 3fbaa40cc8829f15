"""A record made on a phone, its network cut at every step: the server holds it once, or why not is told."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tenants.stores import visits
from tests.flows import ceremony as c
from tests.services.asked import Asked, asked_site

from . import fieldphone as phones
from .watched import REAL

pytestmark = REAL
PRY = """async () => {
  const [db, vault] = await Promise.all(["db", "vault"].map((name) => import(`/static/field/${name}.js`)));
  const [row] = await db.all("records");
  await vault.unlock("x", row.name, row);
}"""
RECORD, STATE = "**/tasks/*/record", "**/field/app/state"


@pytest.fixture(scope="module")
async def site(pg_server: Any, valkey_server: Any, new_home: Any) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "field_record") as found:
        await phones.dispatched(found.app, 9)
        yield found


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Any]:
    async with phones.chromium() as found:
        yield found


@pytest.fixture
async def phone(site: Asked, browser: Any) -> AsyncIterator[phones.Phone]:
    context = await phones.context(browser)
    await phones.sign_in(site, context)
    made = await phones.Phone(site, context).start()
    await made.kept()
    await made.page.wait_for_selector("[data-at=record]")
    yield made
    assert made.said == []
    await context.close()


async def slots(site: Asked) -> list[int]:
    """Slots of the records the server holds."""
    who = c.acting(site.app, phones.XP, "reviewer")
    async with site.app.work(who) as work:
        found = await visits.of_draw(work.db, work.scope, phones.XP, 1)
    return sorted(one.slot for one in found if one.slot is not None)


async def task_of(phone: phones.Phone) -> str:
    """The first task nobody has recorded."""
    link = await phone.page.get_attribute("[data-at=record]:visible", "href")
    return str(link).removeprefix("#/record/")


async def until(phone: phones.Phone, state: str) -> None:
    """Waits until every record on the phone is in that state."""
    for _ in range(150):
        found = await phone.states()
        if found and set(found) == {state}:
            return
        await phone.page.wait_for_timeout(100)
    raise AssertionError(await phone.rows())


async def test_made_offline_killed_and_sent_once(site: Asked, phone: phones.Phone) -> None:
    task = await task_of(phone)
    await phone.context.set_offline(True)
    await phones.fill(phone.page, task)
    for step in ("arrival", "group:facilities", "photos", "result", "sign"):
        await phone.page.evaluate("(to) => { location.hash = to; }", f"#/record/{task}/{step}")
        await phone.page.wait_for_selector("[data-at=at]:has-text('/')")
        await phone.sound()
    page = await phone.context.new_page()
    await phone.page.close(run_before_unload=False)  # as when the phone kills the app
    phone.page = page
    await page.goto(f"{site.base}/field/app#/record/{task}/sign")
    await phone.ready()
    await page.wait_for_selector("[data-at=whole]:not([hidden])")
    assert await page.locator(".signer [data-at=when]:not([hidden])").count() == 3
    await page.click("[data-act=submit]")
    await until(phone, "waiting")
    (row,) = await phone.rows()
    assert row["boxed"] > 1000 and "fields" not in row and "模拟企业" not in str(row)
    await phone.sound()
    before = await slots(site)
    await phone.context.set_offline(False)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await until(phone, "done")
    assert await slots(site) == sorted([*before, int(task.rpartition("/")[2])])
    (row,) = await phone.rows()
    assert row["receipt"]["sha256"] and (row["boxed"] == 0 or row["left"] == 4)


async def test_cut_at_every_request_the_server_gets_it_once(site: Asked, phone: phones.Phone) -> None:
    task, before = await task_of(phone), await slots(site)
    await phones.fill(phone.page, task, photo=False)
    seen: list[str] = []
    cuts = ["state", "record-before", "record-after", "state", "record-503", "record-429"]

    async def cut(route: Any) -> None:
        kind = "record" if route.request.url.endswith("/record") else "state"
        if not cuts or not cuts[0].startswith(kind):
            await route.continue_()
            return
        now = cuts.pop(0)
        seen.append(now)
        if now == "record-after":
            await route.fetch()  # it arrives; only the answer is lost
        if now.endswith(("503", "429")):
            body = '{"title": "忙", "detail": "忙", "code": "Busy"}'
            await route.fulfill(
                status=int(now[-3:]),
                content_type="application/problem+json",
                body=body,
                headers={"retry-after": "1"},
            )
        else:
            await route.abort()

    await phone.context.route(RECORD, cut)
    await phone.context.route(STATE, cut)
    await phone.page.evaluate("(to) => { location.hash = to; }", f"#/record/{task}/sign")
    await phone.page.click("[data-act=submit]")
    await phone.page.wait_for_function("() => location.hash === '#/queue'")
    for _ in range(40):
        if await phone.states() == ["done"]:
            break
        await phone.page.evaluate("import('/static/field/queue.js').then((m) => m.flush(true))")
    assert cuts == [] and await phone.states() == ["done"], seen
    assert await slots(site) == sorted([*before, int(task.rpartition("/")[2])])


async def test_an_ended_session_keeps_everything_and_goes_on(site: Asked, phone: phones.Phone) -> None:
    task, before = await task_of(phone), await slots(site)
    await phones.fill(phone.page, task, photo=False)
    await phone.context.clear_cookies()
    await phone.page.click("[data-act=submit]")
    await phone.page.wait_for_selector("#login:not([hidden])")
    assert await phone.states() == ["waiting"] and await slots(site) == before
    await phones.sign_in(site, phone.context)
    await phone.page.reload()
    await until(phone, "done")
    assert len(await slots(site)) == len(before) + 1


async def test_a_refused_record_says_the_server_s_sentence_and_can_be_mended(
    site: Asked, phone: phones.Phone
) -> None:
    task, before = await task_of(phone), await slots(site)
    await phones.fill(phone.page, task, photo=False)
    await phone.page.evaluate("(to) => { location.hash = to; }", f"#/record/{task}/arrival")
    await phone.page.fill("[name=started_at]", "2025-12-01T09:00")
    await phone.page.evaluate("(to) => { location.hash = to; }", f"#/record/{task}/sign")
    await phone.page.click("[data-act=submit]")
    await phone.page.wait_for_selector(".note.bad[data-at=problem]:not([hidden])")
    assert "检查不早于派发给检查组的日期" in await phone.page.inner_text("[data-at=problem]")
    assert await phone.states() == ["refused"] and await slots(site) == before
    await phone.page.click("[data-at=open]")
    await phone.page.click("[data-act=now]")
    await phones.earlier(phone.page)
    await phone.page.evaluate("(to) => { location.hash = to; }", f"#/record/{task}/result")
    await phone.page.click("[data-act=now]")
    await phone.page.evaluate("(to) => { location.hash = to; }", f"#/record/{task}/sign")
    await phone.page.click("[data-act=submit]")
    await until(phone, "done")


async def test_another_person_or_bureau_finds_no_task_and_no_open_record(
    site: Asked, phone: phones.Phone
) -> None:
    task = await task_of(phone)
    await phone.page.evaluate("(to) => { location.hash = to; }", f"#/record/{task}/arrival")
    await phone.page.click("[data-act=now]")
    await phone.page.wait_for_selector(".kept.good")
    for other in (f"inspector@{phones.XP}#2", "inspector@150203#4"):
        await phones.sign_in(site, phone.context, other)
        await phone.page.goto(f"{site.base}/field/app")
        await phone.page.reload()
        await phone.page.wait_for_selector("#net.online")
        assert await phone.page.locator("[data-at=record]").count() == 0
        await phone.page.evaluate("location.hash = '#/queue'")
        await phone.page.wait_for_selector("[data-at=others]:not([hidden])")
        assert "模拟企业" not in await phone.page.inner_text("body")
        with pytest.raises(Exception, match="OperationError"):
            await phone.page.evaluate(PRY)
    await phones.sign_in(site, phone.context)
    await phone.page.goto(f"{site.base}/field/app")
    await phone.page.reload()
    await phone.page.wait_for_selector("[data-at=record]")
    await phone.page.evaluate("(to) => { location.hash = to; }", f"#/record/{task}/arrival")
    await phone.page.wait_for_selector("[name=started_at]")
    assert await phone.page.input_value("[name=started_at]")


async def test_signing_out_on_any_page_takes_the_tasks_away(site: Asked, phone: phones.Phone) -> None:
    held = "import('/static/field/db.js').then((m) => m.get('meta', 'tasks')).then((row) => Boolean(row))"
    assert await phone.page.evaluate(held)
    await phone.page.goto(f"{site.base}/field")
    async with phone.page.expect_request("**/logout"):
        await phone.page.click("form[action='/logout'] button")
    await phone.page.goto(f"{site.base}/field/app")
    await phone.ready()
    assert not await phone.page.evaluate(held)


async def test_two_tabs_send_it_once_and_never_overwrite_each_other(site: Asked, phone: phones.Phone) -> None:
    task, before = await task_of(phone), await slots(site)
    await phones.fill(phone.page, task, photo=False)
    other = await phones.Phone(site, phone.context).start()
    await other.page.evaluate("(to) => { location.hash = to; }", f"#/record/{task}/result")
    await other.page.fill("textarea[name=narrative]", "另一个窗口里写的。")
    await other.page.wait_for_selector(".kept.good")
    await phone.page.click("[data-act=submit]")
    await phone.page.wait_for_selector("#note.bad:not([hidden])")  # this one is older: told, not kept
    assert await phone.states() == ["draft"] and await slots(site) == before
    await other.page.evaluate("(to) => { location.hash = to; }", f"#/record/{task}/sign")
    sent: list[str] = []
    phone.context.on("request", lambda one: one.url.endswith("/record") and sent.append(one.url))
    await other.page.click("[data-act=submit]")
    flush = "import('/static/field/queue.js').then((m) => m.flush(true))"
    await phone.page.evaluate(flush)
    await until(other, "done")
    assert len(sent) == 1


async def test_a_full_phone_is_told_before_it_happens(site: Asked, phone: phones.Phone) -> None:
    task = await task_of(phone)
    await phone.page.evaluate("navigator.storage.estimate = async () => ({ quota: 9e6, usage: 8e6 })")
    await phone.page.evaluate("(to) => { location.hash = to; }", f"#/record/{task}/photos")
    await phone.page.wait_for_selector("#note.bad:not([hidden])")
    dot = {"name": "gate.png", "mimeType": "image/png", "buffer": phones.DOT}
    await phone.page.set_input_files("input[type=file]", dot)
    await phone.page.wait_for_selector("#note:has-text('没有添加照片')")
    assert await phone.page.locator(".photos canvas").count() == 0
    await phone.page.set_input_files("input[type=file]", {**dot, "name": "no.png", "buffer": b"no photo"})
    await phone.page.wait_for_selector("#note:has-text('不是照片')")


async def test_a_wrong_clock_is_told_and_the_record_follows_the_server(site: Asked, browser: Any) -> None:
    context = await phones.context(browser)
    await phones.sign_in(site, context)
    phone = await phones.Phone(site, context).start()
    await phone.page.wait_for_selector("[data-at=record]")
    await phone.page.click("[data-at=record]:visible")
    await phone.page.click("[data-act=now]")
    now = await phone.page.input_value("[name=started_at]")
    assert now[:13] == site.app.clock.now().astimezone(phones.CHINA).strftime(
        "%Y-%m-%dT%H"
    )  # the phone's says 2026-11
    difference = "import('/static/field/clock.js').then((m) => m.difference())"
    assert abs(await phone.page.evaluate(difference)) > 86_400_000
    await context.close()


async def test_an_arrival_noted_without_a_network_is_told_later_and_opens_the_notice(
    site: Asked, phone: phones.Phone
) -> None:
    task = await task_of(phone)
    page, notice = phone.page, f"{site.base}/field/tasks/{task}/notice"
    assert (await phone.context.request.get(notice)).status == 409  # nobody has arrived
    await page.evaluate("(to) => { location.hash = to; }", f"#/record/{task}/arrival")
    await page.wait_for_selector("[data-act=note]:disabled")  # not before two officers are there
    await phone.context.set_offline(True)
    await page.click("[data-act=now]")
    for tick in await page.query_selector_all("[data-at=people] input"):
        await tick.check()
    await page.click("[data-act=locate]")
    await page.wait_for_selector("[data-at=fix]:has-text('12')")
    if await page.locator("textarea[name=place_reason]").is_visible():
        await page.fill("textarea[name=place_reason]", "厂区在登记位置以东")
        await page.locator("textarea[name=place_reason]").blur()
    await page.click("[data-act=note]:enabled")
    await page.wait_for_selector("[data-at=noted]:has-text('等候网络')")
    await phone.sound()
    await page.reload()  # what waits is on the phone, not in the page
    await phone.ready()
    await page.evaluate("(to) => { location.hash = to; }", f"#/record/{task}/arrival")
    await page.wait_for_selector("[data-at=noted]:has-text('等候网络')")
    unheard = [503, 502]

    async def nearly(route: Any) -> None:
        """The first tries come to nothing, and no event of the browser tells when to try again."""
        await (route.fulfill(status=unheard.pop(), body="busy") if unheard else route.fallback())

    await page.route("**/arrival", nearly)
    await phone.context.set_offline(False)
    await page.evaluate("dispatchEvent(new Event('online'))")
    await page.wait_for_selector("[data-at=noted]:has-text('登记到场')")
    assert not unheard
    where = await page.get_attribute("[data-at=notice]", "href")
    answer = await phone.context.request.get(f"{site.base}{where}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    await phone.sound()
