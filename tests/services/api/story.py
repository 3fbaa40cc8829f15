"""A small county quarter through the API: files, devices of the people outside, filled-in records."""

from datetime import date, datetime, timedelta
from typing import Any

from policies.roster.columns import OFFICER_LAYOUT, SITE_LAYOUT
from policies.visiting.checklist import ITEMS
from services.clock import CHINA
from services.demo.bureaus import tie_inspectors
from services.demo.cast import device
from services.demo.officer_rows import OfficerMix, officer_rows
from services.demo.site_rows import SiteMix, site_rows
from services.geo import to_wgs84
from services.outside.secret import make_secret, read_secret
from services.outside.witness import attest, cosign_checkpoint, seen_size
from services.sheets import fill_template

from .conftest import Api

COUNTY, CITY, ALIEN = "411721", "411700", "150203"
SEED = "api-tests"
BEACON = datetime(2025, 12, 25, 15, 0, tzinfo=CHINA)
DIGITS = {"digits": "31415926535897932384"}
SITES = SiteMix(
    division=COUNTY,
    area="西平县",
    authority="驻马店市生态环境局西平分局",
    basin="淮河流域",
    total=80,
    key=8,
    key_special=1,
    special=3,
    closed=1,
    suspended=1,
    moved=1,
    capped=1,
    visited=3,
    projects=2,
    twins=1,
    uncoded=1,
)
OFFICERS = OfficerMix(COUNTY, "演示西平执法大队", "甲", 12, 5, 1, 0, 1, 1, 1, 1)


def site_file() -> bytes:
    return fill_template(SITE_LAYOUT, site_rows(SITES, SEED))


def officer_file() -> bytes:
    codes = [row["code"] for row in site_rows(SITES, SEED) if row["status"] == "在产"]
    return fill_template(OFFICER_LAYOUT, officer_rows(OFFICERS, codes, SEED, 2026))


async def upload(api: Api, kind: str, data: bytes, name: str = "名录.xlsx", **more: Any) -> Any:
    return await api.as_(f"{COUNTY}-keeper").post(
        f"/bureaus/{COUNTY}/imports/{kind}", files={"file": (name, data)}, **more
    )


async def rosters(api: Api) -> None:
    for kind, data in (("sites", site_file()), ("officers", officer_file())):
        answer = await upload(api, kind, data)
        assert answer.status_code == 201, answer.text
    await tie_inspectors(api.app, COUNTY)


async def planned(api: Api) -> None:
    api.at(2025, 12, 15, 10)
    await api.post(f"{COUNTY}-keeper", f"/bureaus/{COUNTY}/plans/2026")
    await api.post(f"{COUNTY}-head", f"/bureaus/{COUNTY}/plans/2026/approval")


async def prepared(api: Api, **headers: str) -> dict[str, Any]:
    api.at(2025, 12, 25, 9)
    order = {"subject": COUNTY, "period": "2026Q1", "beacon_at": BEACON.isoformat()}
    found: dict[str, Any] = await api.post(f"{COUNTY}-drawer", f"/bureaus/{COUNTY}/draws", order, **headers)
    return found


async def committed(api: Api, draw: dict[str, Any], **headers: str) -> None:
    for role, who, token in (
        ("bureau", COUNTY, f"{COUNTY}-drawer"),
        ("witness", CITY, f"{CITY}-witness"),
    ):
        made = make_secret(
            device(api.app.settings, who, "secrets"),
            bureau=COUNTY,
            draw_no=draw["draw_no"],
            role=role,
            escrow_public=bytes.fromhex(draw["escrow_public"]),
        )
        body = {"role": role, "c": made.c, "escrow_copy": made.escrow_copy.hex()}
        await api.post(token, f"/bureaus/{COUNTY}/draws/{draw['draw_no']}/commitments", body, **headers)


