"""The desk's pages of rules, organisation and key lists: as data, and in a browser's way over HTTP."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any

import httpx
import pytest

from policies.terms import Principal
from services.clock import CHINA, SimulatedClock
from services.demo.bureaus import found_bureaus
from services.desk.key_lists import key_list_page
from services.desk.organisation import organisation_page
from services.desk.rule_choices import proposal_of
from services.desk.rules import history_page, rules_page
from services.embedded import PostgresServer, ValkeyServer
from services.home import Home
from services.identity.demo_login import csrf_of, demo_login
from services.main import create_app
from services.ruling.rule_choice_errors import FieldMissing
from services.serve import free_port, serving
from services.settings import DEMO_ORIGIN, Settings
from services.web.state import SLOT
from services.wiring import Servers, open_app
from services.work import App
from tenants.migrate import set_up
from tests.confirming import Confirming
from tests.deployed import known_passwords

COUNTY, CITY = "411721", "411700"
START = datetime(2025, 12, 15, 9, 0, tzinfo=CHINA)
FACTORS = {f"factor-{n}": "模拟" for n in ("staff", "area", "sources", "compliance", "quality", "complaints")}
FORM = {
    "key": "rate.key",
    "value": "{base: share, value: 1/3, per: quarter}",
    "effective": "2026-01-01",
    "text": "模拟确定单<b>1</b>",
    "clause": "一",
    "mark": "default",
    **FACTORS,
}
_numbers = count(1)


@dataclass
class Site:
    base: str
    app: App
    clients: dict[str, httpx.AsyncClient]

    async def as_(self, who: str) -> httpx.AsyncClient:
        """A browser signed in with the second factor."""
        if who not in self.clients:
            headers = {"accept": "text/html"}
            client = Confirming(base_url=self.base, trust_env=False, headers=headers, timeout=60)
            await demo_login(client, who, level=2, next_="/desk")
            client.username = who
            self.clients[who] = client
        return self.clients[who]

    async def see(self, who: str, path: str) -> str:
        answer = await (await self.as_(who)).get(path, follow_redirects=True)
        assert answer.status_code == 200, answer.text[:2000]
        return answer.text

    async def send(self, who: str, path: str, page: str = "/desk/rules", **more: Any) -> httpx.Response:
        """Submit a form as the page `page` would."""
        client = await self.as_(who)
        token = csrf_of(await client.get(page))
        data = more.pop("data", {}) | {"csrf_token": token}
        return await client.post(path, data=data, **more)


@asynccontextmanager
async def deployed(home: Home, superuser: str, redis_url: str) -> AsyncIterator[Site]:
    home.make()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(home=home, port=port, public_url=url, demo=True, log_origin=DEMO_ORIGIN)
    urls = await set_up(superuser, home.root.name, known_passwords(home), identity="shuangsui-demo")
    clock = SimulatedClock(START)
    litestar = create_app(settings, lambda: open_app(settings, clock, Servers(urls, redis_url)))
    async with serving(litestar, "127.0.0.1", port):
        app = litestar.state[SLOT].app
        await found_bureaus(app)
        site = Site(url, app, {})
        yield site
        for client in site.clients.values():
            await client.aclose()


@pytest.fixture(scope="module")
async def desk(
    pg_server: PostgresServer, valkey_server: ValkeyServer, new_home: Callable[[str], Home]
) -> AsyncIterator[Site]:
    home = new_home(f"desk_rules_{next(_numbers)}")
    async with deployed(home, pg_server.superuser_dsn, valkey_server.url) as site:
        yield site


def someone(bureau: str, *roles: str) -> Principal:
    return Principal(f"demo-{bureau}-{roles[0]}", "某某", bureau, frozenset(roles), 2, int(START.timestamp()))


async def proposed(desk: Site, **changes: str) -> str:
    answer = await desk.send(
        f"{COUNTY}-admin", "/desk/rules/propose", data=FORM | changes | {"act": "propose"}
    )
    assert answer.status_code == 303, answer.text[:3000]
    return answer.headers["location"]


async def test_choosing_a_ratio_from_form_to_the_log(desk: Site) -> None:
    admin, head = f"{COUNTY}-admin", f"{COUNTY}-head"
    page = await desk.see(admin, "/desk/rules")
    assert "西环〔2024〕3号" in page and "起施行" in page and "/desk/rules/propose?key=rate.key" in page
    form = await desk.see(admin, "/desk/rules/propose?key=rate.key")
    assert "{base: share, per: quarter, value: 1/5}" in form
    preview = await desk.send(admin, "/desk/rules/propose", data=FORM | {"act": "preview"})
    assert preview.status_code == 200 and "的变化" in preview.text and "每季度 1/3" in preview.text
    assert "等待第二个人批准" not in await desk.see(admin, "/desk/rules")
    where = await proposed(desk)
    kept = await desk.see(admin, where)
    assert "由您提出，须由另一人批准" in kept and f'{where}/approve"' not in kept
    assert "模拟确定单&lt;b&gt;1&lt;/b&gt;" in kept
    assert "等待第二个人批准" in await desk.see(head, "/desk/rules")
    assert f'{where}/approve"' in await desk.see(head, where)
    refused = await desk.send(admin, f"{where}/approve")
    assert refused.status_code == 403
    done = await desk.send(head, f"{where}/approve")
    assert done.status_code == 303
    approved = await desk.see(head, where)
    assert "已批准" in approved and "公开日志" in approved
    assert "单位自选" in await desk.see(admin, "/desk/rules?on=2026-01-01")
    difference = await desk.see(admin, "/desk/rules/history?before=2025-12-31&after=2026-01-01")
    assert "变更" in difference and "1/3" in difference
    await in_the_log(desk)


async def in_the_log(desk: Site) -> None:
    entries = await desk.app.log.entries()
    assert [entry["t"] for entry in entries if entry["bureau"] == COUNTY] == ["rules"]


async def test_what_is_refused_comes_back_in_the_form(desk: Site) -> None:
    for changes, words in (
        ({"value": "{base: share, value: 1/10, per: quarter}"}, "宽于本单位文件规定"),
        ({"value": "{base: share, value: 0.2, per: quarter}"}, "不接受小数"),
        ({"factor-area": ""}, "缺少"),
        ({"effective": "明年"}, "生效日"),
        ({"key": "nothing"}, "不能自选"),
        ({"mark": "quoted", "quote": "某句"}, "引文与标记不符"),
    ):
        for act in ("preview", "propose"):
            data = FORM | {"effective": "2026-04-01", "act": act} | changes
            answer = await desk.send(f"{COUNTY}-admin", "/desk/rules/propose", data=data)
            assert answer.status_code == 422 and words in answer.text, (changes, answer.text[:3000])
            assert "模拟确定单" in answer.text


async def test_the_same_day_twice_and_withdrawal(desk: Site) -> None:
    where = await proposed(desk, key="team.size", value="3", effective="2026-02-01")
    again = await desk.send(
        f"{COUNTY}-admin",
        "/desk/rules/propose",
        data=FORM | {"key": "team.size", "value": "4", "effective": "2026-02-01", "act": "propose"},
    )
    assert again.status_code == 422 and "已有自选" in again.text
    gone = await desk.send(f"{COUNTY}-head", f"{where}/withdraw", data={"why": "不必三人"})
    assert gone.status_code == 303 and "不必三人" in await desk.see(f"{COUNTY}-admin", where)


async def test_only_those_who_may(desk: Site) -> None:
    drawer = await desk.as_(f"{COUNTY}-drawer")
    assert (await drawer.get("/desk/rules/propose")).status_code == 403
    assert "提出自选规则" not in await desk.see(f"{COUNTY}-drawer", "/desk/rules")
    where = await proposed(desk, key="candidates.min", value="4", effective="2026-05-01")
    stranger = await desk.as_("150203-head")
    assert (await stranger.get(where)).status_code == 404
    assert (await stranger.get(f"/desk/rules?bureau={COUNTY}")).status_code == 404
    async with httpx.AsyncClient(base_url=desk.base, trust_env=False) as nobody:
        assert (await nobody.get("/desk/rules", headers={"accept": "text/html"})).status_code == 303
    assert "西平" in await desk.see(f"{CITY}-auditor", f"/desk/rules?bureau={COUNTY}")


async def test_organisation_is_entered_and_published(desk: Site) -> None:
    admin, publisher = f"{COUNTY}-admin", f"{COUNTY}-publisher"
    duty = {"unit": "leading_group", "duty": "组长", "name": "模拟甲", "since": "2025-01-01"}
    here = "/desk/organisation"
    for data in (duty, duty | {"duty": "副组长", "name": "模拟乙"}):
        assert (await desk.send(admin, f"{here}/duties", here, data=data)).status_code == 303
    letter = {"unit": "模拟大队", "scope": "现场检查", "basis": "模拟委托书", "since": "2025-01-01"}
    assert (await desk.send(admin, f"{here}/entrustments", here, data=letter)).status_code == 303
    page = await desk.see(admin, here)
    row = next(part for part in page.split("<tr>") if "副组长</th>" in part)
    id = re.findall(r"/desk/organisation/duties/([0-9a-f-]{36})/end", row)[0]
    ended = await desk.send(admin, f"{here}/duties/{id}/end", here, data={"until": "2025-06-30"})
    assert ended.status_code == 303
    for what in ("organisation", "entrustments"):
        answer = await desk.send(publisher, f"{here}/publish", here, data={"what": what})
        assert answer.status_code == 303
    shown = await desk.see(admin, here)
    links = re.findall(rf"/b/{COUNTY}/notices/[0-9a-f-]{{36}}", shown)
    public = [await desk.see(admin, link) for link in links]
    assert any("模拟甲" in one and "模拟乙" not in one for one in public)
    assert any("模拟大队" in one and "现场检查" in one for one in public)
    async with desk.app.work(someone(COUNTY, "bureau_admin"), read_only=True) as work:
        data = await organisation_page(work, COUNTY, {})
    assert [d.duty for d in data.duties] == ["组长"] and [d.duty for d in data.past_duties] == ["副组长"]


async def test_a_citys_key_list_from_the_form_to_its_county(desk: Site) -> None:
    keeper, publisher, here = f"{CITY}-keeper", f"{CITY}-publisher", "/desk/key-lists"
    form = {"year": "2026", "text": "模拟环〔2026〕1号", "issued_on": "2025-11-30"}
    bad = await desk.send(
        keeper, here, here, data=form | {"lines": "91411721MA00000001 甲\n123 乙"}, files={}
    )
    bad = await desk.send(
        keeper, here, here, data=form | {"lines": "91411721MA00000001 甲\n123 乙"}, files={"file": ("", b"")}
    )
    assert bad.status_code == 422 and "第 2 行" in bad.text and "91411721MA00000001 甲" in bad.text
    good = await desk.send(
        keeper,
        here,
        here,
        data=form,
        files={"file": ("名录.csv", "代码,单位名称\n91411721MA00000001,模拟甲\n".encode())},
    )
    assert good.status_code == 303, good.text[:2000]
    page = await desk.see(publisher, here)
    id = re.findall(r"/desk/key-lists/([0-9a-f-]{36})/publish", page)[0]
    assert (await desk.send(publisher, f"{here}/{id}/publish", here)).status_code == 303
    assert "模拟甲" in await desk.see(keeper, f"{here}/{id}")
    assert "91411721MA00000001" in await desk.see(keeper, f"/b/{CITY}/notices/{id}")
    assert f"/b/{CITY}/notices/{id}" in await desk.see(keeper, here)
    assert "共 1 家" in await desk.see(f"{COUNTY}-keeper", f"{here}?year=2026")
    async with desk.app.work(someone(COUNTY, "registry_keeper"), read_only=True) as work:
        data = await key_list_page(work, COUNTY, 2026)
    assert data.listed == 1 and data.compared is None and not data.lists


async def test_pages_as_data(desk: Site) -> None:
    async with desk.app.work(someone("150203", "bureau_admin"), read_only=True) as work:
        data = await rules_page(work, "150203", date(2026, 1, 1))
        past = await history_page(work, "150203", date(2025, 11, 30), date(2025, 12, 1))
    rows = {row.key: row for group in data.face.groups for row in group.rows}
    assert rows["rate.special"].origin == "choice" and rows["rate.key"].origin == "law"
    assert all(row.basis.text and row.basis.checked_on for row in rows.values())
    assert data.own and not data.open and not data.coming
    assert {c.key for c in past.changes} == {"rate.special", "team.crews", "walk.per_slot", "cap.visits"}
    assert {c.row.key for c in past.rows} == {"rate.special", "team.crews", "walk.per_slot", "cap.visits"}


def test_the_form_is_read_strictly() -> None:
    assert proposal_of(FORM).effective == date(2026, 1, 1)
    for changes in ({"value": " "}, {"effective": ""}, {"until": "later"}, {"value": "x" * 5000}):
        with pytest.raises(FieldMissing):
            proposal_of(FORM | changes)
