"""Audits over HTTP: opened by the auditor alone, told to nobody before the letter, closed to strangers."""

from . import story as s
from .conftest import Api

CITY = "411700"
AUDITS, TOLD = f"/bureaus/{CITY}/audits", f"/bureaus/{s.COUNTY}/audits-told"
AUDITOR, HEAD = f"{CITY}-auditor", f"{s.COUNTY}-head"
ORDER = {"district": s.COUNTY, "period": "2026Q1", "size": 0}


async def test_an_audit_is_opened_and_read_by_its_own_side(api: Api) -> None:
    for name, status in ((HEAD, 404), (f"{CITY}-head", 403), ("150200-auditor", 404)):
        assert (await api.as_(name).post(AUDITS, json=ORDER)).status_code == status, name
    wrong = ({"district": "150203"}, 404), ({"size": 9999}, 422), ({"size": -1}, 400), ({"period": "x"}, 400)
    for change, status in wrong:
        assert (await api.as_(AUDITOR).post(AUDITS, json=ORDER | change)).status_code == status, change
    made = await api.post(AUDITOR, AUDITS, ORDER)
    assert (made["state"], made["district"], made["bureau"]) == ("open", s.COUNTY, CITY)
    assert (await api.as_(AUDITOR).post(AUDITS, json=ORDER)).status_code == 409  # one a quarter
    here = f"{AUDITS}/{made['id']}"
    file = await api.get(AUDITOR, here)
    assert file["sample"]["secret"] == "" and file["sample"]["root"] == made["root"] and file["proof"] == []
    assert await api.get(HEAD, TOLD) == []
    for name, path in ((HEAD, f"{TOLD}/{made['id']}"), (HEAD, here), ("150200-auditor", here)):
        assert (await api.as_(name).get(path)).status_code == 404, path
    found = {"kind": "late", "text": "三项检查逾期"}
    assert (await api.post(AUDITOR, f"{here}/findings", found))["n"] == 1
    dropped = await api.as_(AUDITOR).post(f"{here}/findings/drop", json={"n": 1, "why": "不成立"})
    assert dropped.is_success
    draft = {"letter": "未发现问题。", "answer_by": "2020-01-01"}
    assert (await api.as_(AUDITOR).post(f"{here}/letter", json=draft)).status_code == 422
    early = await api.as_(f"{CITY}-head").post(f"{here}/send", json={"digest": "0" * 64})
    assert early.status_code == 409
