"""The main job from import to verified bundle, over HTTP alone."""

from datetime import date
from typing import Any

import pytest

from services.identity.people import inspector

from . import story as s
from .conftest import Api

DESK = f"/bureaus/{s.COUNTY}"


@pytest.fixture(scope="module")
async def told(api: Api) -> dict[str, Any]:
    """The whole story once; tests look at what it left."""
    found: dict[str, Any] = {}
    await s.rosters(api)
    await s.planned(api)
    draw = found["prepared"] = await s.prepared(api)
    no = found["no"] = draw["draw_no"]
    await s.committed(api, draw)
    found["frozen"] = await s.frozen(api, no)
    await s.attested(api, no)
    found["witnesses"] = await s.cosigned(api)
    api.at(2025, 12, 25, 15, 2)
    found["ran"] = await s.ran(api, no)
    await s.cosigned(api)
    found["sealed_tasks"] = await tasks_of(api)
    api.at(2026, 1, 5, 8)
    found["dispatched"] = await api.post(f"{s.COUNTY}-dispatcher", f"{DESK}/draws/{no}/dispatch", {})
    await api.post(f"{s.COUNTY}-publisher", f"{DESK}/notices/plans", {"year": 2026})
    await api.post(f"{s.COUNTY}-publisher", f"{DESK}/notices/draws", {"draw_no": no})
    found["records"] = await visited(api, no, found["dispatched"])
    found["results"] = await published(api)
    api.at(2026, 4, 1, 9)
    await api.post(f"{s.COUNTY}-drawer", f"{DESK}/draws/{no}/opening")
    await s.cosigned(api)
    found["files"] = await api.post(f"{s.COUNTY}-drawer", f"{DESK}/draws/{no}/files")
    return found


async def tasks_of(api: Api) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for n in range(1, s.OFFICERS.total + 1):
        found += await api.get(inspector(s.COUNTY, n).username, "/me/tasks")
    return found


async def visited(api: Api, no: int, dispatched: dict[str, Any]) -> list[dict[str, Any]]:
    made = []
    for day in sorted({date.fromisoformat(one["visit_on"]) for one in dispatched["placed"]}):
        api.at(day.year, day.month, day.day, 20)
        for n in range(1, s.OFFICERS.total + 1):
            who = inspector(s.COUNTY, n).username
            for task in await api.get(who, "/me/tasks"):
                if not task["lead"]:
                    continue
                body = s.record_of(task, day, fault=not made)
                path = f"{DESK}/draws/{no}/tasks/{task['slot']}/record"
                made.append(await api.post(who, path, body) | {"by": who, "path": path, "body": body})
    return made


async def published(api: Api) -> list[dict[str, Any]]:
    reviewer, publisher = f"{s.COUNTY}-reviewer", f"{s.COUNTY}-publisher"
    waiting = await api.get(reviewer, f"{DESK}/visits", period="2026Q1", limit=200)
    for one in waiting["items"]:
        path, client = f"{DESK}/visits/{one['id']}", api.as_(reviewer)
        stale = await client.post(f"{path}/review", json={"accept": True}, headers={"if-match": '"another"'})
        assert (stale.status_code, stale.json()["code"]) == (409, "ReadAnew")
        tag = (await client.get(path)).headers["etag"]
        await api.post(reviewer, f"{path}/review", {"accept": True}, **{"if-match": tag})
    made: list[dict[str, Any]] = await api.post(publisher, f"{DESK}/notices/results", {"period": "2026Q1"})
    return made


async def test_the_prepared_draw_names_the_superior(told: dict[str, Any]) -> None:
    assert told["prepared"]["superior"] == "zhumadian.example/witness"
    assert len(bytes.fromhex(told["prepared"]["escrow_public"])) == 32
    assert told["witnesses"] == ["zhumadian.example/witness"]


async def test_the_result_is_numbers_only(told: dict[str, Any]) -> None:
    ran = told["ran"]
    assert ran["m"] == told["frozen"]["m"] and not ran["late"]
    assert ran["drawn"] == sum(row["take"] for row in ran["strata"]) == len(told["dispatched"]["placed"])
    assert not told["sealed_tasks"]  # nobody sees a visit before it is dispatched


async def test_running_again_gives_the_same_result(api: Api, told: dict[str, Any]) -> None:
    path = f"{DESK}/draws/{told['no']}"
    assert await api.post(f"{s.COUNTY}-drawer", f"{path}/completion") == told["ran"]


async def test_the_desk_and_the_public_see_the_draw(api: Api, told: dict[str, Any]) -> None:
    no = told["no"]
    desk = await api.get(f"{s.COUNTY}-reviewer", f"{DESK}/draws/{no}")
    public = await api.get("", f"/draws/{s.COUNTY}/{no}")
    assert (
        desk | {"outstanding": public["outstanding"]} == public
        and public["state"] == "opened"
        and public["z"] == told["ran"]["z"]
    )
    listed = (await api.get("", "/draws", bureau=s.COUNTY, period="2026Q1"))["items"]
    assert [one["draw_no"] for one in listed] == [no]
    above = await api.get(f"{s.CITY}-auditor", f"{DESK}/draws")
    assert [one["draw_no"] for one in above["items"]] == [no]


