"""A witness without a login, from the invitation to the minutes, over HTTP; and everyone who is not it."""

import re
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import redis.asyncio as redis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from policies.errors import Forbidden
from policies.planning.minutes import minutes_hash, minutes_message
from services.clock import CHINA
from services.drawing.witness_errors import BadInvitation, MinutesDiffer, WitnessTooLate
from services.main import create_app
from services.outside.folder import Device
from services.outside.secret import make_secret, read_secret
from services.serve import free_port, serving
from services.usecases.confirm_minutes import confirm_minutes, minutes_for
from services.usecases.invite_witness import invite_witness, withdraw_invitation
from services.usecases.reveal_secret import reveal_secret
from services.usecases.run_draw import finish_draw
from tenants.errors import SameHand
from tenants.faults import neutral_errors
from tenants.scope import Scope
from tenants.stores import draws, invitations, journal_pages

from . import ceremony as c

XP = "411721"
DIGITS = c.DIGITS["digits"]
HEX = re.compile(r'name="h" value="([0-9a-f]{64})"')


@pytest.fixture(scope="module")
async def app(pg_server, valkey_server, new_home, request) -> AsyncIterator[Any]:
    """A small deployment with sessions; `site` serves it. The browser's tests open one of their own."""
    name = "invited" if request.module.__name__ == __name__ else "invited_page"
    async with (
        c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened,
        redis.from_url(valkey_server.url) as client,
    ):
        opened.redis = client
        await c.plan(opened, XP)
        yield opened


@pytest.fixture(scope="module")
async def site(app) -> AsyncIterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = replace(app.settings, port=port, public_url=url)

    @asynccontextmanager
    async def opened() -> AsyncIterator[Any]:
        yield app

    async with serving(create_app(settings, opened), "127.0.0.1", port):
        yield url


def browser(site: str, **more: Any):
    return httpx.AsyncClient(
        base_url=site, trust_env=False, timeout=60, headers={"accept": "text/html"}, **more
    )


async def prepared(app: Any, period: str = "2026Q1") -> Any:
    more = {} if period == "2026Q1" else {"beacon_at": datetime(2026, 3, 30, 10, 0, tzinfo=CHINA)}
    return await c.prepare(app, XP, witnessed=False, period=period, **more)


async def invite(app: Any, draw_no: int, name: str = "区纪委 张见证") -> Any:
    async with app.work(c.acting(app, XP, "bureau_head")) as work:
        return await invite_witness(work, draw_no, name)


async def acts(app: Any) -> list[str]:
    scope = Scope.own(XP, "tests")
    async with app.database.unit(scope) as db:
        rows = await journal_pages.newest(db, scope, XP, action="", target="draw/", limit=60)
    return [row.action for row in rows]


async def _english(person: httpx.AsyncClient, path: str) -> None:
    """By one press and back, without a login; the reader stays on the page."""
    for now, then, shown in (("zh-CN", "en", "English"), ("en", "zh", "中文")):
        page = await person.get(path)
        assert f'<html lang="{now}">' in page.text and f">{shown}</button>" in page.text
        assert f'name="next" value="{path}"' in page.text
        pressed = await person.post("/reading", data={"next": path, "lang": then})
        assert (pressed.status_code, pressed.headers["location"]) == (303, path)


