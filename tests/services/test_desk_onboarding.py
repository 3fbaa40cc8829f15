"""A third county in the web desk: opened, its text entered and approved, its plan made; the calendar."""

from collections.abc import AsyncIterator, Callable
from datetime import date
from itertools import count
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from policies.terms import Officer, Site, SiteKind, SiteStatus
from services.embedded import PostgresServer, ValkeyServer
from services.home import Home
from services.identity.demo_login import csrf_of, demo_login
from services.usecases.state_text import REPLACED
from tenants.scope import Scope
from tenants.stores import choices, officers, sites

from .test_desk_rules import Site as Desk
from .test_desk_rules import deployed

NEW, CITY = "411799", "411700"
FORM = {
    "code": NEW, "name": "示例县分局（演示）", "level": "county", "copy": "1",
    "admin_subject": f"demo-{CITY}-admin", "admin_name": "甲",
    "head_subject": f"demo-{CITY}-head", "head_name": "乙",
}  # fmt: skip
TEXT = """source:
  text: 示环〔2025〕1号（演示）
  clause: 五
  effective: 2025-01-01
  mark: stated
  checked_on: 2025-12-10
rate.key:
  - value: {base: share, value: 25%, per: quarter}
    quote: 每季度抽查重点排污单位不少于25%
rate.general:
  - value: {base: staff, times: 5, per: year}
    quote: 执法人员与一般排污单位按1:5抽查
"""
_numbers = count(1)


@pytest.fixture(scope="module")
async def desk(
    pg_server: PostgresServer, valkey_server: ValkeyServer, new_home: Callable[[str], Home]
) -> AsyncIterator[Desk]:
    home = new_home(f"desk_onboarding_{next(_numbers)}")
    async with deployed(home, pg_server.superuser_dsn, valkey_server.url) as opened:
        yield opened


def site(n: int) -> Site:
    return Site(
        f"{NEW}S{n:04d}", f"模拟企业{n}", "", SiteKind.UNIT, n % 5 == 0, False, SiteStatus.ACTIVE, "", "",
        NEW, 114.02, 33.38, "CGCS2000", "2611", ("废气",),
    )  # fmt: skip


async def switch(desk: Desk, who: str, bureau: str) -> None:
    """Act for another bureau, with a second factor given anew there."""
    client = await desk.as_(who)
    token = csrf_of(await client.get("/bureau"))
    answer = await client.post("/bureau", data={"csrf_token": token, "bureau": bureau})
    assert answer.status_code == 303, answer.text[:800]
    await demo_login(client, who, level=2, next_="/desk")


