"""Pages of requests for visits no draw chose: an officer asks on the phone, the head decides at the desk."""

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from policies.visiting.checklist import ITEMS
from services.clock import CHINA, today
from services.identity.demo_login import csrf_of
from tests.flows import fieldwork as f

from .asked import Asked, asked_site

XP, KD = "411721", "150203"
ASKED = re.compile(r"/field/requests/visit\?asked=([0-9a-f-]{36})")
HOME = f"/api/v1/bureaus/{XP}"


@pytest.fixture(scope="module")
async def site(pg_server, valkey_server, new_home) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "requests") as found:
        f.at(found.app, date(2026, 1, 20))
        yield found


def typed(site: Asked, **more: Any) -> dict[str, Any]:
    day = today(site.app.clock)
    return {
        "visit_type": "complaint", "site_code": f"{XP}S0005", "matter": "群众反映夜间排放<b>",
        "source": "信访7号",
        "officers": [f.cert(XP, 2), f.cert(XP, 4)], "since": day.isoformat(),
        "until": (day + timedelta(days=3)).isoformat(),
    } | more  # fmt: skip


def recorded(site: Asked, **more: Any) -> dict[str, Any]:
    end = site.app.clock.now().astimezone(CHINA) - timedelta(minutes=10)
    begin = end - timedelta(hours=1)
    answers = {f"answer.{item.id}": "fine" for item in ITEMS}
    times = {"started_at": begin.strftime("%Y-%m-%dT%H:%M"), "ended_at": end.strftime("%Y-%m-%dT%H:%M")}
    rest = {"result": "none_found", "narrative": "现场正常生产。", "place_reason": "室内没有信号"}
    return answers | times | rest | {"present": [f.cert(XP, 2), f.cert(XP, 4)]} | more


async def send(client: httpx.AsyncClient, page: str, to: str, data: dict[str, Any]) -> httpx.Response:
    return await client.post(to, data=data | {"csrf_token": csrf_of(await client.get(page))})


async def test_an_officer_asks_the_head_approves_and_the_visit_is_recorded(site: Asked) -> None:
    officer, head = await site.browser("inspector", f"{XP}#2"), await site.browser("bureau_head", XP)
    wrong = await send(officer, "/field/requests", "/field/requests", typed(site, officers=[f.cert(XP, 2)]))
    assert wrong.status_code == 422 and "检查人员 2 至 20 人" in wrong.text
    assert "群众反映夜间排放&lt;b&gt;" in wrong.text, "what was typed comes back, as text"
    assert (await send(officer, "/field/requests", "/field/requests", typed(site))).status_code == 303
    waits = (await officer.get("/field/requests")).text
    assert "待审批" in waits and not ASKED.search(waits)
    assert "审批非随机检查的申请" in (await head.get("/desk")).text
    page = (await head.get("/desk/requests?only=asked")).text
    (act,) = re.findall(r'action="(/desk/requests/[0-9a-f-]{36}/decision)"', page)
    refused = await send(head, "/desk/requests", act, {"approve": "no", "why": ""})
    assert refused.status_code == 422 and "不批准的理由" in refused.text
    assert (await send(head, "/desk/requests", act, {"approve": "yes"})).status_code == 303
    found = ASKED.search((await officer.get("/field/requests")).text)
    assert found
    form = f"/field/requests/visit?asked={found[1]}"
    half = await send(officer, form, form, recorded(site, narrative=""))
    assert half.status_code == 422 and 'value="fine" required checked' in half.text
    assert (await send(officer, form, form, recorded(site))).status_code == 303
    ledger = (await head.get("/desk/ledger?year=2026")).text
    behind = re.search(r'href="(/desk/ledger/sites/[^"]+)"', ledger)
    assert behind and "已批准" in (await head.get(behind[1])).text
    assert (await head.get("/desk/ledger/sites/nothing?year=2026")).status_code == 404
    stranger = await site.browser("inspector", f"{KD}#2")
    assert (await stranger.get(form)).status_code == 404
    for one in (officer, head, stranger):
        await one.aclose()


async def test_what_could_not_wait_is_filed_with_its_record(site: Asked) -> None:
    officer, head = await site.browser("inspector", f"{XP}#2"), await site.browser("bureau_head", XP)
    form = "/field/requests/visit"
    why = {
        "urgent": "正在偷排",
        "matter": "巡查发现",
        "source": "",
        "visit_type": "case",
        "site_code": f"{XP}S0010",
    }
    bare = await send(officer, form, form, recorded(site, **(why | {"urgent": ""})))
    assert bare.status_code == 409, "no approval, and nothing that made it urgent"
    nothing = await send(officer, form, form, recorded(site, **(why | {"matter": ""})))
    assert nothing.status_code == 422 and "正在偷排" in nothing.text
    odd = await send(officer, form, form, recorded(site, **(why | {"visit_type": "random"})))
    assert odd.status_code == 422
    assert (await send(officer, form, form, recorded(site, **why))).status_code == 303
    page = (await head.get("/desk/requests?only=asked")).text
    assert "先查后补" in page and "正在偷排" in page
    assert "本单位未经审批的非随机检查" in (await head.get("/desk/ledger?year=2026")).text
    for one in (officer, head):
        await one.aclose()


async def test_the_same_by_api(site: Asked) -> None:
    key = {"Idempotency-Key": "request-1"}
    async with site.someone("inspector", f"{XP}#2") as officer:
        made = await officer.post(f"{HOME}/visit-requests", json=typed(site), headers=key)
        assert made.status_code == 201, made.text
        again = await officer.post(f"{HOME}/visit-requests", json=typed(site), headers=key)
        assert again.json()["id"] == made.json()["id"]
        mine = (await officer.get(f"{HOME}/my-visit-requests")).json()
        assert made.json()["id"] in {one["id"] for one in mine}
        assert (await officer.get(f"{HOME}/visit-requests")).status_code == 403
    where = f"{HOME}/visit-requests/{made.json()['id']}"
    async with site.someone("bureau_head", XP) as head:
        first = await head.get(f"{HOME}/visit-requests?limit=1")
        second = await head.get(f"{HOME}/visit-requests?limit=1&cursor={first.json()['next']}")
        assert first.json()["items"][0]["id"] != second.json()["items"][0]["id"]
        for cursor in ("x", "IjEi", "IjIwMjYtMDEtMDEgeCI"):
            assert (await head.get(f"{HOME}/visit-requests?cursor={cursor}")).status_code == 422
        done = await head.post(f"{where}/decision", json={"approve": True})
        assert (done.status_code, done.json()["state"]) == (201, "approved"), done.text
        dropped = await head.post(f"{where}/drop", json={"why": "改由专项检查"})
        assert dropped.json()["state"] == "dropped"
        assert (await head.post(f"{where}/drop", json={"why": "再撤"})).status_code == 409
        code = (await head.get(f"{HOME}/ledger?year=2026")).json()["items"][0]["code"]
        behind = await head.get(f"{HOME}/ledger/{code}?year=2026")
        assert behind.json()["visits"][0]["approval"] in ("approved", "missing")
    async with site.someone("bureau_head", KD) as other:
        assert (await other.post(f"{where}/decision", json={"approve": True})).status_code == 404
    async with site.someone("city_auditor", "411700") as city:
        assert (await city.get(f"{HOME}/ledger/{code}?year=2026")).status_code == 200
        assert (await city.get(f"{HOME}/visit-requests")).status_code in (403, 404)
