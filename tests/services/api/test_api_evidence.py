"""Evidence, merges and the key list through the API: as the pages have them, with versions and marks."""

import pytest

from services.api.merges import _seen
from services.demo.site_rows import site_rows

from . import story as s
from .conftest import Api

DESK = f"/bureaus/{s.COUNTY}"
ABSENT = "00000000-0000-8000-8000-00000000dead"
KEEPER, STRANGER = f"{s.COUNTY}-keeper", "150203-keeper"
DOCUMENT = {"criterion": "violation", "document": "西环罚〔2025〕9 号", "dated": "2025-11-20"}


@pytest.fixture(scope="module", autouse=True)
async def rosters(api: Api) -> None:
    await s.rosters(api)


async def test_evidence_is_entered_listed_and_withdrawn(api: Api) -> None:
    kinds = [row for row in site_rows(s.SITES, s.SEED) if row["status"] == "在产"]
    special = next(row["code"] for row in kinds if "特殊" in row["site_class"])
    plain = next(row["code"] for row in kinds if row["site_class"] == "一般")
    named = await api.get(KEEPER, f"{DESK}/special-criteria")
    assert [one["key"] for one in named] == ["violation", "management"] and named[0]["mark"] == "quoted"
    first = await api.as_(KEEPER).get(f"{DESK}/special-sites?lacking=true&limit=1")
    assert len(first.json()["items"]) == 1 and first.json()["next"] and 'rel="next"' in first.headers["link"]
    made = await api.post(KEEPER, f"{DESK}/evidence", DOCUMENT | {"codes": [special, plain]})
    assert made["made"] == [plain] and len(made["records"]) == 2
    rows = await api.get(KEEPER, f"{DESK}/sites/{plain}/evidence")
    assert rows[0]["stands"] and rows[0]["quote"] and rows[0]["document"] == DOCUMENT["document"]
    gone = await api.post(KEEPER, f"{DESK}/evidence/{rows[0]['id']}/withdraw", {"why": "文号有误"})
    assert not gone["stands"] and gone["withdrawn_why"] == "文号有误"
    late = await api.as_(KEEPER).post(f"{DESK}/evidence/{rows[0]['id']}/withdraw", json={"why": "再撤"})
    assert (late.status_code, late.json()["code"]) == (409, "EvidenceWithdrawn")
    bad = await api.as_(KEEPER).post(f"{DESK}/evidence", json=DOCUMENT | {"codes": [plain], "criterion": "x"})
    assert (bad.status_code, bad.json()["code"]) == (422, "CriterionUnknown")
    ended = await api.post(KEEPER, f"{DESK}/sites/{special}/special/end", {"why": "整改完成"})
    assert not (await api.get(KEEPER, f"{DESK}/sites/{special}"))["special"]
    await api.post(KEEPER, f"{DESK}/imports/{ended['batch']}/undo", {"why": "没有完成"})
    for path in ("special-sites", f"sites/{plain}/evidence", "special-criteria"):
        assert (await api.as_(STRANGER).get(f"{DESK}/{path}")).status_code == 404


async def test_merges_and_takings_name_what_was_seen(api: Api) -> None:
    none = await api.as_(KEEPER).post(f"{DESK}/roster-merges", json={"submissions": [ABSENT]})
    assert none.status_code == 404
    assert await api.get(KEEPER, f"{DESK}/roster-merges") == []
    for step in ("compare", "drop"):
        answer = await api.as_(KEEPER).post(f"{DESK}/roster-merges/{ABSENT}/{step}?version=1", json={})
        assert answer.status_code == 404
        answer = await api.as_(KEEPER).post(
            f"{DESK}/roster-merges/{ABSENT}/{step}", json={}, headers={"if-match": '"1"'}
        )
        assert answer.status_code == 404
    assert [_seen(3, tag) for tag in (None, "*", '"2"', 'W/"5"', '"x"')] == [3, 3, 2, 5, -1]
    seen = await api.get(KEEPER, f"{DESK}/key-list-takings/preview", year=2031)
    assert (seen["version"], seen["became"], seen["takings"]) == (0, {}, [])
    order = {"year": 2031, "mark": "0" * 64, "rows": {}}
    answer = await api.as_(KEEPER).post(f"{DESK}/key-list-takings", json=order)
    assert (answer.status_code, answer.json()["code"]) == (409, "NoPublishedList")
    assert (await api.as_(STRANGER).get(f"{DESK}/key-list-takings/preview?year=2026")).status_code == 404
