"""A bureau opened, its text entered as one document, a choice revoked, the calendar kept: by the API."""

import hashlib
from typing import Any

import pytest
import rfc8785

from . import story as s
from .conftest import Api

CITY, COUNTY = f"/bureaus/{s.CITY}", f"/bureaus/{s.COUNTY}"
ADMIN, HEAD = f"{s.COUNTY}-admin", f"{s.COUNTY}-head"
CITY_ADMIN = f"{s.CITY}-admin"
NEW = {
    "code": "411798", "name": "示例县分局（虚构）",
    "admin": {"subject": f"demo-{s.CITY}-publisher", "name": "甲"},
    "head": {"subject": f"demo-{s.CITY}-head", "name": "乙"},
}  # fmt: skip
# Made up, like everything a test says of a bureau.
TEXT: dict[str, Any] = {
    "text": "示环〔2025〕7号（虚构）",
    "effective": "2026-01-01",
    "published": "2025-12-01",
    "rows": [
        {
            "key": "rate.key", "value": {"base": "share", "value": "1/3", "per": "quarter"}, "clause": "三",
            "quote": "重点单位每季度抽查三分之一。",
        },
        {"key": "plan.deadline", "value": "12-20", "clause": "四", "quote": "每年12月20日前编制计划。"},
    ],
}  # fmt: skip


