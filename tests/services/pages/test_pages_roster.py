"""The roster's pages: an import taken back by its form, faults by sheet, the fields of the query form."""

import re

import httpx

from policies.roster.columns import SITE_LAYOUT
from services.identity.demo_login import csrf_of
from services.sheets import fill_template, read_table
from tests.prove.asking import unpaged

from .conftest import COUNTY, OTHER, Shown, Told

ZERO = "00000000-0000-4000-8000-000000000000"


async def upload(keeper: httpx.AsyncClient, data: bytes, name: str, kind: str = "sites") -> httpx.Response:
    form = {"csrf_token": csrf_of(await keeper.get("/desk/import")), "kind": kind}
    sent = await keeper.post("/desk/import", data=form, files={"file": (name, data)})
    return await keeper.get(sent.headers["location"]) if sent.status_code == 303 else sent


async def press(keeper: httpx.AsyncClient, shown: httpx.Response, what: str, **form: str) -> httpx.Response:
    """Sends a form of the page of a check; the answer, or the page it leads to."""
    token, address = csrf_of(shown), f"{shown.url.path}/{what}"
    sent = await keeper.post(address, data={"csrf_token": token, **form})
    return await keeper.get(sent.headers["location"]) if sent.status_code == 303 else sent


async def undo(keeper: httpx.AsyncClient, batch: str, why: str) -> httpx.Response:
    form = {"csrf_token": csrf_of(await keeper.get("/desk/import")), "why": why}
    return await keeper.post(f"/desk/import/{batch}/undo", data=form)


async def test_a_wrong_import_is_taken_back_from_the_page(told: Told, shown: Shown) -> None:
    data = (told.app.home.rosters / f"{COUNTY}-sites.xlsx").read_bytes()
    row = dict(read_table(data, "a.xlsx", SITE_LAYOUT).rows[0].cells)
    bad = row | {"code": "nonsense", "name": "坏行"}
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        data = fill_template(SITE_LAYOUT, [row | {"products": "错填的产品"}, bad])
        told_by = await upload(keeper, data, "错的.xlsx")
        faults = told_by.text.split("错误，按文件顺序")[1]
        assert 'scope="col">工作表<' in faults and f"<td>{SITE_LAYOUT.sheet}</td>" in faults
        site = f"/desk/sites/{row['code']}"
        assert "错填的产品" not in (await keeper.get(site)).text
        assert "已导入合格的 1 行" in (await press(keeper, told_by, "take")).text
        assert "错填的产品</dd>" in (await keeper.get(site)).text
        first = (await keeper.get("/desk/import")).text.split("错的.xlsx", 1)[1]
        batch = (re.search(r"/desk/import/([0-9a-f-]{36})/undo", first) or ["", ""])[1]
        assert (await undo(keeper, batch, " ")).status_code == 422
        done = await undo(keeper, batch, "传错文件")
        assert done.status_code == 200 and "恢复原状 1 家，改为关闭 0 家" in done.text
        now = (await keeper.get(site)).text
        assert "错填的产品</dd>" not in now and "撤销导入 错的.xlsx：传错文件" in now
        assert (await undo(keeper, batch, "再来")).status_code == 409
        assert (await undo(keeper, ZERO, "传错文件")).status_code == 404
    async with shown.reader(f"{COUNTY}-admin") as admin:  # imports officers only
        assert "错的.xlsx" not in (await admin.get("/desk/import")).text
        assert (await undo(admin, batch, "传错文件")).status_code == 403


async def test_each_step_stands_after_a_reload_and_a_stranger_sees_nothing(told: Told, shown: Shown) -> None:
    data = (told.app.home.rosters / f"{COUNTY}-sites.xlsx").read_bytes()
    row = dict(read_table(data, "a.xlsx", SITE_LAYOUT).rows[1].cells)
    lines = [",".join(c.heading if c.key != "products" else "主要产出" for c in SITE_LAYOUT.columns)]
    lines.append(",".join(row.get(c.key, "").replace(",", "") for c in SITE_LAYOUT.columns))
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        asked = await upload(keeper, "\r\n".join(lines).encode(), "台账.csv")
        assert "各列的含义" in asked.text and "模板中没有，请说明" in asked.text
        reload = await keeper.get(asked.url.path)
        assert reload.status_code == 200 and "各列的含义" in reload.text
        names = dict(re.findall(r'name="(column-\d+)" aria-label="“([^”]+)”', asked.text))
        column = next(name for name, said in names.items() if said == "主要产出")
        checked = await press(keeper, asked, "columns", **{column: "products"})
        assert "“主要产出”导入为“产品及生产规模”（本次说明）" in checked.text
        events = (await keeper.get(f"{asked.url.path}/events")).json()
        assert events == {"state": "checked", "stage": "", "done": 0, "total": 0}
        assert "这份文件没有导入" in (await press(keeper, checked, "drop")).text
        late = await press(keeper, checked, "take")
        assert late.status_code == 409 and "没有导入" in late.text
        front = (await keeper.get("/desk/import")).text
        assert "记住的标题" in front and "主要产出" in front and "台账.csv" not in front
        form = {"csrf_token": csrf_of(await keeper.get("/desk/import")), "kind": "sites", "field": "-"}
        gone = await keeper.post("/desk/import/headings", data=form | {"heading": "主要产出"})
        assert gone.status_code == 303 and "记住的标题" not in (await keeper.get("/desk/import")).text
    async with shown.reader(f"{OTHER}-keeper") as stranger:
        answers = [await stranger.get(f"/desk/import/checks/{id}") for id in (asked.url.path[-36:], ZERO)]
        assert [one.status_code for one in answers] == [404, 404]
        bare = [
            re.sub(r"<code>[0-9a-f]{16}</code>", "", unpaged(one.text).replace(asked.url.path[-36:], ZERO))
            for one in answers
        ]
        assert bare[0] == bare[1]


async def test_each_field_of_the_form_narrows_the_list_and_its_copy(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        every = (await keeper.get("/desk/sites.json?status=active")).json()["rows"]
        one = every[0]
        for field, key in (("industry", "industry"), ("pollution", "pollution"), ("division", "division")):
            value = one[key].split("、")[0]
            query = {field: value, "status": "active"}
            found = (await keeper.get("/desk/sites.json", params=query)).json()["rows"]
            fitting = {row["code"] for row in every if value in row[key]}  # each copy has an order of its own
            assert fitting == {row["code"] for row in found}, field
            page = (await keeper.get("/desk/sites", params=query)).text
            assert f'value="{value}"' in page or f"selected>{value}" in page, field
        by_credit = {"q": one["credit_code"][:17]}
        assert one["name"] in (await keeper.get("/desk/sites", params=by_credit)).text
        assert "没有符合条件的污染源" in (await keeper.get("/desk/sites?industry=%25")).text
