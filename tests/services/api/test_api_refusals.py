"""Strangers, wrong roles, bad input: what the API answers instead."""

import json
from typing import Any
from uuid import uuid4

import pytest

from . import story as s
from .conftest import Api

DESK = f"/bureaus/{s.COUNTY}"
SAME = {"request_id", "detail", "got"}
READS = [
    "sites", "sites/1", "site-counts", "officers", "officers/1", "imports", "plans/2026", "draws", "draws/1",
    "draws/1/escrow", "draws/1/dispatch", "visits?period=2026Q1", f"visits/{uuid4()}", "uploads", "notices",
    "rules/effective",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
async def rosters(api: Api) -> None:
    await s.rosters(api)


def bare(answer: Any) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name not in SAME}


@pytest.mark.parametrize("path", READS)
async def test_a_stranger_is_told_what_absence_is_told(api: Api, path: str) -> None:
    stranger = api.as_(f"{s.ALIEN}-keeper")
    foreign = await stranger.get(f"{DESK}/{path}")
    absent = await stranger.get(f"/bureaus/999999/{path}")
    assert foreign.status_code == absent.status_code == 404
    assert bare(foreign) == bare(absent) and s.COUNTY not in foreign.text


@pytest.mark.parametrize("path", ["plans/2026", "draws/1/completion", "draws/1/dispatch", "uploads"])
async def test_nobody_acts_in_a_foreign_bureau(api: Api, path: str) -> None:
    for post in ("keeper", "drawer", "dispatcher", "reviewer", "head"):
        answer = await api.as_(f"{s.ALIEN}-{post}").post(f"{DESK}/{path}", json={})
        assert answer.status_code == 404, (post, answer.text)


async def test_a_city_reads_its_county_but_does_not_act_there(api: Api) -> None:
    assert (await api.get(f"{s.CITY}-auditor", f"{DESK}/sites"))["items"]
    for post in ("drawer", "head", "keeper", "dispatcher"):
        answer = await api.as_(f"{s.CITY}-{post}").post(f"{DESK}/plans/2026")
        assert answer.status_code in (403, 404)


async def test_the_public_signs_in_first_and_colleagues_need_the_role(api: Api) -> None:
    anonymous = await api.as_().get(f"{DESK}/sites")
    assert anonymous.status_code == 401 and anonymous.headers["www-authenticate"].startswith("Bearer")
    colleague = await api.as_(f"{s.COUNTY}-inspector-01").get(f"{DESK}/sites")
    assert colleague.status_code == 403
    assert colleague.headers["content-type"].startswith("application/problem+json")


async def test_a_second_factor_is_asked_for(api: Api) -> None:
    answer = await api.as_(f"{s.COUNTY}-head@1").post(f"{DESK}/plans/2026/approval")
    assert answer.status_code == 401 and 'acr_values="2"' in answer.headers["www-authenticate"]


async def test_who_made_a_plan_does_not_approve_it(api: Api) -> None:
    await api.post(f"{s.COUNTY}-keeper", f"{DESK}/plans/2026")
    answer = await api.as_(f"{s.COUNTY}-keeper").post(f"{DESK}/plans/2026/approval")
    assert answer.status_code == 403
    done = await api.post(f"{s.COUNTY}-head", f"{DESK}/plans/2026/approval")
    assert done["state"] == "approved"


async def test_me_says_what_the_roles_allow(api: Api) -> None:
    me = await api.get(f"{s.COUNTY}-drawer", "/me")
    assert me["bureau"] == s.COUNTY and "draw.freeze" in me["actions"] and "site.import" not in me["actions"]


ORDER = {"subject": s.COUNTY, "period": "2026Q1", "beacon_at": "2025-12-25T15:00:00+08:00"}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"period": "2026Q5"}, 400),
        ({"period": "2026"}, 400),
        ({"subject": "西平"}, 400),
        ({"beacon_at": "2025-12-25T15:00:00"}, 400),
        ({"kind": "lottery"}, 400),
        ({"colour": "red"}, 400),
        ({"item": "a\x00b"}, 422),
        ({"beacon_at": "2025-11-03T15:00:00+08:00"}, 422),
        ({"reveal_by": "2026-01-01"}, 422),
    ],
)
async def test_a_bad_order_says_what_was_expected(api: Api, changes: dict[str, Any], status: int) -> None:
    answer = await api.as_(f"{s.COUNTY}-drawer").post(f"{DESK}/draws", json=ORDER | changes)
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["expected"] and body["remedy"] and body["status"] == status
    assert not (await api.get(f"{s.COUNTY}-drawer", f"{DESK}/draws"))["items"]


