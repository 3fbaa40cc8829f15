"""The same request twice: one effect, one answer."""

import asyncio
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest

from services.api.stamps import digest_of
from services.demo.cast import device
from services.outside.witness import init_witness
from tenants.records import Kept
from tenants.scope import Scope
from tenants.stores import idempotency

from . import story as s
from .conftest import Api

DESK = f"/bureaus/{s.COUNTY}"
PLAN = f"{DESK}/plans/2026"
KEEPER = f"{s.COUNTY}-keeper"


@pytest.fixture(scope="module", autouse=True)
async def rosters(api: Api) -> None:
    await s.rosters(api)


def key() -> dict[str, str]:
    return {"idempotency-key": uuid4().hex}


async def versions(api: Api) -> int:
    return len(await api.get(KEEPER, f"{PLAN}/versions"))


async def test_without_a_key_every_call_counts(api: Api) -> None:
    before = await versions(api)
    for _ in range(2):
        await api.post(KEEPER, PLAN)
    assert await versions(api) == before + 2


async def test_a_replay_returns_the_stored_answer(api: Api) -> None:
    before, headers = await versions(api), key()
    first = await api.as_(KEEPER).post(PLAN, headers=headers)
    again = await api.as_(KEEPER).post(PLAN, headers=headers)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true" and "idempotent-replayed" not in first.headers
    assert await versions(api) == before + 1


async def test_another_request_with_the_key_is_refused(api: Api) -> None:
    headers = key()
    await api.post(KEEPER, PLAN, **headers)
    for path in (f"{DESK}/plans/2027", f"{PLAN}?x=1"):
        answer = await api.as_(KEEPER).post(path, headers=headers)
        assert answer.status_code == 409 and answer.json()["code"] == "KeyReused"


async def test_another_body_with_the_key_is_refused(api: Api) -> None:
    await s.planned(api)
    headers = key()
    draw = await s.prepared(api, **headers)
    assert await s.prepared(api, **headers) == draw
    later = {"subject": s.COUNTY, "period": "2026Q1", "beacon_at": "2025-12-29T15:00:00+08:00"}
    answer = await api.as_(f"{s.COUNTY}-drawer").post(f"{DESK}/draws", json=later, headers=headers)
    assert answer.status_code == 409 and answer.json()["code"] == "KeyReused"
    new = await api.as_(f"{s.COUNTY}-drawer").post(f"{DESK}/draws", json=later, headers=key())
    assert new.status_code == 409 and new.json()["code"] == "SecondDraw"
    path = f"{DESK}/draws/{draw['draw_no']}/amendment"
    for at in (later["beacon_at"], s.BEACON.isoformat()):
        intent = await api.post(f"{s.COUNTY}-drawer", path, {"beacon_at": at})
        assert (intent["period"], intent["kind"], intent["draw_no"]) == ("2026Q1", "routine", draw["draw_no"])
    moved = await api.as_(f"{s.COUNTY}-drawer").post(path, json={"period": "2026Q3"})
    assert moved.status_code == 422 and moved.json()["code"] == "OutsideWindow"


async def test_a_void_is_done_once_and_opens_the_draw(api: Api) -> None:
    found = (await api.get(f"{s.COUNTY}-drawer", f"{DESK}/draws"))["items"][0]
    no, headers = found["draw_no"], key()
    public = init_witness(device(api.app.settings, s.CITY, "witness"), "zhumadian.example/witness")
    await s.committed(api, {"draw_no": no, "escrow_public": public.escrow_public.hex()}, **headers)
    drawer, head = f"{s.COUNTY}-drawer", f"{s.COUNTY}-head"
    await s.frozen(api, no, **key())
    called = {"evidence": s.DIGITS}
    early = await api.as_(drawer).post(f"{DESK}/draws/{no}/beacon", json=called, headers=key())
    assert early.json()["code"] == "BeaconTooEarly"
    reason, path = {"reason": "演示：重新准备"}, f"{DESK}/draws/{no}/void"
    proposal = await api.post(f"{s.COUNTY}-admin", path, reason, **key())
    assert await api.get(drawer, path) == proposal
    assert (await api.get("", f"/draws/{s.COUNTY}/{no}"))["state"] == "frozen"
    number = {"proposal": proposal["n"]}
    first = await api.post(head, f"{path}/approval", number, **headers)
    assert await api.post(head, f"{path}/approval", number, **headers) == first
    again = await api.as_(head).post(f"{path}/approval", json=number)
    assert again.status_code == 409
    waiting = await api.as_(drawer).post(f"{DESK}/draws/{no}/files", headers=key())
    assert waiting.json()["code"] == "NotCosigned" and "作废后重来" not in waiting.text
    await s.cosigned(api)
    headers = key()
    files = [await api.post(drawer, f"{DESK}/draws/{no}/files", **headers) for _ in range(2)]
    assert files[0] == files[1]
    bundle = await api.as_().get(f"{api.base}{files[0]['bundle']}")
    verdict = (await api.as_().post("/verify", files={"bundle": ("b.json", bundle.content)})).json()
    assert verdict["verdict"] == "CONSISTENT" and verdict["void"]


