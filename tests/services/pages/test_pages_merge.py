"""Two sections' lists on the page: conflicts chosen, a stale page told, one batch, undone as one."""

import re
from collections.abc import Mapping
from datetime import date

import httpx

from services.demo.rosters import SEED, SITES
from services.demo.site_rows import site_rows
from services.identity.demo_login import csrf_of
from services.ruling.roster_form import roster_form
from services.sheets import fill_template
from tenants.rows import RuleChoice
from tenants.scope import Scope
from tenants.stores import choices

from .conftest import OTHER, Shown, Told

SECTIONS = {"review": "环评科", "squad": "二中队"}


async def ruled(told: Told) -> None:
    scope, basis = Scope.own(OTHER, "head"), {"text": "分工", "clause": "一", "mark": "default"}
    row = RuleChoice(
        OTHER, "roster.sections", date(2025, 1, 1), SECTIONS, basis | {"checked_on": "2025-01-01"}, {},
        "admin", "head", told.app.clock.now(),
    )  # fmt: skip
    async with told.app.database.unit(scope) as db:
        await choices.put(db, scope, row)


async def handed(told: Told, keeper: httpx.AsyncClient, section: str, row: Mapping[str, str]) -> None:
    async with told.app.work(told.desk(OTHER, "keeper")) as work:
        form = await roster_form(work)
    files = {"file": (f"{section}.xlsx", fill_template(form.layout, [row]))}
    data = {"csrf_token": csrf_of(await keeper.get("/desk/sections")), "section": section}
    answer = await keeper.post("/desk/sections", data=data, files=files)
    assert "已收下" in answer.text, answer.text[-1500:]


async def test_conflicts_are_chosen_a_stale_page_is_told_and_all_is_one_batch(
    told: Told, shown: Shown
) -> None:
    await ruled(told)
    row = dict(next(one for one in site_rows(SITES[OTHER], SEED) if one["site_class"] == "一般"))
    async with shown.reader(f"{OTHER}-keeper") as keeper:
        await handed(told, keeper, "review", row | {"products": "甲产品", "phone": "0472-1000001"})
        await handed(told, keeper, "squad", row | {"products": "乙产品"})
        page = await keeper.get("/desk/sections")
        parts = re.findall(r'name="parts" value="([0-9a-f-]{36})"', page.text)
        assert len(parts) == 2
        made = await keeper.post("/desk/sections/merges", data={"csrf_token": csrf_of(page), "parts": parts})
        root = made.headers["location"]
        seen = await keeper.get(root)
        assert "还有 1 处冲突没有选定" in seen.text and "甲产品" in seen.text and "0472-1000001" in seen.text
        name = re.findall(r'name="(choice:[^"]+/products)"', seen.text)[0]
        stale = {"csrf_token": csrf_of(seen), "version": "1"}
        chosen = await keeper.post(f"{root}/choices", data=stale | {name: parts[0]})
        assert chosen.status_code == 303
        other = await keeper.get(root)
        late = await keeper.post(f"{root}/drop", data=stale | {"csrf_token": csrf_of(other)})
        assert late.status_code == 409 and "另一人刚刚办理过这次合并" in late.text
        now = await keeper.get(root)
        assert "没有选定" not in now.text and " checked" in now.text
        bare = {"csrf_token": csrf_of(now), "version": "2"}
        done = await keeper.post(f"{root}/take", data=bare | {"why": "以科室为准"})
        assert done.status_code == 303, done.text[-800:]
        assert "已并入" in (await keeper.get(root)).text
        site = (await keeper.get(f"/desk/sites/{row['code']}")).text
        assert "0472-1000001" not in site.split("变更历史")[0] or "以科室为准" in site
        front = await keeper.get("/desk/import")
        batch = re.findall(r"/desk/import/([0-9a-f-]{36})/undo", front.text.split("合并科室报送", 1)[1])[0]
        undo = {"csrf_token": csrf_of(front), "why": "并错了"}
        assert (await keeper.post(f"/desk/import/{batch}/undo", data=undo)).status_code == 200
        assert "甲产品</dd>" not in (await keeper.get(f"/desk/sites/{row['code']}")).text
    async with shown.reader(f"{OTHER}-drawer") as drawer:
        assert (await drawer.get(root)).status_code == 403