async def test_every_visit_was_recorded_by_its_team(told: dict[str, Any]) -> None:
    assert len(told["records"]) == told["ran"]["drawn"]
    assert told["records"][0]["findings"] == 1 and told["records"][0]["orders"]


async def test_a_record_sent_again_answers_as_before(api: Api, told: dict[str, Any]) -> None:
    path = f"{DESK}/visits/{told['records'][0]['visit_id']}"
    answer = await api.as_(f"{s.COUNTY}-reviewer").get(path)
    assert answer.json()["sha256"] == told["records"][0]["sha256"]
    again = await api.as_(f"{s.COUNTY}-reviewer").get(path, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304 and not again.content
    above = await api.get(f"{s.CITY}-auditor", path)
    assert above["sha256"] == answer.json()["sha256"]


async def test_the_upload_file_comes_back_byte_for_byte(api: Api, told: dict[str, Any]) -> None:
    who = f"{s.COUNTY}-reviewer"
    due = await api.get(who, f"{DESK}/uploads/due")
    assert len(due) == told["ran"]["drawn"]
    made = await api.post(who, f"{DESK}/uploads", {"period": "2026Q1"})
    assert made["count"] == len(due)
    file = await api.as_(who).get(f"{DESK}/uploads/{made['upload_id']}/file")
    assert file.status_code == 200 and file.content.startswith(b"PK")
    assert [one["id"] for one in await api.get(who, f"{DESK}/uploads")] == [made["upload_id"]]
    nothing = await api.as_(who).post(f"{DESK}/uploads", json={"period": "2026Q1"})
    assert nothing.status_code == 409 and nothing.json()["code"] == "NothingDue"


async def test_notices_are_public_and_paged(api: Api, told: dict[str, Any]) -> None:
    first = await api.as_().get("/notices", params={"bureau": s.COUNTY, "kind": "result", "limit": 5})
    assert len(first.json()["items"]) == 5 and 'rel="next"' in first.headers["link"]
    seen = {one["id"] for one in first.json()["items"]}
    link = first.headers["link"].split(">")[0].removeprefix("<")
    while link:
        page = await api.as_().get(f"{api.base}{link}")
        fresh = {one["id"] for one in page.json()["items"]}
        assert fresh and not fresh & seen
        seen |= fresh
        link = page.headers.get("link", "").split(">")[0].removeprefix("<")
    assert seen == {one["id"] for one in told["results"]}
    one = await api.as_().get(f"/notices/{min(seen)}")
    assert one.json()["body"]["simulated"] is True and "officers" not in one.text


async def test_a_withdrawn_notice_keeps_its_place_but_not_its_body(api: Api, told: dict[str, Any]) -> None:
    id = told["results"][-1]["id"]
    why = {"why": "演示：内容有误"}
    await api.post(f"{s.COUNTY}-publisher", f"{DESK}/notices/{id}/withdrawal", why)
    shown = await api.get("", f"/notices/{id}")
    assert shown["withdrawn_why"] == why["why"] and shown["body"] == {}


async def test_the_opened_bundle_verifies(api: Api, told: dict[str, Any]) -> None:
    bundle, trust = [await api.as_().get(f"{api.base}{told['files'][name]}") for name in ("bundle", "trust")]
    assert bundle.status_code == trust.status_code == 200
    files = {"bundle": ("bundle.json", bundle.content), "trust": ("trust.txt", trust.content)}
    verdict = (await api.as_().post("/verify", files=files)).json()
    assert verdict["verdict"] == "VALID" and verdict["names"]["draw_no"] == told["no"]
    assert [one["id"] for one in verdict["steps"]][:2] == ["V1", "V2"]
    alone = (await api.as_().post("/verify", files={"bundle": files["bundle"]})).json()
    assert alone["verdict"] == "CONSISTENT" and not alone["trusted"]
    bent = bundle.content.replace(told["ran"]["z"].encode(), b"0" * 64)
    assert (await api.as_().post("/verify", files={"bundle": ("b", bent)})).json()["verdict"] == "INVALID"


async def test_the_log_proves_itself(api: Api, told: dict[str, Any]) -> None:
    page = await api.get("", "/log/entries", limit=3)
    assert page["next"] == "3" and [one["index"] for one in page["items"]] == [0, 1, 2]
    kinds = [one["entry"]["t"] for one in (await api.get("", "/log/entries", limit=200))["items"]]
    assert kinds[:5] == ["roster", "manifest", "escrow", "beacon", "result"] and kinds[-1] == "open"
    size = len(kinds)
    assert (await api.get("", "/log/inclusion", index=0, size=size))["proof"]
    for path in (f"inclusion?index={size}&size={size}", f"consistency?old=1&new={size + 1}"):
        answer = await api.as_().get(f"/log/{path}")
        assert answer.status_code == 404 and answer.json()["code"] == "OutsideLog"