async def refused(api: Api, who: str, path: str, body: Any, status: int = 422) -> dict[str, Any]:
    answer = await api.as_(who).post(path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    return found


async def test_a_bureau_is_opened_once_and_its_checklist_read(api: Api) -> None:
    bad = await refused(api, CITY_ADMIN, f"{CITY}/below", NEW | {"code": "150298"})
    assert bad["code"] == "BadBureau" and bad["got"] == "150298"
    await refused(api, f"{CITY_ADMIN}@1", f"{CITY}/below", NEW, status=401)
    await refused(api, f"{s.CITY}-drawer", f"{CITY}/below", NEW, status=403)
    await refused(api, ADMIN, f"{CITY}/below", NEW, status=404)
    headers = {"idempotency-key": "open-once"}
    made = await api.post(CITY_ADMIN, f"{CITY}/below", NEW, **headers)
    assert made["path"][-2:] == [s.CITY, NEW["code"]] and "labels" in made["proposed"]
    assert await api.post(CITY_ADMIN, f"{CITY}/below", NEW, **headers) == made
    assert (await refused(api, CITY_ADMIN, f"{CITY}/below", NEW, status=409))["code"] == "BureauTaken"
    below = f"below/{NEW['code']}/onboarding"
    found = await api.get(CITY_ADMIN, f"{CITY}/{below}", year=2026)
    points = {point["id"]: point for point in found["points"]}
    assert not found["ready"] and not points["text"]["done"] and points["calendar"]["done"]
    for path in (f"{CITY}/{below}", f"/bureaus/150200/{below}", f"/bureaus/{NEW['code']}/onboarding"):
        assert (await api.as_("150200-admin").get(path)).status_code == 404
    own = await api.get(ADMIN, f"{COUNTY}/onboarding")
    assert own["bureau"] == s.COUNTY and {point["id"] for point in own["points"]} >= points.keys()


async def test_a_text_is_one_set_from_preview_to_the_log(api: Api) -> None:
    trial = {"year": 2026, "staff": 10, "key": 30, "general": 90, "special": 0}
    tried = await api.post(ADMIN, f"{COUNTY}/rules/texts/previews", TEXT | {"trial": trial})
    assert {one["key"] for one in tried["changes"]} == {"rate.key", "plan.deadline"}
    (effect,) = tried["effects"]
    assert effect["source"] == "assumed" and effect["after"]["quotas"]["key"]["Q1"] == 10
    assert {one["key"] for one in await api.get(ADMIN, f"{COUNTY}/rules/proposals")} <= {"cap.visits"}
    wrong = TEXT | {"rows": [TEXT["rows"][0] | {"quote": ""}, TEXT["rows"][1] | {"value": "13-40"}]}
    told = await refused(api, ADMIN, f"{COUNTY}/rules/texts", wrong)
    assert {key: one["code"] for key, one in told["faults"].items()} == {
        "rate.key": "BadQuote", "plan.deadline": "BadValue",
    }  # fmt: skip
    assert {one["key"] for one in await api.get(ADMIN, f"{COUNTY}/rules/proposals")} <= {"cap.visits"}
    kept = await api.post(ADMIN, f"{COUNTY}/rules/texts", TEXT)
    assert all(one["basis"]["published"] == "2025-12-01" for one in kept["choices"])
    where = f"{COUNTY}/rules/texts/{kept['document']}"
    assert len(await api.get(HEAD, where)) == 2
    done = await api.post(HEAD, f"{where}/approval")
    assert len({one["log"] for one in done}) == 1 and len({one["h"] for one in done}) == 1
    composed = await api.get("", f"{COUNTY}/rules/choices/{done[0]['choice']['id']}/composed")
    assert hashlib.sha256(rfc8785.dumps(composed)).hexdigest() == done[0]["h"]
    again = await refused(api, HEAD, f"{where}/approval", {}, status=409)
    assert again["code"] == "WrongState"
    await revoked(api, next(one["choice"]["id"] for one in done if one["choice"]["key"] == "rate.key"))


async def revoked(api: Api, choice: str) -> None:
    """A future choice is taken back by two people; its place is free again."""
    where = f"{COUNTY}/rules/proposals/{choice}/revocation"
    asked = await api.post(ADMIN, where, {"why": "文号登记有误"})
    assert asked["state"] == "proposed"
    await refused(api, ADMIN, where, {"why": "再来一次"}, status=409)
    assert await api.get("", f"{COUNTY}/rules/revoked") == []
    mine = f"{COUNTY}/rules/revocations/{asked['id']}/approval"
    await refused(api, ADMIN, mine, {}, status=403)
    gone = await api.post(HEAD, mine)
    entry = (await api.get("", "/log/entries", start=gone["log"], end=gone["log"] + 1))["items"][0]
    assert entry["entry"]["h"] == gone["h"]
    composed = await api.get("", f"{COUNTY}/rules/revoked/{asked['id']}/composed")
    assert hashlib.sha256(rfc8785.dumps(composed)).hexdigest() == gone["h"]
    (public,) = await api.get("", f"{COUNTY}/rules/revoked")
    assert public["why"] == "文号登记有误" and "proposed_by" not in public
    rules = await api.get(ADMIN, f"{COUNTY}/rules/effective", on="2026-01-02")
    by_key = {one["key"]: one for one in rules["values"]}
    assert by_key["rate.key"]["origin"] == "law" and by_key["plan.deadline"]["origin"] == "stated"
    listed = {one["id"]: one for one in await api.get(HEAD, f"{COUNTY}/rules/proposals")}
    assert listed[choice]["state"] == "revoked"
    assert (await refused(api, ADMIN, where, {"why": "又一次"}, status=409))["code"] == "NotRevocable"


async def test_a_text_turned_down_stays_with_its_reason(api: Api) -> None:
    order = TEXT | {"effective": "2026-03-01", "text": "示环〔2026〕1号（虚构）"}
    kept = await api.post(ADMIN, f"{COUNTY}/rules/texts", order)
    where = f"{COUNTY}/rules/texts/{kept['document']}"
    assert (await api.as_("150203-head").get(where)).status_code == 404
    gone = await api.post(HEAD, f"{where}/withdrawal", {"why": "文件未正式印发"})
    assert {one["state"] for one in gone} == {"withdrawn"}


async def test_a_simulation_takes_other_staff_and_other_ratios(api: Api) -> None:
    given = {"year": 2026, "staff": 10, "key": 30, "general": 200}
    plain = await api.get("", f"{COUNTY}/plan-simulation", **given)
    assert "compared" not in plain
    tried = await api.get(
        "", f"{COUNTY}/plan-simulation", new_staff=15,
        rate_key="{base: share, value: 1/2, per: quarter}", **given,
    )  # fmt: skip
    assert tried["staff"] == 15 and tried["quotas"]["key"]["Q1"] == 15
    assert tried["quotas"]["general"]["year"] == 150 > plain["quotas"]["general"]["year"]
    assert tried["compared"]["staff"] == {"before": 10, "after": 15}
    bad = await api.as_("").get(f"{COUNTY}/plan-simulation", params=given | {"rate_key": "{base: share}"})
    assert bad.status_code == 422 and bad.json()["code"] == "BadValue"


async def test_the_calendar_is_read_entered_and_closed(api: Api) -> None:
    before = await api.get("", f"{COUNTY}/calendar", year=2026)
    assert [one["known"] for one in before["years"]] == [True, False, False]
    notice: dict[str, Any] = {"text": "演示通知", "holidays": ["2027-01-01", "2027-10-01"], "workdays": []}
    short = await refused(api, CITY_ADMIN, f"{CITY}/calendar/2027", notice | {"holidays": ["2027-01-01"]})
    assert short["code"] == "BadNotice"
    await refused(api, ADMIN, f"{COUNTY}/calendar/2027", notice, status=403)
    notice["holidays"] = ["2027-01-01", "2027-05-01", *(f"2027-10-0{n}" for n in range(1, 8))]
    headers = {"idempotency-key": "notice-2027"}
    kept = await api.post(CITY_ADMIN, f"{CITY}/calendar/2027", notice, **headers)
    assert kept["version"] == 1
    assert await api.post(CITY_ADMIN, f"{CITY}/calendar/2027", notice, **headers) == kept
    assert (await api.post(CITY_ADMIN, f"{CITY}/calendar/2027", notice))["version"] == 0
    year = (await api.get("", f"{COUNTY}/calendar", year=2027))["years"][0]
    assert year["known"] and year["notice"]["text"] == "演示通知"
    await closed(api)


async def closed(api: Api) -> None:
    day = {"first": "2026-03-31", "last": "2026-03-31", "why": "搬迁"}
    assert (await refused(api, ADMIN, f"{COUNTY}/closures", day | {"last": "2026-03-01"}))["code"]
    made = await api.post(ADMIN, f"{COUNTY}/closures", day)
    last = (await api.get("", f"{COUNTY}/calendar", year=2026))["years"][0]["last_days"][0]
    assert last[-1] == "2026-03-30"
    await api.post(ADMIN, f"{COUNTY}/closures/{made['closure']['id']}/withdrawal")
    assert [one["withdrawn"] for one in await api.get(ADMIN, f"{COUNTY}/closures")] == [True]
    last = (await api.get("", f"{COUNTY}/calendar", year=2026))["years"][0]["last_days"][0]
    assert last[-1] == "2026-03-31"
    assert (await api.as_("150203-admin").get(f"{COUNTY}/closures")).status_code == 404


@pytest.mark.parametrize("path", ["rules/texts", "closures", "below"])
async def test_a_body_of_another_form_is_refused(api: Api, path: str) -> None:
    answer = await api.as_(ADMIN).post(f"{COUNTY}/{path}", json={"nothing": 1})
    assert answer.status_code == 400 and answer.json()["code"] == "BadRequest"
