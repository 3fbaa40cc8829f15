"""A third county added in the browser, from its text alone: opened, staffed, its text entered, planned.

确山县 (411725) is a real county; everything said about it here is INVENTED: the document, its number, its
sentences and its numbers exist only in this test, and so do the companies and officers.

Every form a person sends is counted: opening the county (1), a role (1), the text (3: refused, previewed,
proposed), one approval of the whole, two roster files, the plan and its approval: ten, and three people first
choose the bureau they act for. At a minute a form the whole stays below fifteen minutes.
"""

import os
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from policies.roster.codes import substitute
from services.clock import CHINA, SimulatedClock
from services.demo.bureaus import found_bureaus
from services.demo.codes import credit_code
from services.embedded import PostgresServer, ValkeyServer
from services.home import Home
from services.identity.people import PASSWORD, SECOND_CODE
from services.main import create_app
from services.serve import free_port, serving
from services.settings import DEMO_ORIGIN, Settings
from services.web.state import SLOT
from services.wiring import Servers, open_app
from tenants.migrate import set_up
from tests.deployed import known_passwords

from .watched import CHROMIUM, REAL

pytestmark = REAL
NEW, CITY = "411725", "411700"
CLERK, HEAD, KEEPER = f"{CITY}-publisher", f"{CITY}-head", f"{CITY}-keeper"
MOST_FORMS = 15  # a roster is checked before it is taken
# key of the form → what the clerk fills in; the sentences are made up.
TEXT: dict[str, dict[str, str]] = {
    "rate.key": {
        "base": "share", "amount": "25％", "per": "quarter", "clause": "三（一）",
        "quote": "对重点排污单位，每季度按不低于25%的比例抽查。",
    },
    "rate.general": {
        "base": "staff", "amount": "1:8", "per": "year", "clause": "三（二）",
        "quote": "对一般排污单位，每年按执法人员数量1:8的比例抽查。",
    },
    "rate.special": {
        "base": "census", "per": "quarter", "clause": "三（三）", "quote": "对特殊监管对象，每季度检查一次。",
    },
    "coverage.key": {"value": "year", "clause": "三（一）", "quote": "全年对重点排污单位实现全覆盖。"},
    "plan.deadline": {
        "month": "12", "day": "25", "clause": "四", "quote": "每年12月25日前编制下一年度抽查计划。",
    },
    "draw.window": {
        "rule": "last_working_days", "days": "3", "clause": "四",
        "quote": "每季度结束前3个工作日内抽取名单。",
    },
    "team.size": {"value": "２", "clause": "五", "quote": "每组不少于两名执法人员。"},
    "days.upload": {"value": "5", "clause": "六", "quote": "检查结果5个工作日内上传。"},
    "cap.visits": {"value": "4", "clause": "七", "quote": "同一单位每年检查不超过4次。"},
    "class.special": {
        "value": "complaints：群众反映强烈", "clause": "二", "quote": "群众反映强烈的，列为特殊监管对象。",
    },
}  # fmt: skip
DOCUMENT = {
    "title": "确山县污染源随机抽查办法（虚构）", "number": "确环测〔2025〕1号", "effective": "2025-12-01",
    "published": "2025-11-20",
}  # fmt: skip
# 10 key and 2 key sites that are special too, 3 special general ones, 40 general ones; 4 officers on post:
# special 5 each quarter; key ceil(25 % × 10) = 3 each quarter; general 4 × 8 = 32 a year, 8 each quarter.
NUMBERS = {"特殊监管对象": [5, 5, 5, 5], "重点排污单位": [3, 3, 3, 3], "一般排污单位": [8, 8, 8, 8]}
_numbers = count(1)