async def test_keys_belong_to_the_person(api: Api) -> None:
    before, headers = await versions(api), key()
    await api.post(KEEPER, PLAN, **headers)
    other = await api.as_(f"{s.COUNTY}-admin").post(PLAN, headers=headers)
    assert other.status_code == 201 and "idempotent-replayed" not in other.headers
    assert await versions(api) == before + 2


async def test_a_refused_request_leaves_its_key_free(api: Api) -> None:
    headers = key()
    refused = await s.upload(api, "sites", b"not a workbook", headers=headers)
    assert refused.status_code == 422
    assert (await s.upload(api, "sites", s.site_file(), headers=headers)).status_code == 201


async def test_a_form_is_the_same_whatever_its_boundary(api: Api) -> None:
    headers, data = key(), s.officer_file()
    first = await s.upload(api, "officers", data, headers=headers)
    again = await s.upload(api, "officers", data, headers=headers)
    assert again.headers["idempotent-replayed"] == "true" and again.json() == first.json()
    other = await s.upload(api, "officers", data, name="别的名录.xlsx", headers=headers)
    assert other.status_code == 409 and other.json()["code"] == "KeyReused"


async def test_what_is_kept_of_a_request_cannot_be_searched(api: Api) -> None:
    headers = key()
    await api.post(KEEPER, PLAN, **headers)
    asked = f"POST /api/v1{PLAN}?\n".encode()
    subject = f"demo-{KEEPER}"
    scope = Scope.own(s.COUNTY, subject)
    async with api.app.database.unit(scope, read_only=True) as db:
        kept: Any = await idempotency.find(db, scope, subject, headers["idempotency-key"])
    assert kept.request_sha256 == digest_of(api.app.home, asked) != sha256(asked).hexdigest()


async def test_two_at_once_have_one_effect(api: Api) -> None:
    before, headers = await versions(api), key()
    answers = await asyncio.gather(*(api.as_(KEEPER).post(PLAN, headers=headers) for _ in range(4)))
    assert {a.status_code for a in answers} <= {201, 409}
    assert len({a.json()["version"] for a in answers if a.status_code == 201}) == 1
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"KeyBusy"}
    assert await versions(api) == before + 1


async def test_the_kept_answer_stands_in_the_bureau_of_the_actor(api: Api) -> None:
    headers = key()
    await api.post(KEEPER, PLAN, **headers)
    subject, name = f"demo-{KEEPER}", headers["idempotency-key"]
    found: dict[str, Kept | None] = {}
    for bureau in (s.COUNTY, s.ALIEN):
        scope = Scope.own(bureau, subject)
        async with api.app.database.unit(scope, read_only=True) as db:
            found[bureau] = await idempotency.find(db, scope, subject, name)
    kept: Any = found[s.COUNTY]
    assert kept.status == 201 and kept.response["bureau"] == s.COUNTY and found[s.ALIEN] is None


@pytest.mark.parametrize("bad", ["", "a b", "x" * 129, "é"])
async def test_a_key_of_the_wrong_form_is_refused(api: Api, bad: str) -> None:
    answer = await api.as_(KEEPER).post(PLAN, headers={"idempotency-key": bad.encode()})
    assert answer.status_code == 422 and answer.json()["code"] == "BadKey"


async def test_refusals_leave_no_transaction_open(api: Api) -> None:
    for _ in range(60):  # three times what the pool holds
        await api.as_(KEEPER).post(PLAN, headers={"idempotency-key": "a b"})
        await api.as_(f"{s.CITY}-witness").post(f"{DESK}/draws/1/escrow", json={})
    assert await versions(api)
