"""The pages of notification: channels with their secrets unseen, the log, the own choice, over HTTP."""

from dataclasses import replace
from ipaddress import ip_network

import httpx
import pytest
from sqlalchemy import text

from policies.notifying.errors import FactRefused
from policies.notifying.events import EVENTS
from policies.notifying.texts import compose
from services.identity.demo_login import csrf_of, demo_login
from services.jobs.deliver import deliver
from services.main import create_app
from services.notify.reach import Reach, Target
from services.serve import free_port, serving
from services.wiring import open_app
from tenants.scope import Scope
from tests.confirming import asked
from tests.services.notify_servers import Hook, listening

from .conftest import COUNTY, Shown, Told

API = f"/api/v1/bureaus/{COUNTY}/notify"
MAIL = {"kind": "mail", "host": "smtp.example.gov.cn", "port": "465", "security": "tls", "account": "ak",
        "password": "geheim-77", "sender": "notice@example.gov.cn"}  # fmt: skip


async def send(person: httpx.AsyncClient, path: str, **data: str) -> httpx.Response:
    token = csrf_of(await person.get("/desk"))
    return await person.post(path, data=data | {"csrf_token": token})


@pytest.fixture
async def hook():
    async with listening(Hook()) as found:
        yield found


@pytest.fixture
async def site(told: Told, hook: Hook):
    """The site of this test: the hook's server allowed, no worker of its own; and the app that delivers."""
    reach = Reach((Target("localhost", hook.port, True),), (ip_network("127.0.0.0/8"),))
    port = free_port()
    settings = replace(
        told.settings, port=port, public_url=f"http://127.0.0.1:{port}", notify_reach=reach, worker=False
    )
    litestar = create_app(settings, lambda: open_app(settings, told.app.clock, told.servers))
    async with serving(litestar, "127.0.0.1", port):
        yield Shown(settings.public_url), replace(told.app, settings=settings)


async def test_a_group_is_set_up_tried_and_ended_and_its_key_is_never_shown(site, hook: Hook) -> None:
    shown, app = site
    url = f"http://localhost:{hook.port}/cgi-bin/webhook/send?key=geheim-77"
    async with shown.reader(f"{COUNTY}-admin", level=2) as admin:
        made = await send(admin, "/desk/notify", kind="wecom", url=url, events="draw.today")
        assert made.status_code == 303 and made.headers["location"] == "/desk/notify#wecom"
        page = (await admin.get("/desk/notify")).text
        assert f"localhost:{hook.port}" in page and "当日抽取提醒" in page
        (channel,) = (await admin.get(f"{API}/channels")).json()
        tried = await send(admin, f"/desk/notify/{channel['id']}/test")
        assert tried.headers["location"] == "/desk/notify/messages"
        assert "待发送" in (await admin.get("/desk/notify/messages")).text
        await deliver(app, COUNTY)
        ((path, _, body),) = hook.asked
        assert path.endswith("key=geheim-77") and "【演示】" in body["text"]["content"]
        log = (await admin.get("/desk/notify/messages?status=sent")).text
        assert "测试消息" in log and "工作群" in log
        ended = await send(admin, f"/desk/notify/{channel['id']}/end")
        assert ended.status_code == 303 and (await admin.get(f"{API}/channels")).json() == []
        pages = ("/desk/notify", "/desk/notify/messages", f"{API}/messages", "/desk/journal")
        assert "geheim" not in page + "".join([(await admin.get(path)).text for path in pages])


async def test_what_is_confirmed_is_shown_without_its_secrets(site, hook: Hook) -> None:
    shown, _ = site
    async with shown.reader(f"{COUNTY}-admin") as admin:
        answer = await send(admin, "/desk/notify", **MAIL)
        page = await demo_login(admin, f"{COUNTY}-admin", level=2, next_=asked(answer))
    assert "确认：设置通知渠道" in page.text and "notice@example.gov.cn" in page.text
    assert "geheim" not in page.text and "••••••" in page.text


async def test_a_refused_channel_comes_back_as_typed_without_its_secret(site) -> None:
    shown, _ = site
    async with shown.reader(f"{COUNTY}-admin", level=2) as admin:
        answer = await send(admin, "/desk/notify", **MAIL)
        none = await send(admin, "/desk/notify", kind="pigeon")
    assert answer.status_code == 422 and "不允许连接该服务器" in answer.text
    assert 'value="notice@example.gov.cn"' in answer.text and "geheim" not in answer.text
    assert none.status_code == 422


async def test_everyone_chooses_for_oneself_and_sees_the_address_masked(site) -> None:
    shown, _ = site
    async with shown.reader(f"{COUNTY}-drawer") as drawer, shown.reader(f"{COUNTY}-head") as head:
        page = (await drawer.get("/desk/my/notify")).text
        assert "抽取已安排" in page and "任务待接收" not in page
        wrong = await send(drawer, "/desk/my/notify", **{"event.draw.today": "mail"})
        assert wrong.status_code == 422 and "选择邮件通知时须填写邮箱" in wrong.text
        kept = await send(
            drawer, "/desk/my/notify", mail="zhang.san@example.gov.cn", **{"event.draw.today": "mail"}
        )
        assert kept.status_code == 303
        page = (await drawer.get(kept.headers["location"])).text
        assert "已保存" in page and "z***@example.gov.cn" in page and "zhang.san" not in page
        mine = (await drawer.get(f"{API}/mine")).json()
        assert mine["events"] == {"draw.today": "mail"} and mine["mail"] == "z***@example.gov.cn"
        assert (await head.get(f"{API}/mine")).json()["mail"] == ""
        gone = await drawer.post(
            f"{API}/mine",
            json={"forget": ["mail"]},
            headers={"x-csrf-token": csrf_of(await drawer.get("/desk"))},
        )
        assert gone.json()["mail"] == ""
        assert (await drawer.get("/desk/notify")).status_code in (403, 404)
        assert (await drawer.get("/api/v1/bureaus/150203/notify/mine")).status_code == 404


async def test_no_sentence_can_carry_a_name(told: Told) -> None:
    """Every message there can be, beside every name, code and address of the story."""
    bodies = []
    for name, event in EVENTS.items():
        facts = {key: {"count": 3, "day": "2026-01-05", "time": "09:00"}[key] for key in event.facts}
        for group in (False, True):
            text_ = compose(name, facts, bureau="某局", site="https://x.example", group=group)
            bodies.append(text_.subject + text_.body)
            assert not (group and any(digit in text_.body for digit in "0123456789"))
    async with told.app.database.unit(Scope.own(COUNTY, "x"), read_only=True) as db:
        names = (
            await db.execute(
                text("select name from site union select code from site union select site_address from site"
                     " union select name from officer union select certificate from officer")
            )
        ).scalars().all()  # fmt: skip
    assert len(names) > 100 and not [name for name in names if name and name in "".join(bodies)]
    for wrong in ({"count": "三里河化工"}, {"count": True}, {"count": 1, "site": 1}, {}, {"count": 0}):
        with pytest.raises(FactRefused):
            compose("task.waiting", wrong, bureau="某局", site="https://x.example")
    with pytest.raises(FactRefused):
        compose("draw.today", {"day": "2026-01-05\n", "time": "09:00"}, bureau="某局", site="x")
