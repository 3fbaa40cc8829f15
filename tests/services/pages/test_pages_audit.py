"""The superior's pages: comparison, rows behind its figures, timeline, and an audit through the browser."""

import io
import re
import zipfile
from html import unescape

import httpx

from services.clock import today
from services.identity.demo_login import csrf_of
from services.usecases.open_audit import LEAD
from services.views.comparison import COLUMNS

from .conftest import CITY, COUNTY, OTHER, Shown, Told

Q1 = "2026Q1"
ID = re.compile(r"/city/audits/([0-9a-f-]{36})")
DIGEST = re.compile(r'name="digest" value="([0-9a-f]{64})"')
FIGURES = ("required", "done", "late", "overdue", "faults", "voids", "changes", "over_caps", "random_share")


async def send(person: httpx.AsyncClient, page: str, path: str, **data: str) -> httpx.Response:
    token = csrf_of(await person.get(page))
    return await person.post(path, data=data | {"csrf_token": token})


async def test_every_figure_leads_to_its_meaning_and_its_rows(told: Told, shown: Shown) -> None:
    async with shown.reader(f"{CITY}-auditor") as auditor:
        page = (await auditor.get(f"/city?period={Q1}&sort=done&order=desc")).text
        assert 'aria-sort="descending"' in page and "city-map" in page and "<title>" in page
        meaning = (await auditor.get("/city/figures")).text
        for figure in FIGURES:
            link = f"/city/districts/{COUNTY}/figures/{figure}"
            assert f'href="{link}?period={Q1}"' in page and f'id="{figure}"' in meaning, figure
            rows = await auditor.get(f"{link}?period={Q1}")
            assert rows.status_code == 200 and f"/city/figures#{figure}" in rows.text, figure
        done = (await auditor.get(f"/city/districts/{COUNTY}/figures/done?period={Q1}")).text
        line = re.search(rf"figures/done\?period={Q1}\">(\d+)<", page)
        assert line and int(line[1]) == done.count("/desk/draws/1?") >= 2
        records = (await auditor.get(f"/city/districts/{COUNTY}/figures/visits?period={Q1}")).text
        (first, *_) = re.findall(rf"/city/districts/{COUNTY}/records/[0-9a-f-]+", records)
        assert (await auditor.get(first)).status_code == 200
        assert (await auditor.get(f"/city/districts/{COUNTY}/figures/nothing")).status_code == 404
        day = (await auditor.get(f"/city/districts/{COUNTY}?period={Q1}")).text
        assert all(words in day for words in ("完成抽取", "形成检查记录", "发布公示", "冻结名单"))
        trend = (await auditor.get("/city/trend")).text
        assert "<polyline" in trend or "<circle" in trend
        assert "合并为一次联合检查" in (await auditor.get("/city/overlay")).text
        for path in (f"/city/districts/{OTHER}", f"/city/districts/{OTHER}/figures/done"):
            assert (await auditor.get(path)).status_code == 404
    assert {"changes", "over_caps", "random", "visits"} <= set(COLUMNS)


