"""Many sites changed at once from the page: shown, taken as shown, undone as one step."""

import re

import httpx

from services.identity.demo_login import csrf_of

from .conftest import COUNTY, OTHER, Shown, Told

CHANGE = "/desk/sites/change"


def hidden(shown: httpx.Response) -> dict[str, str]:
    """The form that takes a batch, as the page made it."""
    form = shown.text.split('method="post" action="/desk/sites/change"')[1].split("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)) | {
        "csrf_token": csrf_of(shown)
    }


async def test_a_batch_is_taken_as_shown_or_not_at_all_and_undone_as_one_step(
    told: Told, shown: Shown
) -> None:
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        page = (await keeper.get("/desk/sites?status=active")).text
        codes = re.findall(r'name="code" value="([^"]+)"', page)[:3]
        assert len(codes) == 3
        ask = {"code": codes, "to": "basin:", "text": "洪河流域", "why": "流域调整"}
        seen = await keeper.get(CHANGE, params=ask)
        assert seen.text.count("洪河流域</ins>") == 3 and "将修改 3 家" in seen.text
        stale = await keeper.get(CHANGE, params=ask | {"code": codes[:1], "text": "汝河流域"})
        done = await keeper.post(CHANGE, data=hidden(seen))
        assert done.status_code == 200 and "已修改 3 家" in done.text
        late = await keeper.post(CHANGE, data=hidden(stale))  # shown before somebody changed the row
        assert late.status_code == 409 and codes[0] in late.text
        assert 'value="流域调整"' in late.text and "<del>洪河流域</del>" in late.text
        assert hidden(late)["rows"] != hidden(stale)["rows"] and "汝河流域</ins>" in late.text
        again = await keeper.get(CHANGE, params=ask)
        assert "将修改 0 家" in again.text and "3 家已经是新值" in again.text
        history = (await keeper.get(f"/desk/sites/{codes[0]}")).text
        assert "批量修改：流域调整" in history and "洪河流域</ins>" in history
        front = (await keeper.get("/desk/import")).text
        row = front.split("批量修改“所属流域” 3 家", 1)[1]
        batch = re.findall(r"/desk/import/([0-9a-f-]{36})/undo", row)[0]
        form = {"csrf_token": csrf_of(await keeper.get("/desk/import")), "why": "改错"}
        undone = await keeper.post(f"/desk/import/{batch}/undo", data=form)
        assert undone.status_code == 200 and "恢复原状 3 家" in undone.text
        assert "洪河流域</dd>" not in (await keeper.get(f"/desk/sites/{codes[0]}")).text


async def test_a_site_is_closed_from_its_own_page_with_the_document_that_says_so(
    told: Told, shown: Shown
) -> None:
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        code = re.findall(r'name="code" value="([^"]+)"', (await keeper.get("/desk/sites")).text)[0]
        link = f'href="{CHANGE}?code={code}"'
        assert link in (await keeper.get(f"/desk/sites/{code}")).text
        ask = {"code": code, "to": "status:closed", "why": "已经拆除"}
        bare = (await keeper.get(CHANGE, params=ask)).text
        assert "没有写明依据的文件" in bare and "不进入以后冻结的名单" in bare
        seen = await keeper.get(CHANGE, params=ask | {"basis": "西环〔2026〕9号", "dated": "2026-02-10"})
        assert "变更历史会记下依据：西环〔2026〕9号（2026-02-10）" in seen.text
        wrong = await keeper.get(CHANGE, params=ask | {"basis": "西环〔2026〕9号", "dated": "昨天"})
        assert wrong.status_code == 422 and 'value="西环〔2026〕9号"' in wrong.text
        paused = await keeper.get(CHANGE, params=ask | {"to": "status:suspended"})
        assert "不进入以后冻结的名单" not in paused.text
    async with shown.reader(f"{COUNTY}-drawer") as drawer:
        page = await drawer.get(f"/desk/sites/{code}")
        assert page.status_code == 200 and link not in page.text


async def test_the_whole_query_is_chosen_and_faults_are_said_beside_the_form(
    told: Told, shown: Shown
) -> None:
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        every = (await keeper.get("/desk/sites.json?stratum=special")).json()["rows"]
        whole = {"whole": "1", "stratum": "special", "to": "special:no", "why": "已整改"}
        assert f"将修改 {len(every)} 家" in (await keeper.get(CHANGE, params=whole)).text
        key = whole | {"stratum": "general", "to": "key:yes"}
        bare = await keeper.get(CHANGE, params=key)
        assert bare.status_code == 422 and "没有写明分类的依据" in bare.text and 'value="已整改"' in bare.text
        none = await keeper.get(CHANGE, params={"code": "nobody"})
        assert none.status_code == 422 and "没有要修改的污染源" in none.text
        assert (await keeper.get(CHANGE, params={"bureau": OTHER, "whole": "1"})).status_code in (403, 404)
        empty = {"csrf_token": csrf_of(await keeper.get("/desk/import")), "field": "status", "why": "x"}
        answer = await keeper.post(CHANGE, data=empty | {"value": "closed", "rows": "nobody:0"})
        assert answer.status_code == 409
    async with shown.reader(f"{COUNTY}-drawer") as drawer:
        assert (await drawer.get(CHANGE, params={"whole": "1"})).status_code == 403
        assert CHANGE not in (await drawer.get("/desk/sites")).text
