"""The roster's pages: an import taken back by its form, faults by sheet, the fields of the query form."""

import re

import httpx

from policies.roster.columns import SITE_LAYOUT
from services.identity.demo_login import csrf_of
from services.sheets import fill_template, read_table

from .conftest import COUNTY, Shown, Told

ZERO = "00000000-0000-4000-8000-000000000000"


async def upload(keeper: httpx.AsyncClient, rows: list[dict[str, str]], name: str) -> httpx.Response:
    form = {"csrf_token": csrf_of(await keeper.get("/desk/import")), "kind": "sites"}
    data = fill_template(SITE_LAYOUT, rows)
    return await keeper.post("/desk/import", data=form, files={"file": (name, data)})


async def undo(keeper: httpx.AsyncClient, batch: str, why: str) -> httpx.Response:
    form = {"csrf_token": csrf_of(await keeper.get("/desk/import")), "why": why}
    return await keeper.post(f"/desk/import/{batch}/undo", data=form)


async def test_a_wrong_import_is_taken_back_from_the_page(told: Told, shown: Shown) -> None:
    data = (told.app.home.rosters / f"{COUNTY}-sites.xlsx").read_bytes()
    row = dict(read_table(data, "a.xlsx", SITE_LAYOUT).rows[0].cells)
    bad = row | {"code": "nonsense", "name": "坏行"}
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        told_by = await upload(keeper, [row | {"products": "错填的产品"}, bad], "错的.xlsx")
        faults = told_by.text.split("错误，按文件顺序")[1]
        assert 'scope="col">工作表<' in faults and f"<td>{SITE_LAYOUT.sheet}</td>" in faults
        site = f"/desk/sites/{row['code']}"
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
        assert "/undo" not in (await admin.get("/desk/import")).text
        assert (await undo(admin, batch, "传错文件")).status_code == 403


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