async def test_a_third_county_in_the_desk(desk: Desk) -> None:
    admin, head = f"{CITY}-admin", f"{CITY}-head"
    page = await desk.see(admin, "/city/bureaus")
    assert "开设下级单位" in page and "西平分局：还差" in page
    assert "开设下级单位" not in await desk.see(head, "/city/bureaus")
    bad = await desk.send(admin, "/city/bureaus", "/city/bureaus", data=FORM | {"code": "150299"})
    assert bad.status_code == 422 and "六位区划代码" in bad.text
    made = await desk.send(admin, "/city/bureaus", "/city/bureaus", data=FORM)
    assert made.status_code == 303, made.text[:800]
    assert "示例县分局（演示）：还差" in await desk.see(admin, "/city/bureaus")

    await switch(desk, admin, NEW)
    start = await desk.see(admin, "/desk/onboarding")
    assert "缺：重点排污单位抽查比例" in start and "mark: stated" in start
    fault = await desk.send(
        admin, "/desk/onboarding/text", "/desk/onboarding", data={"text": TEXT.replace("25%", "0.25")}
    )
    assert fault.status_code == 422 and "小数" in fault.text
    assert "value: 0.25" in fault.text and "3 项，由登记人以外的负责人批准" in fault.text
    for text in (TEXT.replace("5, per: year", "6, per: year"), TEXT.replace("25%, per: q", "25％, per：q")):
        entered = await desk.send(admin, "/desk/onboarding/text", "/desk/onboarding", data={"text": text})
        assert entered.status_code == 303, entered.text[:800]
    late = TEXT.replace("25%, per", "20%, per") + "plan.deadline:\n  - value: 13-40\n    quote: 句\n"
    refused = await desk.send(admin, "/desk/onboarding/text", "/desk/onboarding", data={"text": late})
    assert refused.status_code == 422 and "value: 13-40" in refused.text
    unread = await desk.send(
        admin, "/desk/onboarding/text", "/desk/onboarding", data={"text": TEXT + "rate.special\n"}
    )
    assert unread.status_code == 422 and "冒号后有空格" in unread.text
    own = Scope.own(NEW, "keeper")
    async with desk.app.database.unit(own) as db:
        kept = [r for r in await choices.all_of(db, own, NEW) if r.basis.get("mark") == "stated"]
    assert sorted((r.key, r.state) for r in kept) == [
        ("rate.general", "proposed"), ("rate.general", "withdrawn"),
        ("rate.key", "proposed"), ("rate.key", "withdrawn"),
    ]  # fmt: skip
    assert {r.withdrawn_why for r in kept if r.state == "withdrawn"} == {REPLACED}
    await switch(desk, head, NEW)
    assert "批准登记的规则" in await desk.see(head, "/desk")
    waiting = await desk.see(head, "/desk/onboarding")
    assert "每季度抽查重点排污单位不少于25%" in waiting and "人员数×5" in waiting
    assert "全部批准后的变化" in waiting and "低于上级规定等提示" in waiting
    approved = await desk.send(head, "/desk/onboarding/approve", "/desk/onboarding")
    assert approved.headers["location"] == "/desk/onboarding", approved.text[:800]

    scope = Scope.own(NEW, "keeper")
    async with desk.app.database.unit(scope) as db:
        how = {"at": desk.app.clock.now(), "by": "keeper", "reason": "test"}
        await sites.upsert(db, scope, [site(n) for n in range(60)], **how)
        people = [Officer(f"{NEW}{n}", "某某", "大队", date(2027, 12, 31), True, True) for n in range(8)]
        await officers.upsert(db, scope, people, **how)
    await desk.send(admin, "/desk/plan", "/desk/plan", data={"year": "2026"})
    plan = await desk.see(admin, "/desk/plan?year=2026")
    assert "每年 人员数×5" in plan and "示环〔2025〕1号（演示）" in plan and "本单位登记" in plan
    rules = await desk.see(admin, f"/b/{NEW}/rules")
    assert "每季度抽查重点排污单位不少于25%" in rules and "环办〔2015〕88号" in rules


async def test_a_form_is_kept_for_the_second_factor(desk: Desk) -> None:
    head = "150200-head"
    page = f"{desk.base}/desk/onboarding"
    async with httpx.AsyncClient(base_url=desk.base, trust_env=False, headers={"accept": "text/html"}) as one:
        await demo_login(one, head, next_="/desk")
        shown = await one.get(page)
        assert "没有执行" not in shown.text
        data = {"csrf_token": csrf_of(shown)}
        asked = await one.post(f"{page}/approve", data=data, headers={"referer": page})
        (back,) = parse_qs(urlsplit(asked.headers["location"]).query)["next"]
        assert back.startswith("/confirm/150200.")
        await demo_login(one, head, level=2, next_=back)
        confirm = (await one.get(back)).text
        assert "确认：批准本单位规则" in confirm and "将要提交的内容" in confirm


async def test_the_calendar_page(desk: Desk) -> None:
    admin = "150200-admin"
    page = await desk.see(admin, "/desk/calendar")
    assert "暂定" in page and "登记国务院办公厅放假通知" in page
    assert "登记国务院办公厅放假通知" not in await desk.see("150203-admin", "/desk/calendar")
    given = {"year": "2027", "text": "演示通知", "holidays": "2027-01-01 2027-05-01", "workdays": ""}
    refused = await desk.send(admin, "/desk/calendar/notice", "/desk/calendar", data=given)
    assert refused.status_code == 422 and "10 月 1 日" in refused.text
    given |= {"holidays": "2027-01-01..2027-01-03，2027-05-01\n2027-10-01..2027-10-07"}
    done = await desk.send(admin, "/desk/calendar/notice", "/desk/calendar", data=given)
    assert done.status_code == 200 and "第 1 版" in done.text
    closed = await desk.send(
        admin, "/desk/calendar/closures", "/desk/calendar",
        data={"first": "2026-06-03", "last": "2026-06-04", "why": "搬迁"},
    )  # fmt: skip
    assert closed.status_code == 303 and "搬迁" in await desk.see(admin, "/desk/calendar")
