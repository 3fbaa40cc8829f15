"""A document at the desk: form, faults by field, one preview, one approval; revoking; the year tried out."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import date
from itertools import count
from typing import Any

import httpx
import pytest

from policies.terms import Officer, Site, SiteKind, SiteStatus
from services.embedded import PostgresServer, ValkeyServer
from services.home import Home
from tenants.scope import Scope
from tenants.stores import choices, officers, sites

from .test_desk_rules import FACTORS, deployed
from .test_desk_rules import Site as Desk

COUNTY = "411721"
ADMIN, HEAD, FORM = f"{COUNTY}-admin", f"{COUNTY}-head", "/desk/rules/text"
# An invented new text of the county; nothing real says so.
HEAD_FIELDS = {"title": "抽查办法（虚构）", "number": "虚环〔2026〕1号", "effective": "2026-04-01"}
ROWS = {
    "rate.key.base": "share", "rate.key.amount": "1/3", "rate.key.per": "quarter", "rate.key.clause": "三",
    "rate.key.quote": "重点单位每季度抽查三分之一（虚构）。",
    "team.size.value": "3", "team.size.clause": "五", "team.size.quote": "每组三人（虚构）。",
}  # fmt: skip
_numbers = count(1)


@pytest.fixture(scope="module")
async def desk(
    pg_server: PostgresServer, valkey_server: ValkeyServer, new_home: Callable[[str], Home]
) -> AsyncIterator[Desk]:
    home = new_home(f"desk_texts_{next(_numbers)}")
    async with deployed(home, pg_server.superuser_dsn, valkey_server.url) as opened:
        scope = Scope.own(COUNTY, "keeper")
        async with opened.app.database.unit(scope) as db:
            how: dict[str, Any] = {"at": opened.app.clock.now(), "by": "keeper", "reason": "test"}
            await sites.upsert(db, scope, [site(n) for n in range(60)], **how)
            people = [Officer(f"X{n}", "某某", "大队", date(2027, 12, 31), True, True) for n in range(6)]
            await officers.upsert(db, scope, people, **how)
        yield opened


def site(n: int) -> Site:
    return Site(
        f"{COUNTY}S{n:04d}", f"模拟企业{n}", "", SiteKind.UNIT, n % 5 == 0, False, SiteStatus.ACTIVE, "", "",
        COUNTY, 114.02, 33.38, "CGCS2000", "2611", ("废气",),
    )  # fmt: skip


async def sent(desk: Desk, act: str = "propose", who: str = ADMIN, **changes: str) -> httpx.Response:
    data = HEAD_FIELDS | ROWS | {name.replace("__", "."): words for name, words in changes.items()}
    return await desk.send(who, FORM, FORM, data=data | {"act": act})


async def kept(desk: Desk) -> list[tuple[str, str]]:
    scope = Scope.own(COUNTY, "reader")
    async with desk.app.database.unit(scope, read_only=True) as db:
        rows = await choices.all_of(db, scope, COUNTY)
    return sorted((row.key, row.state) for row in rows if row.basis.get("document"))


async def test_the_form_shows_what_holds_without_the_text(desk: Desk) -> None:
    page = await desk.see(ADMIN, FORM)
    row = page.split('id="row-rate.key"')[1].split("</fieldset>")[0]
    assert "西环〔2024〕3号" in row and "每季度 20%" in row and "按百分比" in row
    assert 'name="law.duty.certificates.value"' not in page
    again = await desk.see(ADMIN, f"{FORM}?copy=true")
    assert 'name="rate.key.amount" value="1/5"' in again.replace("\n", " ")
    drawer = await desk.as_(f"{COUNTY}-drawer")
    assert (await drawer.get(FORM)).status_code == 403


async def test_every_fault_is_told_at_its_field_and_nothing_is_lost(desk: Desk) -> None:
    answer = await sent(
        desk, effective="明年", rate__key__amount="0.25", team__size__quote="", days__upload__value="9x",
        days__publish__clause="六", class__special__value="没有代号",
    )  # fmt: skip
    assert answer.status_code == 422
    told = ("“施行日期”没有填对", "不用小数", "从文件照抄", "不小于 1 的整数", "数值也要填", "代号：名称")
    for words in told:
        assert words in answer.text, words
    lost = ("抽查办法（虚构）", 'value="0.25"', 'value="9x"', "没有代号</textarea>", "三分之一（虚构）")
    for typed in lost:
        assert typed in answer.text, typed
    linked = set(re.findall(r'href="#row-([a-z_.]+)"', answer.text))
    assert linked == {"rate.key", "team.size", "days.upload", "days.publish", "class.special"}
    assert await kept(desk) == []


async def test_the_whole_is_previewed_with_the_roster_or_other_numbers(desk: Desk) -> None:
    shown = (await sent(desk, "preview")).text
    assert "按现有名录和人员，6 人" in shown and "2 条规则的变化" in shown
    assert '<svg class="chart"' in shown and "每组 3 人" in shown
    assert re.search(r'<span class="under">\d+ →</span><b>4</b>', shown)  # a third of 12 key sites
    other = (await sent(desk, "preview", try__staff="9", try__key="30", try__year="2027")).text
    assert "2027 年度计划家次（按填写的试算数量，9 人）" in other and "<b>10</b>" in other
    bad = await sent(desk, "preview", try__staff="many")
    assert bad.status_code == 422 and "“人员数”没有填对" in bad.text
    assert await kept(desk) == []


async def test_a_choice_below_the_own_text_is_refused_with_the_clause(desk: Desk) -> None:
    low = {"rate__key__amount": "10%", "rate__key__quote": "", "team__size__quote": "", "mark": "default"}
    without = await sent(desk, "preview", **low)
    assert without.status_code == 422 and "六个因素都要写明" in without.text
    factors = {name.replace(".", "__"): words for name, words in FACTORS.items()}
    refused = await sent(desk, "propose", **low, **factors)
    assert refused.status_code == 422 and "宽于本单位文件规定" in refused.text
    assert "依据：西环〔2024〕3号" in refused.text and 'value="10%"' in refused.text
    assert await kept(desk) == []


async def test_one_set_one_approval_and_revoked_before_its_day(desk: Desk) -> None:
    made = await sent(desk)
    assert made.status_code == 303, made.text[:3000]
    where = made.headers["location"]
    mine = await desk.see(ADMIN, where)
    assert "2 项待批准" in mine and "由您提出" in mine and f'{where}/approve"' not in mine
    assert "虚环〔2026〕1号《抽查办法（虚构）》" in mine
    assert await kept(desk) == [("rate.key", "proposed"), ("team.size", "proposed")]
    assert "批准登记的规则" in await desk.see(HEAD, "/desk")
    tried = await desk.see(HEAD, f"{where}?try.staff=9&try.key=30")
    assert "按填写的试算数量，9 人" in tried
    assert (await (await desk.as_("150203-head")).get(where)).status_code == 404
    assert (await desk.send(HEAD, f"{where}/approve")).status_code == 303
    assert await kept(desk) == [("rate.key", "approved"), ("team.size", "approved")]
    entries = [e for e in await desk.app.log.entries() if e["t"] == "rules" and e["bureau"] == COUNTY]
    assert len(entries) == 1
    twice = await desk.send(HEAD, f"{where}/approve")
    assert twice.status_code == 409
    await revoked(desk, where)


async def revoked(desk: Desk, where: str) -> None:
    assert (await desk.send(ADMIN, f"{where}/revoke", data={"why": ""})).status_code == 422
    asked = await desk.send(ADMIN, f"{where}/revoke", data={"why": "印发有误"})
    assert asked.status_code == 303
    assert "由您提出，须由另一人批准撤销" in await desk.see(ADMIN, where)
    kept_on = await desk.send(HEAD, f"{where}/revoke/withdraw", data={"why": "核实无误"})
    assert kept_on.status_code == 303 and "未予撤销：核实无误" in await desk.see(HEAD, where)
    await desk.send(ADMIN, f"{where}/revoke", data={"why": "确有错误"})
    assert (await desk.send(HEAD, f"{where}/revoke/approve")).status_code == 303
    page = await desk.see(ADMIN, where)
    assert "生效前已撤销" in page and "确有错误" in page and "公开日志" in page
    assert await kept(desk) == [("rate.key", "revoked"), ("team.size", "revoked")]
    assert (await desk.send(HEAD, f"{where}/revoke/approve")).status_code == 404
    assert "1/3" not in await desk.see(ADMIN, "/desk/rules?on=2026-04-02")


async def test_one_choice_is_revoked_from_its_own_page(desk: Desk) -> None:
    form = {
        "key": "candidates.min", "value": "5", "effective": "2026-06-01", "text": "某决定（虚构）",
        "clause": "一", "act": "propose",
    }  # fmt: skip
    where = (await desk.send(ADMIN, "/desk/rules/propose", data=form)).headers["location"]
    await desk.send(HEAD, f"{where}/approve")
    assert "生效前撤销" in await desk.see(ADMIN, where)
    assert (await desk.send(ADMIN, f"{where}/revoke", data={"why": "不必"})).status_code == 303
    assert (await desk.send(HEAD, f"{where}/revoke/approve")).status_code == 303
    assert "从未生效" in await desk.see(ADMIN, where)


async def test_the_year_is_tried_out_and_nothing_kept(desk: Desk) -> None:
    blank = await desk.see(ADMIN, "/desk/plan/trial?try.year=2026")
    assert "现有 6" in blank and "现有 12" in blank
    query = "try.year=2026&try.staff=12&rate.key.base=share&rate.key.amount=50%25&rate.key.per=quarter"
    shown = await desk.see(ADMIN, f"/desk/plan/trial?{query}")
    assert '<span class="under">3 →</span><b>6</b>' in shown  # half of 12 key sites, not a fifth
    assert "12 人" in shown and '<svg class="chart"' in shown and "全年覆盖" in shown
    client = await desk.as_(ADMIN)
    low = query.replace("50%25", "10%25")
    refused = await client.get(f"/desk/plan/trial?{low}")
    assert refused.status_code == 422 and "宽于本单位文件规定" in refused.text
    bad = await client.get("/desk/plan/trial?try.staff=x&rate.key.base=share&rate.key.per=year")
    assert bad.status_code == 422 and bad.text.count("没有填对") == 2
    assert (await client.get("/desk/plan/trial?try.year=1")).status_code == 422