async def frozen(
    api: Api, draw_no: int, order: dict[str, Any] | None = None, **headers: str
) -> dict[str, Any]:
    """The drawer sees the roster's difference, then freezes those lists."""
    path, drawer = f"/bureaus/{COUNTY}/draws/{draw_no}", f"{COUNTY}-drawer"
    seen = await api.post(drawer, f"{path}/difference", {})
    body = {"difference": seen["fingerprint"], **(order or {})}
    made: dict[str, Any] = await api.post(drawer, f"{path}/freeze", body, **headers)
    return made


async def attested(api: Api, draw_no: int) -> None:
    path = f"/bureaus/{COUNTY}/draws/{draw_no}/escrow"
    pack = await api.get(f"{CITY}-witness", path)
    copies = {role: bytes.fromhex(copy) for role, copy in pack["copies"].items()}
    word = attest(device(api.app.settings, CITY, "witness"), pack["manifest"], copies)
    assert word.m == pack["m"]
    await api.post(f"{CITY}-witness", path, {"by": word.by, "sig": word.sig})


async def cosigned(api: Api) -> list[str]:
    """The witness needs nothing but the public routes and its own device."""
    own = device(api.app.settings, CITY, "witness")
    note = (await api.as_().get("/log/checkpoint")).text
    size, old = int(note.splitlines()[1]), seen_size(own)
    answer = await api.get("", "/log/consistency", old=old, new=size)
    proof = [bytes.fromhex(step) for step in answer["proof"]] if old else []
    vkey = (await api.get("", "/log"))["vkey"]
    signed = cosign_checkpoint(own, vkey, note, proof, api.clock.now())
    kept = await api.post(f"{CITY}-witness", "/log/checkpoint", {"note": signed})
    names: list[str] = kept["witnesses"]
    return names


def secret(api: Api, draw_no: int, role: str) -> dict[str, str]:
    own = device(api.app.settings, {"bureau": COUNTY, "witness": CITY}[role], "secrets")
    key = read_secret(own, bureau=COUNTY, draw_no=draw_no, role=role).hex()
    return {"role": role, "key": key} | (DIGITS if role == "witness" else {})


async def ran(api: Api, draw_no: int) -> dict[str, Any]:
    """The witness enters what it called, each role tells its own secret, the drawer computes."""
    path, drawer, witness = f"/bureaus/{COUNTY}/draws/{draw_no}", f"{COUNTY}-drawer", f"{CITY}-witness"
    early = await api.as_(drawer).post(f"{path}/secrets", json=secret(api, draw_no, "bureau"))
    assert early.json()["code"] == "BeaconMissing"
    await api.post(witness, f"{path}/beacon", {"evidence": DIGITS})
    other = secret(api, draw_no, "witness") | {"digits": "1" * 20}
    refused = await api.as_(witness).post(f"{path}/secrets", json=other)
    assert refused.json()["code"] == "DigitsDiffer"
    for role, token, missing in (("bureau", drawer, ["witness"]), ("witness", witness, [])):
        told = await api.post(token, f"{path}/secrets", secret(api, draw_no, role))
        assert told == {"role": role, "missing": missing}
    found: dict[str, Any] = await api.post(drawer, f"{path}/completion")
    return found


def record_of(task: dict[str, Any], day: date, *, fault: bool = False) -> dict[str, Any]:
    start = datetime(day.year, day.month, day.day, 9, 0, tzinfo=CHINA)
    site = task["site"]
    lon, lat = to_wgs84(site["lon"], site["lat"], site["datum"])
    answers: dict[str, Any] = {item.id: {"answer": "fine"} for item in ITEMS}
    body: dict[str, Any] = {
        "started_at": start.isoformat(),
        "ended_at": (start + timedelta(hours=1)).isoformat(),
        "present": [one["certificate"] for one in task["team"]],
        "answers": answers,
        "result": "none_found",
        "narrative": "演示：现场正常。",
        "fix": {"lon": lon, "lat": lat, "accuracy": 8.0, "at": start.isoformat()},
    }
    if fault:
        answers["permit.reports"] = {"answer": "fault", "words": "演示：执行报告未提交"}
        order = {"item": "permit.reports", "measures": "补报", "due": str(day + timedelta(days=30))}
        body |= {"result": "pending", "orders": [order]}
    return body