@pytest.mark.parametrize(
    "path",
    ["sites?limit=0", "sites?limit=201", "sites?stratum=x", "sites/%00", "draws/0",
     "draws/99999999999", "draws?period=now", "plans/99999", "plans/1"],
)  # fmt: skip
async def test_values_outside_their_range_are_refused(api: Api, path: str) -> None:
    answer = await api.as_(f"{s.COUNTY}-drawer").get(f"{DESK}/{path}")
    assert answer.status_code == 400, answer.text


async def test_a_hidden_character_is_refused_in_words(api: Api) -> None:
    answer = await api.as_(f"{s.COUNTY}-drawer").get(f"{DESK}/sites?text=%00")
    assert (answer.status_code, answer.json()["code"]) == (422, "HiddenCharacter")


@pytest.mark.parametrize("cursor", ["x", "e30", "W10", "!!!!", "bnVsbA", "eyJhIjoxfQ", "WyIyMDI2IiwieCJd"])
@pytest.mark.parametrize("path", ["{desk}/sites", "{desk}/officers", "/draws", "/notices"])
async def test_a_cursor_of_ones_own_making_is_refused(api: Api, path: str, cursor: str) -> None:
    who = f"{s.COUNTY}-keeper" if "desk" in path else ""
    answer = await api.as_(who).get(path.format(desk=DESK), params={"cursor": cursor})
    assert answer.status_code == 422 and answer.json()["code"] == "BadCursor", answer.text


class TestImports:
    """Files that are not rosters, and rosters with bad rows."""

    async def test_the_same_file_again_changes_nothing(self, api: Api) -> None:
        again = await s.upload(api, "sites", s.site_file())
        assert again.json()["repeated"] is True and again.json()["added"] == 0

    @pytest.mark.parametrize(
        ("data", "name"),
        [(b"", "a.xlsx"), (b"PK\x03\x04", "a.xlsx"), (b"\xff\xd8\xff", "a.jpg"),
         (s.site_file()[:4000], "a.xlsx"), (s.officer_file(), "a.xlsx"), ("编号\n1".encode(), "a.csv")],
    )  # fmt: skip
    async def test_a_file_that_is_none_says_so(self, api: Api, data: bytes, name: str) -> None:
        answer = await s.upload(api, "sites", data, name=name)
        assert answer.status_code == 422, answer.text
        assert answer.json()["title"] and answer.json()["expected"]

    async def test_a_strict_import_of_bad_rows_keeps_nothing_and_names_them(self, api: Api) -> None:
        lines = s.site_rows(s.SITES, "other")
        lines[0] = dict(lines[0]) | {"code": "123", "name": "演示·新"}
        data = s.fill_template(s.SITE_LAYOUT, lines[:3])
        before = await api.get(f"{s.COUNTY}-keeper", f"{DESK}/site-counts")
        answer = await s.upload(api, "sites", data, params={"strict": True})
        assert answer.status_code == 422 and answer.json()["code"] == "RosterRefused"
        assert answer.json()["report"]["report"]["errors"] == 1
        assert await api.get(f"{s.COUNTY}-keeper", f"{DESK}/site-counts") == before

    async def test_no_file_at_all(self, api: Api) -> None:
        keeper = api.as_(f"{s.COUNTY}-keeper")
        assert (await keeper.post(f"{DESK}/imports/sites")).status_code == 400
        assert (await keeper.post(f"{DESK}/imports/sites", json={"file": "x"})).status_code == 400

    async def test_templates_are_there_for_everyone(self, api: Api) -> None:
        for kind in ("sites", "officers"):
            answer = await api.as_().get(f"/import-templates/{kind}")
            assert answer.status_code == 200 and answer.content.startswith(b"PK")
        assert (await api.as_().get("/import-templates/visits")).status_code == 404


class TestDraws:
    """A draw out of turn."""

    @pytest.mark.parametrize("step", ["freeze", "dispatch", "opening", "files", "completion"])
    async def test_a_draw_that_is_not_there(self, api: Api, step: str) -> None:
        who = f"{s.COUNTY}-dispatcher" if step == "dispatch" else f"{s.COUNTY}-drawer"
        body = {"difference": "0" * 64} if step == "freeze" else {}
        answer = await api.as_(who).post(f"{DESK}/draws/7/{step}", json=body)
        assert answer.status_code == 404, answer.text

    async def test_draws_that_are_not_there_are_not_joined(self, api: Api) -> None:
        body = {"district": s.COUNTY, "district_draw": 1}
        path = f"/bureaus/{s.CITY}/draws/1/joint-visits"
        answer = await api.as_(f"{s.CITY}-dispatcher").post(path, json=body)
        assert answer.status_code in (404, 409), answer.text

    async def test_commitments_of_the_wrong_form(self, api: Api) -> None:
        good = {"role": "bureau", "c": "5f" * 32, "escrow_copy": "01" * 81}
        for bad in (
            {"role": "platform"},
            {"c": "5F" * 32},
            {"escrow_copy": "01"},
            {"escrow_copy": "0" * 161},
        ):
            answer = await api.as_(f"{s.COUNTY}-drawer").post(f"{DESK}/draws/7/commitments", json=good | bad)
            assert answer.status_code == 400, bad

    async def test_unopened_files_are_not_there(self, api: Api) -> None:
        for name in ("bundle", "trust"):
            assert (await api.as_().get(f"/draws/{s.COUNTY}/1/{name}")).status_code == 404