async def test_an_audit_through_the_browser(told: Told, shown: Shown) -> None:
    async with shown.reader(f"{CITY}-auditor") as auditor:
        bad = await send(auditor, "/city/audits", "/city/audits", district=COUNTY, period=Q1, size="9999",
                         beacon="spoken")  # fmt: skip
        assert bad.status_code == 422 and "份检查记录" in bad.text
        made = await send(auditor, "/city/audits", "/city/audits", district=COUNTY, period=Q1, size="2",
                          beacon="spoken")  # fmt: skip
        assert made.status_code == 303
        here = made.headers["location"]
        told.app.clock.advance(LEAD)
        wrong = await send(auditor, here, f"{here}/draw", beacon="12")
        assert wrong.status_code == 422
        assert (await send(auditor, here, f"{here}/draw", beacon="31415926535897932384")).status_code == 303
        for k, verdict in (("1", "confirmed"), ("2", "contradicted")):
            given = {"k": k, "method": "site", "verdict": verdict, "words": "现场<b>复核"}
            assert (await send(auditor, here, f"{here}/checks", **given)).status_code == 303
        found = {"kind": "record", "text": "=1+1 排放口与记录不一致", "check": "2"}
        assert (await send(auditor, here, f"{here}/findings", **found)).status_code == 303
        page = (await auditor.get(here)).text
        assert "现场&lt;b&gt;复核" in page and page.count("通过") >= 4
        days = {"letter": "现将稽查情况通报如下。", "answer_by": "2027-12-31"}
        assert (await send(auditor, here, f"{here}/letter", **days)).status_code == 422
        days["answer_by"] = today(told.app.clock).replace(day=28).isoformat()
        assert (await send(auditor, here, f"{here}/letter", **days)).status_code == 303
        assert "批准并发出通报" not in (await auditor.get(here)).text
    await _sent(shown, here)
    await _answered(told, shown, here)
    await _workbook(shown)


async def _sent(shown: Shown, here: str) -> None:
    async with shown.reader(f"{COUNTY}-head") as district:
        assert (await district.get(here.replace("/city", "/desk"))).status_code == 404
    async with shown.reader(f"{CITY}-head", level=2) as head:
        assert "稽查通报待批准" in (await head.get("/desk")).text
        page = (await head.get(here)).text
        letter = (await head.get(f"{here}/letter")).text
        assert "草稿，未经批准" in letter and "现将稽查情况通报如下" in letter
        assert (await send(head, here, f"{here}/send", digest="0" * 64)).status_code == 409
        digest = unescape(DIGEST.findall(page)[0])
        assert (await send(head, here, f"{here}/send", digest=digest)).status_code == 303


async def _answered(told: Told, shown: Shown, here: str) -> None:
    ours = here.replace("/city", "/desk")
    due = (today(told.app.clock)).isoformat()
    async with shown.reader(f"{COUNTY}-head") as head:
        assert "上级通报的问题待答复" in (await head.get("/desk")).text
        assert "驻马店市生态环境局" in (await head.get("/desk/audits")).text
        page = (await head.get(ours)).text
        assert "排放口与记录不一致" in page and "拟定通报" not in page  # nothing of what went on inside
        given = {"n": "1", "responsible": "张某", "post": "大队长", "measure": "talk", "words": "已约谈"}
        late = await send(head, ours, f"{ours}/answer", **given, due="2020-01-01")
        assert late.status_code == 422
        assert (await send(head, ours, f"{ours}/answer", **given, due=due)).status_code == 303
        assert (await send(head, ours, f"{ours}/done", n="1", words="已落实")).status_code == 303
    async with shown.reader(f"{OTHER}-head") as other:
        assert (await other.get(ours)).status_code == 404
    async with shown.reader(f"{CITY}-auditor") as auditor:
        assert "下级的整改待核实" in (await auditor.get("/desk")).text
        done = await send(auditor, here, f"{here}/settle", n="1", act="settle", words="核实无误")
        assert done.status_code == 303 and "已办结" in (await auditor.get(here)).text


async def _workbook(shown: Shown) -> None:
    async with shown.reader(f"{CITY}-auditor") as auditor:
        page = (await auditor.get("/city/workbook?year=2026")).text
        assert "张某（大队长）" in page and "=1+1" in page
        book = await auditor.get("/city/workbook.xlsx?year=2026")
        with zipfile.ZipFile(io.BytesIO(book.content)) as kept:
            sheets = "".join(kept.read(n).decode() for n in kept.namelist() if "sheet" in n)
            texts = kept.read("xl/sharedStrings.xml").decode()
        assert "<f>" not in sheets and "=1+1 排放口" in texts  # text, never a formula
        assert re.search(rf"导出编号 {CITY}-E\d+", texts) and "张某" in texts