async def test_an_invited_witness_sees_a_draw_through(app, site, tmp_path) -> None:
    made = await prepared(app)
    no = made.draw_no
    invited = await invite(app, no)
    assert re.fullmatch(r"\d{6}", invited.code) and invited.link.startswith(f"/w/{XP}/")
    async with browser(site) as person:
        assert (await person.get("/w")).status_code == 403
        page = await person.get(invited.link)
        assert page.status_code == 200 and "六位数字" in page.text and "2026Q1" not in page.text
        await _english(person, invited.link)
        wrong = await person.post(invited.link, data={"code": "000000" if invited.code != "000000" else "1"})
        assert wrong.status_code == 403 and "还可输错 9 次" in wrong.text
        inside = await person.post(invited.link, data={"code": f" {invited.code[:3]} {invited.code[3:]}"})
        assert inside.status_code == 303 and inside.headers["location"] == "/w"
        cookie = inside.headers["set-cookie"].lower()
        assert "path=/w" in cookie and "samesite=strict" in cookie and "httponly" in cookie
        page = await person.get("/w")
        assert "产生秘密并提交承诺" in page.text and "区纪委 张见证" in page.text
        await _english(person, "/w")
        # nothing of the bureau is open to that cookie
        for path in ("/desk", f"/desk/draws/{no}", "/desk/sites", "/field", "/city"):
            assert (await person.get(path)).status_code == 303, path

        device = Ed25519PrivateKey.generate()
        key = device.public_key().public_bytes_raw().hex()
        card = make_secret(
            Device(tmp_path / "own"), bureau=XP, draw_no=no, role="witness", escrow_public=made.escrow_public
        )
        form = {"c": card.c, "copy": card.escrow_copy.hex(), "suite": "1", "device_key": key}
        assert (await person.post("/w/commit", data=form | {"c": "xyz"})).status_code == 422
        assert (await person.post("/w/commit", data=form)).status_code == 303
        assert "您已提交承诺" in (await person.get("/w")).text
        other = await person.post("/w/commit", data=form | {"c": "ab" * 32})
        assert other.status_code == 422 and "该方已提交过承诺" in other.text

        frozen = await c.freeze(app, XP, no)
        page = (await person.get("/w")).text
        assert (
            frozen.m in page and "重点排污单位" in page and "模拟企业" not in page and "模拟人员" not in page
        )
        early = await person.post("/w/beacon", data={"digits": DIGITS})
        assert early.status_code == 422 and "随机信标时间未到" in early.text
        soon = await person.post("/w/secret", data={"digits": DIGITS, "key": "ab" * 32})
        assert soon.status_code == 422 and "随机信标尚未录入" in soon.text
        await c.escrow(app, XP, no)
        await app.log.publish()
        await c.cosign(app, "411700")
        c.at_beacon(app)
        assert (await person.post("/w/beacon", data={"digits": DIGITS})).status_code == 303
        secret = read_secret(Device(tmp_path / "own"), bureau=XP, draw_no=no, role="witness").hex()
        lie = await person.post("/w/secret", data={"digits": DIGITS[::-1], "key": secret})
        assert lie.status_code == 422 and "不符" in lie.text
        assert (await person.post("/w/secret", data={"digits": DIGITS, "key": secret})).status_code == 303
        drawer = c.drawer(app, XP)
        ours = _own(app, no)
        async with app.work(drawer) as work:
            assert await reveal_secret(work, no, "bureau", ours) == ()
        await finish_draw(app, drawer, no)

        page = (await person.get("/w")).text
        h = HEX.search(page)[1]
        assert "抽取纪要" in page and "模拟企业" not in page
        unsigned = await person.post("/w/minutes", data={"h": h})
        assert unsigned.status_code == 422 and "签名无效" in unsigned.text
        forged = b64encode(Ed25519PrivateKey.generate().sign(minutes_message(h))).decode()
        assert (await person.post("/w/minutes", data={"h": h, "sig": forged})).status_code == 422
        sig = b64encode(device.sign(minutes_message(h))).decode()
        odd = b64encode(device.sign(minutes_message("0" * 64))).decode()
        stale = await person.post("/w/minutes", data={"h": "0" * 64, "sig": odd})
        assert stale.status_code == 422 and "纪要与所见不一致" in stale.text
        assert (await person.post("/w/minutes", data={"h": h, "sig": sig})).status_code == 303
        assert "确认了纪要，并由设备签名" in (await person.get("/w")).text
        await person.post("/w/leave")
        assert (await person.get("/w")).status_code == 403
    async with app.work(drawer) as work:
        with pytest.raises(MinutesDiffer):
            await confirm_minutes(work, no, "0" * 64)
        await confirm_minutes(work, no, h)
        await confirm_minutes(work, no, h)
        found = await minutes_for(work, no)
    assert found.whole and found.h == h == minutes_hash(found.body) and found.said("witness").sig == sig
    noted = await acts(app)
    for act in ("witness.invite", "witness.wrong_code", "witness.entered", "draw.commit", "draw.beacon",
                "draw.reveal", "minutes.confirm"):  # fmt: skip
        assert act in noted, act


def _own(app: Any, no: int) -> bytes:
    return read_secret(c.drawer_device(app, XP), bureau=XP, draw_no=no, role="bureau")


