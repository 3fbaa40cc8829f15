"""A waiver over HTTP: asked, proposed, approved for that very act, withdrawn; each once, each by its hand."""

from . import story as s
from .conftest import Api

CITY = "411700"
ASK, BELOW = f"/bureaus/{s.COUNTY}/waivers", f"/bureaus/{CITY}/waiver-requests"
HEAD, CITY_ADMIN, CITY_HEAD = f"{s.COUNTY}-head", f"{CITY}-admin", f"{CITY}-head"
ORDER = {
    "subject": f"demo-{s.COUNTY}-keeper",
    "pairs": ["registry_keeper+drawer"],
    "since": "2027-01-01",
    "until": "2027-12-31",
    "reason": "全队三人",
    "staff": 3,
}


async def test_the_whole_way(api: Api) -> None:
    wrong = ({"pairs": ["witness+drawer"]}, 400), ({"pairs": []}, 400), ({"until": "2028-01-01"}, 422)
    for change, status in (*wrong, ({"staff": 0}, 400), ({"subject": "nobody"}, 422)):
        assert (await api.as_(HEAD).post(ASK, json=ORDER | change)).status_code == status, change
    for name, status in ((f"{s.COUNTY}-keeper", 403), (CITY_HEAD, 404), ("150203-head", 404)):
        assert (await api.as_(name).post(ASK, json=ORDER)).status_code == status, name
    made = await api.post(HEAD, ASK, ORDER)
    assert made["state"] == "asked" and made["above"] == CITY
    base = f"{BELOW}/{made['id']}"
    early = await api.as_(CITY_HEAD).post(f"{base}/approve", json={})
    assert early.status_code == 409
    assert (await api.post(CITY_ADMIN, f"{base}/propose", {"opinion": "情况属实"}))["state"] == "proposed"
    for name, status in ((CITY_ADMIN, 403), (f"{CITY_HEAD}@1", 401), ("150200-head", 404)):
        assert (await api.as_(name).post(f"{base}/approve", json={})).status_code == status, name
    granted = await api.post(CITY_HEAD, f"{base}/approve", {})
    assert granted["state"] == "granted" and granted["approved_by"] == f"demo-{CITY}-head"
    assert made["id"] in {one["id"] for one in await api.get(CITY_HEAD, BELOW)}
    public = {one["id"]: one for one in await api.get("", f"/waivers/{s.COUNTY}")}
    assert public[made["id"]]["pairs"] == ORDER["pairs"] and "subject" not in public[made["id"]]
    gone = await api.post(HEAD, f"{ASK}/{made['id']}/withdraw", {"why": "已补充人员"})
    assert gone["state"] == "withdrawn"
    again = await api.as_(HEAD).post(f"{ASK}/{made['id']}/drop", json={"why": "不需要"})
    assert again.status_code == 409
