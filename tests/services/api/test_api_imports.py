"""A roster through the API, step by step: checked, its columns said, taken or dropped, taken back."""

import json
from typing import Any
from uuid import UUID

import pytest

from policies.roster.columns import SITE_LAYOUT
from services.demo.site_rows import site_rows
from services.sheets import read_table

from . import story as s
from .conftest import Api

DESK = f"/bureaus/{s.COUNTY}"
CHECKS = f"{DESK}/import-checks"
KEEPER, STRANGER = f"{s.COUNTY}-keeper", "150203-keeper"


@pytest.fixture(scope="module", autouse=True)
async def rosters(api: Api) -> None:
    await s.rosters(api)


def file_of(rows: list[dict[str, str]]) -> bytes:
    """A csv whose column of names is called otherwise."""
    lines = [",".join("排污企业" if c.key == "name" else c.heading for c in SITE_LAYOUT.columns)]
    lines += [",".join(r.get(c.key, "").replace(",", "") for c in SITE_LAYOUT.columns) for r in rows]
    return "\n".join(lines).encode()


async def check(api: Api, data: bytes, **more: str) -> Any:
    form = {"kind": "sites"} | more
    answer = await api.as_(KEEPER).post(CHECKS, data=form, files={"file": ("台账.csv", data)})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_the_steps_and_the_way_back(api: Api) -> None:
    rows = [dict(row) for row in site_rows(s.SITES, s.SEED)][:3]
    rows[0]["products"], rows[2]["code"] = "新产品", "x"
    found = await check(api, file_of(rows))
    assert found["state"] == "columns"
    assert {c["text"]: c["why"] for c in found["columns"]}["排污企业"] == "open"
    one = f"{CHECKS}/{found['id']}"
    found = await api.post(KEEPER, f"{one}/columns", {"columns": {"排污企业": "name"}})
    assert found["state"] == "checked" and found["summary"]["changed"] == 1
    back = await api.as_(KEEPER).get(f"{one}/refused")
    assert len(read_table(back.content, "退回.xlsx", SITE_LAYOUT).rows) == 1
    assert (await api.get(KEEPER, one))["state"] == "checked"
    taken = await api.post(KEEPER, f"{one}/take")
    assert taken["state"] == "taken" and (await api.post(KEEPER, f"{one}/take"))["batch"] == taken["batch"]
    refused = await api.as_(KEEPER).post(f"{one}/drop")
    assert refused.status_code == 409 and refused.json()["code"] == "CheckClosed"
    undone = await api.post(KEEPER, f"{DESK}/imports/{taken['batch']}/undo", {"why": "传错文件"})
    assert (undone["restored"], undone["closed"]) == (1, 0)


async def test_columns_given_with_the_file_are_remembered_and_forgotten(api: Api) -> None:
    rows = [dict(row) for row in site_rows(s.SITES, s.SEED)][3:5]
    found = await check(api, file_of(rows), columns=json.dumps({"排污企业": "name"}))
    assert found["state"] == "checked"
    headings = f"{DESK}/import-headings/sites"
    assert [h["field"] for h in await api.get(KEEPER, headings)] == ["name"]
    await api.post(KEEPER, headings, {"heading": "排污企业", "field": None})
    assert await api.get(KEEPER, headings) == []
    wrong = {"heading": "排污企业", "field": "name"}
    assert (await api.as_(KEEPER).post(headings, json=wrong)).status_code == 404
    again = await api.post(KEEPER, f"{CHECKS}/{found['id']}/again")
    assert again["state"] == "checked"
    dropped = await api.post(KEEPER, f"{CHECKS}/{found['id']}/drop")
    assert dropped["state"] == "dropped"
    assert found["id"] in [row["id"] for row in await api.get(KEEPER, CHECKS)]
    bad = {"kind": "sites", "columns": "[1]"}
    answer = await api.as_(KEEPER).post(CHECKS, data=bad, files={"file": ("a.csv", b"x")})
    assert answer.status_code == 422 and answer.json()["code"] == "BadRequest"


async def test_another_bureaus_check_is_as_one_that_is_not(api: Api) -> None:
    rows = [dict(row) for row in site_rows(s.SITES, s.SEED)][5:7]
    found = await check(api, file_of(rows), columns=json.dumps({"排污企业": "name"}))
    own = "/bureaus/150203/import-checks"
    for way, method in (("", "GET"), ("/refused", "GET"), ("/take", "POST"), ("/drop", "POST")):
        told = []
        for id in (found["id"], str(UUID(int=7))):
            answer = await api.as_(STRANGER).request(method, f"{own}/{id}{way}")
            assert answer.status_code == 404
            plain = {k: v for k, v in answer.json().items() if k not in ("request_id", "status") and v}
            told.append({k: v.replace(id, "…") for k, v in plain.items()})
        assert told[0] == told[1]
    assert (await api.get(KEEPER, f"{CHECKS}/{found['id']}"))["state"] == "checked"
