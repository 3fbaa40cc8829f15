"""Rules chosen, organisation entered, key list kept, all of it published: HTTP on the real database."""

import hashlib
import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import rfc8785

from policies.roster.key_list_rows import LAYOUT
from policies.rulebook.law_schema import schema
from services.sheets import fill_template

from . import story as s
from .conftest import Api

DESK = f"/bureaus/{s.COUNTY}"
CITY = f"/bureaus/{s.CITY}"
ADMIN, HEAD, PUBLISHER = f"{s.COUNTY}-admin", f"{s.COUNTY}-head", f"{s.COUNTY}-publisher"
FACTORS = dict.fromkeys(("staff", "area", "sources", "compliance", "quality", "complaints"), "模拟")
ORDER: dict[str, Any] = {
    "key": "rate.key",
    "value": "{base: share, value: 1/2, per: quarter}",
    "effective": "2026-01-01",
    "text": "模拟：本局2026年度抽查比例确定单",
    "clause": "一",
    "factors": FACTORS,
}


@pytest.fixture(scope="module", autouse=True)
async def furnished(api: Api) -> None:
    await s.rosters(api)
    await s.planned(api)


async def proposed(api: Api, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = await api.post(ADMIN, f"{DESK}/rules/proposals", ORDER | changes)
    return found


def others(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the choice that the demonstration itself makes."""
    return [row for row in rows if row["key"] != "cap.visits"]


async def test_from_preview_to_the_public_log(api: Api) -> None:
    tried = await api.post(ADMIN, f"{DESK}/rules/previews", ORDER)
    assert [c["key"] for c in tried["changes"]] == ["rate.key"] and not tried["backdated"]
    assert {line["stratum"] for line in tried["effects"][0]["lines"]} >= {"key"}
    assert others(await api.get(ADMIN, f"{DESK}/rules/proposals")) == []
    made = await proposed(api)
    id = made["choice"]["id"]
    again = await api.get(HEAD, f"{DESK}/rules/proposals/{id}/preview", year=2026)
    assert again["effects"] == tried["effects"]
    assert others(await api.get("", f"{DESK}/rules/choices")) == []
    done = await api.post(HEAD, f"{DESK}/rules/proposals/{id}/approval")
    entry = (await api.get("", "/log/entries", start=done["log"], end=done["log"] + 1))["items"][0]
    assert entry["entry"]["t"] == "rules" and entry["entry"]["h"] == done["h"]
    (shown,) = others(await api.get("", f"{DESK}/rules/choices"))
    assert shown["id"] == id and "proposed_by" not in shown
    composed = await api.get("", f"{DESK}/rules/choices/{id}/composed")
    assert hashlib.sha256(rfc8785.dumps(composed)).hexdigest() == done["h"]
    changed = await api.get(ADMIN, f"{DESK}/rules/difference", before="2025-12-31", after="2026-01-01")
    assert [(c["key"], c["kind"], c["after"]["origin"]) for c in changed] == [
        ("rate.key", "changed", "choice")
    ]


async def test_the_same_key_answers_once(api: Api) -> None:
    order = ORDER | {"key": "team.size", "value": 3, "factors": {}, "effective": "2026-02-01"}
    headers = {"idempotency-key": "choose-once"}
    first = await api.post(ADMIN, f"{DESK}/rules/proposals", order, **headers)
    second = await api.post(ADMIN, f"{DESK}/rules/proposals", order, **headers)
    assert first == second
    answer = await api.as_(ADMIN).post(f"{DESK}/rules/proposals", json=order)
    assert answer.status_code == 409 and answer.json()["code"] == "SecondChoice"
    gone = await api.post(
        ADMIN, f"{DESK}/rules/proposals/{first['choice']['id']}/withdrawal", {"why": "重填"}
    )
    assert gone["state"] == "withdrawn" and gone["withdrawn_why"] == "重填"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"value": "{base: share, value: 1/10, per: quarter}"}, 422, "BelowOwnText"),
        ({"value": {"base": "share", "value": 0.5, "per": "quarter"}}, 422, "FloatRefused"),
        ({"factors": {}}, 422, "MissingBasis"),
        ({"key": "law.duty.cap"}, 422, "NotChoosable"),
        ({"mark": "quoted", "quote": "原句"}, 400, None),
        ({"colour": "red"}, 400, None),
        ({"subject": s.ALIEN}, 404, "Missing"),
    ],
)
async def test_refusals_say_what_to_do(api: Api, changes: dict[str, Any], status: int, code: str) -> None:
    answer = await api.as_(ADMIN).post(
        f"{DESK}/rules/proposals", json=ORDER | {"effective": "2026-06-01"} | changes
    )
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["expected"] and body["remedy"] and code in (None, body["code"])
    if code == "BelowOwnText":
        assert "西环" in body["basis"]


@pytest.mark.parametrize(
    "path",
    ["rules/proposals", "organisation/duties", "entrustments", "key-lists", f"key-lists/{uuid4()}/entries"],
)
async def test_a_stranger_is_told_what_absence_is_told(api: Api, path: str) -> None:
    stranger = api.as_(f"{s.ALIEN}-admin")
    foreign, absent = await stranger.get(f"{DESK}/{path}"), await stranger.get(f"/bureaus/999999/{path}")
    assert foreign.status_code == absent.status_code == 404
    acted = await stranger.post(f"{DESK}/{path}", json={})
    assert acted.status_code in (404, 405) and s.COUNTY not in foreign.text


async def test_who_may(api: Api) -> None:
    made = await proposed(api, effective="2026-03-01")
    path = f"{DESK}/rules/proposals/{made['choice']['id']}/approval"
    assert (await api.as_(ADMIN).post(path)).status_code == 403
    assert (await api.as_(f"{HEAD}@1").post(path)).status_code == 401
    assert (await api.as_(f"{s.ALIEN}-head").post(path)).status_code == 404
    assert (
        await api.as_(f"{s.COUNTY}-drawer").post(f"{DESK}/rules/proposals", json=ORDER)
    ).status_code == 403
    assert (await api.as_().post(f"{DESK}/rules/proposals", json=ORDER)).status_code == 401


async def test_organisation_and_entrustment_are_entered_ended_and_published(api: Api) -> None:
    duty = {"unit": "leading_group", "duty": "组长", "name": "模拟甲 13812345678", "since": "2025-01-01"}
    made = await api.post(ADMIN, f"{DESK}/organisation/duties", duty)
    other = await api.post(ADMIN, f"{DESK}/organisation/duties", duty | {"duty": "副组长", "name": "模拟乙"})
    ended = await api.post(ADMIN, f"{DESK}/organisation/duties/{other['id']}/end", {"until": "2025-06-30"})
    assert ended["until"] == "2025-06-30"
    twice = await api.as_(ADMIN).post(
        f"{DESK}/organisation/duties/{other['id']}/end", json={"until": "2025-07-01"}
    )
    early = await api.as_(ADMIN).post(
        f"{DESK}/organisation/duties/{made['id']}/end", json={"until": "2024-01-01"}
    )
    assert (twice.status_code, early.status_code) == (409, 422)
    letter = {"unit": "模拟执法大队", "scope": "现场检查", "basis": "模拟委托书1号", "since": "2025-01-01"}
    await api.post(ADMIN, f"{DESK}/entrustments", letter)
    notice = await api.post(PUBLISHER, f"{DESK}/organisation/notice")
    assert [d["name"] for d in notice["body"]["duties"]] == ["模拟甲 ＊＊＊"]
    assert (await api.post(PUBLISHER, f"{DESK}/organisation/notice"))["id"] == notice["id"]
    public = await api.get("", f"/notices/{notice['id']}")
    assert public["kind"] == "organisation" and public["body"]["duties"][0]["duty"] == "组长"
    told = await api.post(PUBLISHER, f"{DESK}/entrustments/notice")
    assert told["body"]["entrustments"][0]["scope"] == "现场检查" and told["body"]["basis"]
    on = await api.get(ADMIN, f"{DESK}/organisation/duties", on="2025-03-01")
    assert {d["duty"] for d in on} == {"组长", "副组长"}


async def test_a_citys_key_list_reaches_its_county_by_publication(api: Api) -> None:
    sites = (await api.get(ADMIN, f"{DESK}/sites", limit=200))["items"]
    general = next(one for one in sites if not one["key"] and one["status"] == "active")
    unknown = "91" + s.COUNTY + "MA00000000"
    rows = [
        {"code": general["code"], "name": general["name"], "division": s.COUNTY, "categories": "大气、水"},
        {"code": unknown, "name": "模拟未登记企业", "division": s.COUNTY},
    ]
    files = {"file": ("重点名录.xlsx", fill_template(LAYOUT, rows))}
    form = {"year": "2026", "text": "模拟环〔2026〕1号", "issued_on": "2025-11-30"}
    answer = await api.as_(f"{s.CITY}-keeper").post(f"{CITY}/key-lists/files", data=form, files=files)
    assert answer.status_code == 201, answer.text
    kept = answer.json()
    assert (kept["count"], kept["kind"]) == (2, "whole")
    again = await api.as_(f"{s.CITY}-keeper").post(f"{CITY}/key-lists/files", data=form, files=files)
    assert again.status_code == 409
    path = f"{DESK}/key-lists/comparison"
    assert (await api.get(f"{s.COUNTY}-keeper", path, year=2026))["listed"] == 0
    notice = await api.post(f"{s.CITY}-publisher", f"{CITY}/key-lists/{kept['id']}/notice")
    assert notice["body"]["count"] == 2
    assert {json.dumps(e["categories"]) for e in notice["body"]["entries"]} == {
        json.dumps([]), json.dumps(["大气", "水"])
    }  # fmt: skip
    found = await api.get(f"{s.COUNTY}-keeper", path, year=2026)
    assert found["not_key"] == [general["code"]] and [m["code"] for m in found["missing"]] == [unknown]
    assert found["unlisted"] and (await api.get(f"{s.COUNTY}-keeper", path, year=2027))["listed"] == 0


async def test_a_faulty_list_is_not_kept(api: Api) -> None:
    order = {"year": 2026, "text": "模拟", "issued_on": str(date(2025, 11, 30))}
    lines = "91411721MA00000001 甲\n9.14E+17 乙\n\n12345 丙\n91411721MA00000001 丁"
    answer = await api.as_(f"{s.CITY}-keeper").post(f"{CITY}/key-lists", json=order | {"lines": lines})
    assert answer.status_code == 422 and answer.json()["code"] == "KeyListRefused"
    for row in ("第 2 行", "第 4 行", "第 5 行"):
        assert row in answer.json()["got"]
    assert (
        await api.as_(f"{s.CITY}-keeper").post(f"{CITY}/key-lists", json=order | {"lines": ""})
    ).status_code == 422


async def test_the_schema_is_public(api: Api) -> None:
    assert await api.get("", "/rules/schema") == schema()
    template = await api.as_().get("/key-list-template")
    assert template.status_code == 200 and template.content[:2] == b"PK"
