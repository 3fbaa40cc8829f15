"""The journal's page: filtered, verified, taken as a file; jobs; metrics for who may."""

import csv
import io
import json
from urllib.parse import urlencode

import pytest

from policies.journals import content_hash
from services.identity.demo_login import csrf_of
from services.jobs.deliver import deliver
from tenants import journal
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
