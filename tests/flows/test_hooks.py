"""Webhooks: told in the act's transaction, signed, sent again with one id, logged; nothing sealed in them."""

import base64
import hashlib
import hmac
from datetime import timedelta
from pathlib import Path

import pytest

from policies.access_errors import Forbidden
from policies.errors import Missing
from policies.hooking.errors import HookRefused, TooManyHooks
from policies.hooking.events import EVENTS
from services.hooks.telling import tell_hooks
from services.jobs.deliver import deliver
from services.notify.errors import HostRefused
from services.usecases.keep_hook import (
    MOST,
    end_hook,
    hook_log,
    keep_hook,
    list_hooks,
    renew_secret,
    tell_again,
    try_hook,
)
from tenants.errors import WrongState
from tenants.stores import hooks

from . import ceremony as c
from .notifying import KDL, XP, admin, rounds

NOTICE = "3f0c2a51-6d0e-4a7b-9a52-0c1d7e1f2a63"


def signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As a receiver checks it, from the specification alone."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    mine = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return mine in headers["webhook-signature"].split(" ")


@pytest.fixture
async def app(notified):
    for bureau in (XP, KDL):
        async with notified.work(admin(notified, bureau)) as work:
            for one in await list_hooks(work):
                await end_hook(work, one.id)
    return notified


async def enter(app, hook, *events, path="/in?key=k", bureau=XP):
    async with app.work(admin(app, bureau)) as work:
        url = f"http://localhost:{hook.port}{path}"
        return await keep_hook(work, url, "省平台", events or tuple(EVENTS))


async def publish(app, bureau=XP, fails=False):
    async with app.work(c.acting(app, bureau, "publisher")) as work:
        await tell_hooks(work, "notice.published", notice=NOTICE, kind="result")
        if fails:
            raise RuntimeError


async def log_of(app, bureau=XP):
    """Of the endpoints of this test: those of the others are over."""
    async with app.work(admin(app, bureau), read_only=True) as work:
        standing = {one.id for one in await list_hooks(work)}
        return tuple(row for row in await hook_log(work) if row.hook in standing)


async def test_an_event_arrives_signed_and_thin(app, hook):
    made = await enter(app, hook, "notice.published")
    await publish(app)
    assert hook.asked == [], "told by the worker, after the act"
    await rounds(app, times=1)
    ((path, headers, body),) = hook.asked
    assert path == "/in?key=k" and headers["content-type"] == "application/json"
    assert signed(made.secret, headers, hook.raw[0])
    assert not signed(made.secret, headers, hook.raw[0] + b" "), "the test's own check can fail"
    assert body["type"] == "notice.published"
    assert body["data"] == {
        "bureau": XP, "notice": NOTICE, "kind": "result", "path": f"/api/v1/notices/{XP}/{NOTICE}",
    }  # fmt: skip
    (row,) = await log_of(app)
    assert (row.state, row.status, row.tries, str(row.id)) == ("sent", 200, 1, headers["webhook-id"])


async def test_the_program_of_the_manual_takes_a_real_delivery(app, hook, monkeypatch):
    made = await enter(app, hook)
    await publish(app)
    await rounds(app, times=1)
    ((_, headers, _),) = hook.asked
    text = (Path(__file__).parents[2] / "docs/api.md").read_text("utf-8")
    known = {}
    exec(text.split("```python\n")[1].split("```")[0], known)
    sent = int(headers["webhook-timestamp"])
    monkeypatch.setattr("time.time", lambda: sent + 299)
    assert known["genuine"](made.secret, headers, hook.raw[0])
    assert not known["genuine"](made.secret, headers, hook.raw[0][:-1])
    assert not known["genuine"](made.secret, headers | {"webhook-id": NOTICE}, hook.raw[0])
    monkeypatch.setattr("time.time", lambda: sent + 301)
    assert not known["genuine"](made.secret, headers, hook.raw[0])


async def test_what_is_rolled_back_or_not_wanted_tells_nobody(app, hook):
    await enter(app, hook, "draw.voided")
    await publish(app)
    await enter(app, hook, "notice.published")
    with pytest.raises(RuntimeError):
        await publish(app, fails=True)
    await publish(app, KDL)
    await rounds(app)
    await rounds(app, KDL)
    assert hook.asked == [] and await log_of(app) == () == await log_of(app, KDL)


async def test_a_failure_is_tried_again_with_its_id_and_given_up(app, hook):
    made = await enter(app, hook)
    await publish(app)
    for status in ("500 Oh", "302 Elsewhere", "404 Not", "429 Slower"):
        hook.status = status
        assert (await rounds(app, times=1))["failed"] == 1, status
    assert len(hook.asked) == 4, "a redirect is followed by nobody"
    hook.status, hook.answer = "503 Busy", b"<h1>" + b"x" * 500
    await rounds(app, times=12)
    (row,) = await log_of(app)
    assert (row.state, row.status, len(row.answer or "")) == ("dead", 503, 200)
    ids = {headers["webhook-id"] for _, headers, _ in hook.asked}
    moments = {headers["webhook-timestamp"] for _, headers, _ in hook.asked}
    assert ids == {str(row.id)} and len(moments) == len(hook.asked) > 3
    assert all(signed(made.secret, h, b) for (_, h, _), b in zip(hook.asked, hook.raw, strict=True))
    hook.status, hook.answer = "200 OK", b""
    async with app.work(admin(app)) as work:
        await tell_again(work, row.id)
    with pytest.raises(WrongState):
        async with app.work(admin(app)) as work:
            await tell_again(work, row.id)
    await rounds(app, times=1)
    assert (await log_of(app))[0].state == "sent" and hook.asked[-1][1]["webhook-id"] == str(row.id)