async def test_ten_wrong_codes_lock_and_a_withdrawn_or_old_link_is_over(app, site) -> None:
    made = await prepared(app, "2026Q2")
    no, guess = made.draw_no, lambda code: f"{(int(code) + 1) % 10**6:06d}"
    first, second, third = [await invite(app, no, f"某某{n}") for n in range(3)]
    async with browser(site) as person:
        for n in range(10):
            answer = await person.post(first.link, data={"code": guess(first.code)})
            assert answer.status_code == 403 and ("还可输错" in answer.text) == (n < 9)
        locked = await person.post(first.link, data={"code": first.code})
        assert locked.status_code == 403 and "见证邀请已失效" in locked.text
        assert (await person.get(first.link)).status_code == 403

        assert (await person.post(second.link, data={"code": second.code})).status_code == 303
        assert (await person.get("/w")).status_code == 200
        async with app.work(c.acting(app, XP, "bureau_admin")) as work:
            await withdraw_invitation(work, no, second.n)
        gone = await person.get("/w")
        assert gone.status_code == 403 and "见证邀请已失效" in gone.text
        assert (await person.post("/w/commit", data={"c": "ab" * 32, "copy": "00" * 60})).status_code == 403

        for path in (f"/w/{XP}/{'A' * 43}", f"/w/150203/{third.link.rpartition('/')[2]}", "/w/abc/def"):
            assert (await person.get(path)).status_code == 404, path
            assert (await person.post(path, data={"code": third.code})).status_code == 404, path
        async with app.work(c.acting(app, XP, "bureau_head")) as work:
            rows = await invitations.of_draw(work.db, work.scope, XP, no)
        assert first.link.rpartition("/")[2] not in str(rows) and first.code not in (r.code for r in rows)
        assert rows[0].tries == 10 and rows[1].withdrawn_at is not None
        now = app.clock.now()
        app.clock.set(third.expires_at + timedelta(seconds=1))
        late = await person.post(third.link, data={"code": third.code})
        assert late.status_code == 403 and "见证邀请已失效" in late.text
        assert app.clock.now() > now


async def test_who_invites_and_when(app) -> None:
    async with app.work(c.acting(app, XP, "bureau_head")) as work:
        found = await draws.recent(work.db, work.scope, XP, 20)
        no = next(d.draw_no for d in found if d.state == "drawn")
        with pytest.raises(WitnessTooLate):
            await invite_witness(work, no, "某某")
    open_no = next(d.draw_no for d in found if d.state == "prepared")
    for who in (c.drawer(app, XP), c.acting(app, XP, "registry_keeper")):
        async with app.work(who) as work:
            with pytest.raises(Forbidden):
                await invite_witness(work, open_no, "某某")
    async with app.work(c.acting(app, XP, "bureau_head")) as work:
        for name in ("", " x ", "很" * 81):
            with pytest.raises(BadInvitation):
                await invite_witness(work, open_no, name)


async def test_one_person_does_not_stand_by_the_minutes_twice(app) -> None:
    async with app.work(c.acting(app, XP, "bureau_head")) as work:
        no = next(d.draw_no for d in await draws.recent(work.db, work.scope, XP, 20) if d.state == "drawn")
        found = await minutes_for(work, no)
    both = c.acting(app, "411700", "witness", post="drawer")
    twin = type(both)(c.person(XP, "drawer"), "x", "411700", frozenset({"witness"}), 2, both.auth_time)
    async with app.work(twin, bureau=XP) as work:
        kept = await confirm_minutes(work, no, found.h)  # the invited witness stands by them already
        assert kept.by.startswith("invited-")
    with pytest.raises(SameHand):
        async with app.database.unit(Scope.own(XP, "tests")) as db:
            with neutral_errors():
                await db.execute(text(
                    "insert into draw_minutes (bureau, draw_no, role, h, body, by, name, at)"
                    f" select bureau, draw_no + 1, 'drawer', h, body, by, name, at from draw_minutes"
                    f" where draw_no = {no} and role = 'drawer'"
                    " union all select bureau, draw_no + 1, 'witness', h, body, by, name, at"
                        " from draw_minutes"
                    f" where draw_no = {no} and role = 'drawer'"
                ))  # fmt: skip
