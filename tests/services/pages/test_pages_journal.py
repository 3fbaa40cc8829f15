"""The journal's page: filtered, verified, taken as a file; jobs; metrics for who may."""

import csv
import io
import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from python_calamine import CalamineWorkbook

from policies.journals import content_hash
from services.identity.demo_login import csrf_of
from services.jobs.deliver import deliver
from services.views.journals import differences
from tenants import journal
from tenants.records import JournalEntry
from tenants.scope import Scope

from .conftest import COUNTY, OTHER

SCOPE = Scope.own(COUNTY, "test")
EVIL = '=HYPERLINK("http://x")'


@pytest.fixture(scope="module")
async def noted(told):
    async with told.app.work(told.desk(COUNTY, "head")) as work:
        await journal.note(
            work.db, work.scope, actor=work.principal, action="draw.void", target=EVIL, why="<b>甲</b>",
            before={"state": "甲前"}, after={"state": "甲后"}, at=work.now,
        )  # fmt: skip
    return told


async def test_filters_narrow_and_the_page_tells_before_and_after(noted, shown) -> None:
    async with shown.reader("411721-head") as site:
        shown = (await site.get(f"/desk/journal?{urlencode({'target': '=HYPER'})}")).text
        assert "甲前" in shown and "甲后" in shown and "&lt;b&gt;甲" in shown and "<b>甲" not in shown
        for query in (
            {"target": "nothing"},
            {"actor": "nobody"},
            {"until": "2000-01-01"},
            {"since": "2099-01-01"},
        ):
            assert "没有符合条件的记录" in (await site.get(f"/desk/journal?{urlencode(query)}")).text
        odd = {"since": "yesterday", "action": "x", "before": "99999999999999999999"}
        assert (await site.get(f"/desk/journal?{urlencode(odd)}")).status_code in (200, 400)


async def test_a_check_verifies_chain_and_heads_and_the_worker_does_it_too(noted, shown) -> None:
    async with shown.reader("411721-head") as site:
        page = (await site.get("/desk/journal?check=true")).text
        assert "哈希链完整" in page
        form = {"csrf_token": csrf_of(await site.get("/desk/journal"))}
        answer = await site.post("/desk/journal/check", data=form, follow_redirects=True)
        assert answer.status_code == 200 and "已排入后台核对" in answer.text
        while (await deliver(noted.app, COUNTY))["done"]:
            pass
        assert "日志链完整：已核对" in (await site.get("/desk/journal")).text


async def test_files_are_text_marked_and_verifiable(noted, shown) -> None:
    async with shown.reader("411721-head") as site:
        table = await site.get("/desk/journal.csv?target=%3DHYPER")
        rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
        cells = [cell for row in rows for cell in row]
        assert f"'{EVIL}" in cells and EVIL not in cells
        assert any("导出编号" in cell for cell in cells)
        lines = [json.loads(line) for line in (await site.get("/desk/journal.jsonl")).content.splitlines()]
        assert "导出编号" in " ".join(lines[0]["mark"])
        for one, before in zip(lines[2:], lines[1:], strict=False):
            assert one["prev"] == before["hash"] and content_hash(one).hex() == one["hash"]
        assert lines[1]["n"] == 1 and len(lines) > 10
    async with noted.app.database.unit(SCOPE) as db:
        actions = [row.action for row in await journal.entries(db, SCOPE, COUNTY, limit=10_000)]
    assert actions.count("journal.export") == 2 and actions.count("export.make") >= 2


async def test_looks_and_acts_are_told_apart_and_the_workbook_is_marked(noted, shown) -> None:
    async with shown.reader("411721-head") as site:
        looks = (await site.get("/desk/journal?level=read")).text
        acts = (await site.get("/desk/journal?level=write")).text
        assert "查看</span>" in looks and "办理</span>" not in looks
        assert "办理</span>" in acts and "查看</span>" not in acts
        both = (await site.get("/desk/journal?level=nonsense")).text
        assert "查看</span>" in both and "办理</span>" in both
        query = urlencode({"target": "=HYPER", "level": "write"})
        book = await site.get(f"/desk/journal.xlsx?{query}")
        cells = [
            cell
            for row in CalamineWorkbook.from_filelike(io.BytesIO(book.content))
            .get_sheet_by_index(0)
            .to_python()
            for cell in row
        ]
        assert EVIL in cells and "导出编号" in " ".join(map(str, cells))
        query = urlencode({"target": "=HYPER", "level": "read"})
        empty = CalamineWorkbook.from_filelike(
            io.BytesIO((await site.get(f"/desk/journal.xlsx?{query}")).content)
        )
        assert all(EVIL not in row for row in empty.get_sheet_by_index(0).to_python())


def _entry(before, after) -> JournalEntry:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return JournalEntry(COUNTY, 1, at, "a", "甲", "site.import", "t", "", before, after, b"", b"")


def test_a_difference_is_read_member_by_member_and_what_differs_comes_first() -> None:
    before = {"name": "甲", "roles": ["a", "b"], "at": {"lon": 1, "lat": 2}, "gone": "x"}
    after = {"name": "甲", "roles": ["a"], "at": {"lon": 1, "lat": 3}, "new": True}
    told = {c.name: (c.was, c.now, c.kind) for c in differences(_entry(before, after))}
    assert told == {
        "roles": ("a、b", "a", "changed"), "at › lat": ("2", "3", "changed"), "gone": ("x", "", "removed"),
        "new": ("", "true", "added"), "name": ("甲", "甲", "same"), "at › lon": ("1", "1", "same"),
    }  # fmt: skip
    assert [c.kind == "same" for c in differences(_entry(before, after))] == [False] * 4 + [True] * 2
    assert [c.kind for c in differences(_entry(None, {"state": "x"}))] == ["same"]
    assert differences(_entry(None, None)) == () and differences(_entry("一", "二"))[0].name == ""


@pytest.mark.parametrize("path", ["/desk/journal", "/desk/journal.csv", "/desk/journal.jsonl", "/desk/jobs"])
async def test_neither_strangers_nor_other_posts_see_it(noted, shown, path) -> None:
    async with shown.reader("411721-keeper") as site:
        assert (await site.get(path)).status_code == 403
    if path != "/desk/jobs":
        async with shown.reader("150203-head") as site:
            answer = await site.get(f"{path}?bureau={COUNTY}")
            assert answer.status_code == 404 and "甲前" not in answer.text
            assert (await site.get(f"{path}?bureau={OTHER}")).status_code == 200


async def test_metrics_are_for_this_machine_and_no_proxy(noted, shown) -> None:
    async with shown.reader("411721-head") as site:
        await site.get("/desk/journal")
        text = (await site.get("/metrics")).text
        assert f'shuangsui_requests_total{{bureau="{COUNTY}",door="desk",status="2xx"}}' in text
        assert "模拟" not in text and "journal" not in text.replace('what="journal"', "")
        for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "X-Real-IP", "Via"):
            answer = await site.get("/metrics", headers={name: "1.2.3.4"})
            assert answer.status_code == 404, name