@pytest.fixture
async def site(
    pg_server: PostgresServer, valkey_server: ValkeyServer, new_home: Callable[[str], Home]
) -> AsyncIterator[str]:
    """Address of a deployment with the demonstration's bureaus and logins, nothing else."""
    home, port = new_home(f"third_county_{next(_numbers)}"), free_port()
    home.make()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(home=home, port=port, public_url=url, demo=True, log_origin=DEMO_ORIGIN)
    passwords = known_passwords(home)
    urls = await set_up(pg_server.superuser_dsn, home.root.name, passwords, identity="shuangsui-demo")
    clock = SimulatedClock(datetime(2025, 12, 15, 9, tzinfo=CHINA))
    litestar = create_app(settings, lambda: open_app(settings, clock, Servers(urls, valkey_server.url)))
    async with serving(litestar, "127.0.0.1", port):
        await found_bureaus(litestar.state[SLOT].app)
        yield url


class Person:
    """Somebody at a browser of their own; `forms` counts what all of them sent."""

    forms = 0

    def __init__(self, page: Any, base: str, shots: Path | None = None) -> None:
        self.page, self.base, self.shots = page, base, shots
        self.complaints: list[str] = []
        page.on("console", lambda m: m.type in ("error", "warning") and self.complaints.append(m.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def sign_in(self, username: str, bureau: str = "") -> None:
        page = self.page
        await page.goto(f"{self.base}/login?next=/desk&level=2")
        await page.fill("#username", username)
        await page.fill("#password", PASSWORD)
        await page.click("button[type=submit]")
        await page.fill("#code", SECOND_CODE)
        await page.click("button[type=submit]")
        if bureau:
            await self.open("/bureau")
            await self.send(page.locator(f'form:has(input[value="{bureau}"]) button'))
            await page.goto(f"{self.base}/login?next=/desk&level=2")
            if await page.locator("#code").count():
                await page.fill("#code", SECOND_CODE)
                await page.click("button[type=submit]")

    async def open(self, path: str) -> None:
        answer = await self.page.goto(self.base + path)
        assert answer.status == 200, f"{path}: {answer.status}"

    async def send(self, button: Any) -> None:
        """Press a button of a form and wait for the page after it."""
        Person.forms += 1
        async with self.page.expect_navigation():
            await button.click()
        if await self.page.locator("#code").count():  # an act that needs a second factor of its own
            await self.page.fill("#code", SECOND_CODE)
            await self.page.click("button[type=submit]")
        if "/confirm/" in self.page.url:
            async with self.page.expect_navigation():
                await self.page.click("form.stack button[type=submit]")

    async def press(self, words: str) -> None:
        await self.send(self.page.get_by_role("button", name=words).first)

    async def look(self, name: str) -> None:
        """Nothing in the way of assistive tools, on a desk and on a phone; a picture of both when wanted."""
        from axe_playwright_python.async_playwright import Axe

        for width, height in ((1280, 900), (360, 780)):
            await self.page.set_viewport_size({"width": width, "height": height})
            wide = await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{name} is {wide} px wider than a screen of {width}"
            found = (await Axe().run(self.page)).response["violations"]
            assert not found, [f"{v['id']} {[n['html'][:120] for n in v['nodes'][:3]]}" for v in found]
            if self.shots is not None:
                top = {"x": 0, "y": 0, "width": width, "height": 1600}
                await self.page.screenshot(path=self.shots / f"{name}-{width}.png", full_page=True, clip=top)
        await self.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture
async def people(site: str) -> AsyncIterator[Callable[..., Any]]:
    from playwright.async_api import async_playwright

    Person.forms = 0
    shots = Path(os.environ["SHUANGSUI_SHOTS"]) if "SHUANGSUI_SHOTS" in os.environ else None
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        async def make(username: str, bureau: str = "", *, script: bool = True) -> Person:
            context = await browser.new_context(locale="zh-CN", java_script_enabled=script)
            context.set_default_timeout(15_000)
            person = Person(await context.new_page(), site, shots)
            await person.sign_in(username, bureau)
            return person

        yield make
        await browser.close()


def sites_csv() -> bytes:
    heads = (
        "企业名称,统一社会信用代码,污染源编码,企业分类,行政区划,污染源地址,经度,纬度,行业类别,污染类型,状态,"
        "特殊情形,特殊依据"
    )
    classes = ["重点"] * 10 + ["重点、特殊"] * 2 + ["特殊"] * 3 + ["一般"] * 40
    rows = [heads]
    for n, kind in enumerate(classes, 1):
        case = "群众反映强烈,虚构信访件" if "特殊" in kind else ","
        rows.append(
            f"虚构企业{n:02d},{credit_code('91', NEW, n)},{substitute(NEW, n)},{kind},{NEW},虚构路{n}号,"
            f"113.9{n % 10}1,32.7{n % 7}1,2614,废水,在产,{case}"
        )
    return "\n".join(rows).encode("utf-8-sig")


def officers_csv() -> bytes:
    rows = ["姓名,执法证号,单位,有效期至,主办,在编在岗"]
    rows += [f"虚构执法员{n},QS41172500{n},确山大队（虚构）,2028-12-31,是,是" for n in range(1, 5)]
    return "\n".join(rows).encode("utf-8-sig")


async def test_a_clerk_adds_a_county_from_its_text(people: Callable[..., Any]) -> None:
    city = await people(f"{CITY}-admin")
    await opened(city)
    clerk = await people(CLERK, NEW)
    await staffed(clerk)
    await entered(clerk)
    head = await people(HEAD, NEW)
    await approved(head)
    keeper = await people(KEEPER, NEW)
    await imported(keeper)
    await planned(keeper, head)
    assert Person.forms <= MOST_FORMS
    refused = [c for c in clerk.complaints if "422" in c]  # the browser notes the refused form
    assert len(refused) == 1
    assert not [c for p in (city, clerk, head, keeper) for c in p.complaints if c not in refused]
    await without_scripts(await people(CLERK, NEW, script=False))


async def without_scripts(clerk: Person) -> None:
    """The form needs no script: folds are the browser's own, buttons send it."""
    page = clerk.page
    await clerk.open("/desk/rules/text")
    for name, words in DOCUMENT.items():
        await page.fill(f"[name='{name}']", words)
    row = TEXT["rate.key"] | {"amount": "1/3"}
    for name in ("base", "per"):
        await page.select_option(f"[name='rate.key.{name}']", row[name])
    for name in ("amount", "clause", "quote"):
        await page.fill(f"[name='rate.key.{name}']", row[name])
    await page.fill("[name='effective']", "2026-04-01")
    await clerk.press("预览全部")
    assert "整份文件的预览" in await page.inner_text("main")
    assert (await numbers(page, "section table.plan"))["重点排污单位"] == [4, 4, 4, 4]


async def opened(city: Person) -> None:
    """Form 1: the city's administrator opens the county from the city's template."""
    await city.open("/city/bureaus")
    for name, words in (
        ("code", NEW), ("name", "驻马店市生态环境局确山分局（虚构）"), ("admin_subject", f"demo-{CLERK}"),
        ("admin_name", "经办人甲"), ("head_subject", f"demo-{HEAD}"), ("head_name", "负责人乙"),
    ):  # fmt: skip
        await city.page.fill(f"#{name}", words)
    await city.press("开设单位")
    assert "确山分局（虚构）：还差" in await city.page.inner_text("main")


async def staffed(clerk: Person) -> None:
    """Form 2: who keeps the registry."""
    await clerk.open("/desk/people")
    await clerk.page.fill("form.stack input[name=subject]", f"demo-{KEEPER}")
    await clerk.page.fill("form.stack input[name=name]", "名录员丙")
    await clerk.page.select_option("form.stack select[name=role]", "registry_keeper")
    await clerk.press("分配岗位")
    assert "名录员丙" in await clerk.page.inner_text("main")


async def entered(clerk: Person) -> None:
    """Forms 3–5: the text, refused once for a slip, previewed with assumed numbers, proposed."""
    page = clerk.page
    await clerk.open("/desk/onboarding")
    await page.get_by_role("link", name="照文件填表").click()
    await page.wait_for_url("**/desk/rules/text")
    await clerk.look("1-form")
    shown = await page.locator("[id='row-rate.key']").inner_text()
    assert "环办〔2015〕88号" in shown  # what holds without the text, with its citation
    for name, words in DOCUMENT.items():
        await page.fill(f"[name='{name}']", words)
    for key, fields in TEXT.items():
        await fill(page, key, fields)
    await fill(page, "try", {"staff": "4", "key": "10", "general": "40", "special": "5", "key_special": "2"})
    await page.fill("[name='rate.general.amount']", "八分之一")
    await clerk.press("预览全部")
    assert "没有提交" in await page.inner_text("main")
    assert await page.input_value("[name='rate.key.quote']") == TEXT["rate.key"]["quote"]
    await clerk.look("2-refused")
    await page.fill("[name='rate.general.amount']", "1:8")
    await clerk.press("预览全部")
    assert await numbers(page, "section table.plan") == NUMBERS
    assert "低于上级下限" in await page.inner_text("main")  # 1:8 of the staff under the parent's 1:10
    await clerk.look("3-preview")
    await clerk.press("提交，交另一人批准")
    assert "由您提出，须由另一人批准" in await page.inner_text("main")
    await clerk.look("4-proposed")


async def fill(page: Any, key: str, fields: dict[str, str]) -> None:
    """Unfold what is folded, as a person would, then fill in."""
    for name, words in fields.items():
        field = page.locator(f"[name='{key}.{name}']")
        await field.evaluate("one => { while (one = one.parentElement?.closest('details')) one.open = true }")
        tag = await field.evaluate("one => one.tagName")
        await (field.select_option(words) if tag == "SELECT" else field.fill(words))


async def approved(head: Person) -> None:
    """Form 6: the head approves the text and the template in one act."""
    await head.open("/desk/onboarding")
    await head.look("5-approve")
    await head.press("批准全部")
    assert "没有待批准的" in await head.page.inner_text("main")


async def imported(keeper: Person) -> None:
    """Forms 7 and 8: two roster files."""
    for kind, body in (("sites", sites_csv()), ("officers", officers_csv())):
        await keeper.open("/desk/import")
        await keeper.page.select_option("select[name=kind]", kind)
        given = {"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": body}
        await keeper.page.set_input_files("#file", given)
        await keeper.press("上传并检查")
        told = await keeper.page.inner_text("main")
        rows = body.decode().count(chr(10))
        assert f"合格 {rows}，有错 0" in told and "名录还没有改动" in told, told[:2000]
        await keeper.look(f"5-import-{kind}")
        await keeper.press(f"导入合格的 {rows} 行")
        assert "导入结果" in await keeper.page.inner_text("main")


async def planned(keeper: Person, head: Person) -> None:
    """Forms 9 and 10: the plan, and its approval."""
    await keeper.open("/desk/plan?year=2026")
    await keeper.press("编制计划")
    assert await numbers(keeper.page, "table.plan") == NUMBERS
    told = await keeper.page.inner_text("main")
    assert "确环测〔2025〕1号" in told and TEXT["rate.general"]["quote"] in told
    await keeper.look("6-plan")
    half = "rate.key.base=share&rate.key.amount=50%25&rate.key.per=quarter"
    await keeper.open(f"/desk/plan/trial?try.year=2026&try.staff=5&{half}")
    tried = {"特殊监管对象": [5, 5, 5, 5], "重点排污单位": [5, 5, 5, 5], "一般排污单位": [10, 10, 10, 10]}
    assert await numbers(keeper.page, "table.plan") == tried
    await keeper.look("7-trial")
    await head.open("/desk/plan?year=2026")
    await head.press("批准本版")
    assert "已批准" in await head.page.inner_text("h1")


async def numbers(page: Any, table: str) -> dict[str, list[int]]:
    """Class → its four quarters, as the first table of the page shows them."""
    found = {}
    for row in await page.locator(table).first.locator("tbody tr").all():
        cells = [await cell.inner_text() for cell in await row.locator("td.number").all()]
        found[(await row.locator("th").inner_text()).strip()] = [int(c.split("\n")[-1]) for c in cells[1:5]]
    return found