async def test_one_that_is_gone_is_left_alone_until_somebody_tests_it(app, hook):
    made = await enter(app, hook)
    hook.status = "410 Gone"
    await publish(app)
    await rounds(app)
    await publish(app)
    await rounds(app)
    assert len(hook.asked) == 1
    hook.status = "204 Fine"
    async with app.work(admin(app)) as work:
        await try_hook(work, made.hook.id)
    await rounds(app, times=1)
    await publish(app)
    await rounds(app, times=1)
    assert [body["type"] for _, _, body in hook.asked] == [
        "notice.published",
        "test.sent",
        "notice.published",
    ]


async def test_both_secrets_sign_for_a_day(app, hook):
    first = await enter(app, hook)
    async with app.work(admin(app)) as work:
        second = await renew_secret(work, first.hook.id)
    await publish(app)
    await rounds(app, times=1)  # seven hours go by
    app.wall.advance(timedelta(hours=20))
    await publish(app)
    await rounds(app, times=1)
    (_, during, _), (_, after, _) = hook.asked
    assert signed(first.secret, during, hook.raw[0]) and signed(second.secret, during, hook.raw[0])
    assert signed(second.secret, after, hook.raw[1]) and not signed(first.secret, after, hook.raw[1])
    async with app.database.unit(app_scope := await app.scope_of(admin(app))) as db:
        kept = await hooks.get(db, app_scope, first.hook.id)
    assert second.secret.encode() not in kept.sealed and first.secret.encode() not in kept.sealed


async def test_a_killed_worker_sends_it_again_with_the_same_id(app, hook, monkeypatch):
    await enter(app, hook)
    await publish(app)

    async def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("services.hooks.sending.hooks.tried", killed)
        with pytest.raises(KeyboardInterrupt):
            await deliver(app, XP)
    await rounds(app)
    assert len(hook.asked) == 2 and hook.asked[0][1]["webhook-id"] == hook.asked[1][1]["webhook-id"]
    assert (await log_of(app))[0].state == "sent"


async def test_what_an_endpoint_may_be(app, hook):
    good = f"http://localhost:{hook.port}/in"
    async with app.work(admin(app)) as work:
        for url in (
            "ftp://localhost/x",
            "https://u:p@localhost/x",
            "x",
            "https://[",
            f"{good}#f",
            "https://" + "x" * 600,
        ):
            with pytest.raises(HookRefused):
                await keep_hook(work, url, "", tuple(EVENTS))
        for url in ("https://127.0.0.1/x", "https://example.org/x", "http://localhost/x"):
            with pytest.raises(HostRefused):
                await keep_hook(work, url, "", tuple(EVENTS))
        for events in ((), ("task.released",)):
            with pytest.raises(HookRefused):
                await keep_hook(work, good, "", events)
        with pytest.raises(HookRefused):
            await keep_hook(work, good, "字" * 101, tuple(EVENTS))
        for _ in range(MOST):
            await keep_hook(work, good, "", ("draw.voided",))
        with pytest.raises(TooManyHooks):
            await keep_hook(work, good, "", tuple(EVENTS))


async def test_another_bureau_and_other_roles_reach_none(app, hook):
    made = await enter(app, hook)
    await publish(app)
    (row,) = await log_of(app)
    async with app.work(admin(app, KDL)) as work:
        assert await list_hooks(work) == ()
        for act in (renew_secret, end_hook, try_hook):
            with pytest.raises(Missing):
                await act(work, made.hook.id)
        with pytest.raises(Missing):
            await tell_again(work, row.id)
    async with app.work(c.acting(app, XP, "reviewer")) as work:
        with pytest.raises(Forbidden):
            await list_hooks(work)


@pytest.mark.parametrize(
    ("event", "facts"),
    [
        ("task.released", {}),
        ("draw.drawn", {"draw_no": "1"}),
        ("draw.drawn", {"draw_no": 1, "site": "某企业"}),
        ("notice.published", {"notice": "某企业", "kind": "result"}),
        ("notice.published", {"notice": NOTICE}),
    ],
)
async def test_no_event_carries_anything_else(app, hook, event, facts):
    async with app.work(admin(app)) as work:
        url = f"http://localhost:{hook.port}/in"
        await keep_hook(work, url, "", tuple(EVENTS))
        if event in EVENTS:
            with pytest.raises(HookRefused):
                await tell_hooks(work, event, **facts)
        else:  # nobody can want it
            await tell_hooks(work, event, **facts)
    assert await log_of(app) == ()


def test_a_body_is_numbers_and_ids_alone():
    for event in EVENTS.values():
        assert set(event.facts) <= {"draw_no", "notice", "kind"}, event.name
