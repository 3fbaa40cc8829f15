"""A waiver through the browser and by programs: asked at the desk, decided at the city, read by everyone."""

import re
from datetime import timedelta
from html import unescape

import httpx

from services.clock import today
from services.demo.cast import acting
from services.identity.demo_login import csrf_of
from services.usecases.ask_waiver import own_waivers
from tenants.scope import Scope
from tenants.stores import waiver_uses
from tenants.waiver_rows import WaiverUse
from tests.confirming import asked

from .conftest import CITY, COUNTY, Shown, Told

SAID = re.compile(r'name="waiver" value="([^"]+)"')
KEEPER = f"demo-{COUNTY}-keeper"
EDITS = "roster_editor+drawer"


async def send(person: httpx.AsyncClient, path: str, **data: str) -> httpx.Response:
    token = csrf_of(await person.get("/desk"))
    return await person.post(path, data=data | {"csrf_token": token})


def order(told: Told, **more: str) -> dict[str, str]:
    this_day = today(told.app.clock) + timedelta(days=1)
    given = {"subject": KEEPER, f"pair-{EDITS}": "1", "pair-registry_keeper+drawer": "1", "staff": "3"}
    days = {"since": this_day.isoformat(), "until": (this_day + timedelta(days=90)).isoformat()}
    return given | days | {"reason": "全队<b>三人"} | more


async def test_asked_decided_shown_to_everyone_and_withdrawn(told: Told, shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-head") as head:
        assert 'href="/desk/waivers"' in (await head.get("/desk")).text
        for wrong, words in (
            ({"staff": "x"}, "现有人数"),
            ({"staff": "0"}, "不少于 1 人"),
            ({"until": "2030-01-01"}, "不超过一年"),
            ({"subject": "nobody"}, "今天在本单位担任岗位"),
            ({f"pair-{EDITS}": "", "pair-registry_keeper+drawer": ""}, "可以豁免的兼办"),
        ):
            answer = await send(head, "/desk/waivers", **order(told, **wrong))
            assert answer.status_code == 422 and words in answer.text.split('role="alert"')[1], words
            assert "全队&lt;b&gt;三人" in answer.text  # what was typed stays
        assert (await send(head, "/desk/waivers", **order(told))).status_code == 303
        page = (await head.get("/desk/waivers")).text
        assert "待上级提出意见" in page and "全队&lt;b&gt;三人" in page
    async with told.app.work(acting(COUNTY, "head", told.app.clock.now())) as work:
        (made,) = await own_waivers(work)
    await decided(told, shown, str(made.id))
    async with shown.reader() as public:
        bureau = (await public.get(f"/b/{COUNTY}")).text
        assert "职责豁免" in bureau and "全队&lt;b&gt;三人" in bureau and KEEPER not in bureau
        notice = (await public.get(f"/b/{COUNTY}/notices/{made.id}")).text
        assert "名录管理员兼抽取人" in notice and KEEPER not in notice
        listed = (await public.get(f"/b/{COUNTY}/notices?kind=waiver")).text
        assert str(made.id) in listed
        (row,) = (await public.get(f"/api/v1/waivers/{COUNTY}")).json()
        assert row["id"] == str(made.id) and "subject" not in row and "approved_by" not in row
    await used(told, shown, str(made.id))
    async with shown.reader(f"{COUNTY}-head") as head:
        gone = await send(head, f"/desk/waivers/{made.id}/withdraw", why="已补充人员")
        assert gone.status_code == 303 and "已撤销" in (await head.get("/desk/waivers")).text
    async with shown.reader() as public:
        assert "已补充人员" in (await public.get(f"/b/{COUNTY}")).text
        assert "撤回" in (await public.get(f"/b/{COUNTY}/notices/{made.id}")).text


async def decided(told: Told, shown: Shown, id: str) -> None:
    """The city's administrator proposes, its head approves, with a second factor for exactly this one."""
    async with shown.reader(f"{CITY}-admin") as admin:
        assert "对下级的职责豁免申请提出意见" in (await admin.get("/desk")).text
        page = (await admin.get("/city/waivers")).text
        assert "提出同意意见" in page and "批准豁免" not in page
        late = await send(admin, f"/city/waivers/{id}/propose", opinion="同意", until="2030-01-01")
        assert late.status_code == 422 and "不超出申请" in late.text
        done = await send(admin, f"/city/waivers/{id}/propose", opinion="情况属实")
        assert done.status_code == 303
        assert (await send(admin, f"/city/waivers/{id}/propose", opinion="再")).status_code == 409
    async with shown.reader(f"{CITY}-head") as head:
        assert "批准豁免" in (await head.get("/city/waivers")).text
        token = csrf_of(await head.get("/desk"))
        text = unescape(SAID.findall((await head.get("/city/waivers")).text)[0])
        assert KEEPER in text and "名录管理员兼抽取人" in text and " 至 " in text
        data = {"csrf_token": token, "waiver": text}
        first = await httpx.AsyncClient.post(head, f"/city/waivers/{id}/approve", data=data)
        assert asked(first)  # a fresh second factor, for this very act
    async with shown.reader(f"{CITY}-head", level=2) as head:
        for other in ("", text.replace(KEEPER, "someone")):
            answer = await send(head, f"/city/waivers/{id}/approve", waiver=other)
            assert answer.status_code == 422 and "与申请一致" in answer.text
        assert (await send(head, f"/city/waivers/{id}/approve", waiver=text)).status_code == 303
        assert "已批准" in (await head.get("/city/waivers")).text


async def used(told: Told, shown: Shown, id: str) -> None:
    """What a draw did under it stands on its pages, beside the bundle and in the API."""
    scope = Scope.own(COUNTY, KEEPER)
    at = told.app.clock.now() + timedelta(days=1)
    async with told.app.database.unit(scope) as db:
        (held,) = await waiver_uses.standing(db, scope, KEEPER)
        row = WaiverUse(COUNTY, 1, "run", EDITS, held.id, KEEPER, at, at)
        await waiver_uses.use(db, scope, row)
    async with shown.reader() as public:
        page = (await public.get(f"/b/{COUNTY}/draws/1")).text
        assert "改过名录的人冻结、执行抽取" in page and f"/notices/{id}" in page and KEEPER not in page
        beside = (await public.get(f"/b/{COUNTY}/draws/1/waivers.json")).json()
        (use,) = (await public.get(f"/api/v1/draws/{COUNTY}/1/waivers")).json()
        assert beside["waivers"][0]["waiver"] == use["waiver"] == id and use["act"] == "run"
        assert (await public.get("/b/150203/draws/1/waivers.json")).status_code == 404
        assert (await public.get("/api/v1/draws/150203/1/waivers")).json() == []
    async with shown.reader(f"{COUNTY}-drawer") as drawer:
        assert "持有职责豁免" in (await drawer.get("/desk/draws/1")).text
        minutes = (await drawer.get(f"/desk/minutes/{COUNTY}/1")).text
        assert re.search(r"职责豁免</dt><dd>执行抽取", minutes)


async def test_nobody_else_asks_or_decides(told: Told, shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        assert (await keeper.get("/desk/waivers")).status_code == 403
        assert (await send(keeper, "/desk/waivers", **order(told))).status_code == 403
    async with shown.reader("150200-admin") as other:
        page = (await other.get("/city/waivers")).text
        assert COUNTY not in page