class TestVerify:
    """Everyone may send anything."""

    @pytest.mark.parametrize(
        "data", [b"", b"{", b"[]", b"\xff\xfe", b"1e999", b'{"a":1,"a":2}', b"[" * 5000, b"{}"]
    )
    async def test_what_is_no_bundle_is_unreadable(self, api: Api, data: bytes) -> None:
        answer = await api.as_().post("/verify", files={"bundle": ("b.json", data)})
        assert answer.status_code == 422, answer.text

    async def test_a_hollow_bundle_is_invalid_and_bad_trust_is_refused(self, api: Api) -> None:
        hollow = json.dumps({"manifest": {"v": "rd1", "suite": 1}}).encode()
        answer = await api.as_().post("/verify", files={"bundle": ("b.json", hollow)})
        assert answer.json()["verdict"] == "INVALID"
        files = {"bundle": ("b.json", hollow), "trust": ("t", b"\xff nothing")}
        assert (await api.as_().post("/verify", files=files)).status_code == 422


class TestRules:
    """The texts in force, for everyone."""

    async def test_every_value_is_cited(self, api: Api) -> None:
        rules = await api.get("", f"{DESK}/rules")
        assert rules["bureau"] == s.COUNTY and len(rules["values"]) > 20
        for one in rules["values"]:
            assert one["basis"]["text"] and one["basis"]["mark"]
            assert bool(one["basis"]["sentence"]) == (one["basis"]["mark"] == "quoted")

    async def test_a_year_from_counts_alone(self, api: Api) -> None:
        path = f"{DESK}/plan-simulation"
        plan = await api.get("", path, year=2026, staff=28, key=40, general=1200, special=13)
        assert plan["quotas"]["key"]["year"] > 0 and plan["lines"][0]["basis"]["text"]
        assert (await api.as_().get(path, params={"year": 2026, "staff": -1})).status_code == 400
        absent = await api.as_().get("/bureaus/999999/plan-simulation", params={"year": 2026, "staff": 1})
        assert absent.status_code == 404

    async def test_own_choices_are_told_within(self, api: Api) -> None:
        found = await api.get(f"{s.ALIEN}-keeper", f"/bureaus/{s.ALIEN}/rules/effective")
        assert any(one["origin"] == "choice" for one in found["values"])
        assert all(
            one["origin"] == "law" for one in (await api.get("", f"/bureaus/{s.ALIEN}/rules"))["values"]
        )


async def _walked(api: Api, url: str) -> list[dict[str, Any]]:
    """Every row, page after page as the Link header leads."""
    keeper, found = api.as_(f"{s.COUNTY}-keeper"), list[dict[str, Any]]()
    while url:
        answer = await keeper.get(url)
        found += answer.json()["items"]
        link = answer.headers.get("link", "")
        url = f"{api.base}{link[1 : link.index('>')]}" if link else ""
    return found


async def test_sites_are_listed_in_the_order_asked_for(api: Api) -> None:
    url = f"{DESK}/sites?limit=30"
    codes = {one["code"] for one in await _walked(api, url)}
    for sort in ("-code", "name", "-name"):
        rows = await _walked(api, f"{url}&sort={sort}")
        keys = [(one["name"], one["code"]) if "name" in sort else one["code"] for one in rows]
        assert keys == sorted(keys, reverse=sort.startswith("-")), sort
        assert len(rows) == len(codes) > 30 and {one["code"] for one in rows} == codes, sort
    assert (await api.as_(f"{s.COUNTY}-keeper").get(f"{url}&sort=phone")).status_code == 400


async def test_pages_of_sites_lead_through_the_whole_roster(api: Api) -> None:
    keeper = api.as_(f"{s.COUNTY}-keeper")
    seen = [one["code"] for one in await _walked(api, f"{DESK}/sites?limit=30&status=active")]
    counts = await api.get(f"{s.COUNTY}-keeper", f"{DESK}/site-counts")
    assert seen == sorted(set(seen)) and len(seen) == counts["active"]
    one = await keeper.get(f"{DESK}/sites/{seen[0]}")
    assert (
        await keeper.get(f"{DESK}/sites/{seen[0]}", headers={"if-none-match": one.headers["etag"]})
    ).status_code == 304
    assert (await api.get(f"{s.COUNTY}-keeper", f"{DESK}/sites/{seen[0]}/history"))[0]["before"] is None
