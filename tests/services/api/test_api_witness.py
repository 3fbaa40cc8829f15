"""Lotteries as beacon and witnesses' keys, through the API."""

from typing import Any

import pytest

from policies.rd1.logs_notes import LOG_KEY, WITNESS_KEY, Signer

from . import story
from .conftest import Api
from .story import CITY, COUNTY

PATH = f"/bureaus/{COUNTY}/draws/1"
LOTTERIES = [{"name": name, "issue": "2025150"} for name in ("双色球", "大乐透", "七乐彩")]
NUMBERS = [[3, 9, 11, 17, 25, 30, 8], [1, 12, 20, 33, 35, 2, 7], [4, 6, 10, 13, 22, 29, 30, 17]]


def vkey(name: str, seed: int, kind: int = WITNESS_KEY) -> str:
    return Signer(name, kind, bytes([seed]) * 32).verifier.text()


async def answered(api: Api, who: str, path: str, body: Any) -> tuple[int, str]:
    found = await api.as_(who).post(path, json=body)
    return found.status_code, found.json().get("code", "")


@pytest.mark.parametrize(
    ("who", "body", "expected"),
    [
        ("", {"vkey": vkey("a.example", 1)}, (401, "LoginNeeded")),
        (f"{CITY}-drawer", {"vkey": vkey("a.example", 1)}, (403, "Forbidden")),
        (f"{CITY}-witness@1", {"vkey": vkey("a.example", 1)}, (401, "IntentUnproven")),
        (f"{CITY}-witness", {"vkey": vkey("a.example", 1), "outsider": True}, (403, "Forbidden")),
        (f"{CITY}-witness", {"vkey": vkey("a.example", 1, LOG_KEY)}, (422, "BadVerifierKey")),
        (f"{CITY}-witness", {"vkey": "a.example+00000000+AAAA"}, (422, "BadVerifierKey")),
        (f"{CITY}-witness", {"vkey": vkey("a" * 101, 1)}, (422, "BadVerifierKey")),
    ],
)
async def test_who_may_not_register_a_key_is_told(
    api: Api, who: str, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert await answered(api, who, "/log/witnesses", body) == expected


async def test_keys_are_registered_once_and_never_replaced(api: Api) -> None:
    own = {"vkey": vkey("411700.witness/1", 1)}
    for _ in range(2):
        kept = await api.post(f"{CITY}-witness", "/log/witnesses", own)
        assert (kept["name"], kept["bureau"]) == ("411700.witness/1", CITY)
    other = {"vkey": vkey("411700.witness/1", 2)}
    assert await answered(api, f"{CITY}-witness", "/log/witnesses", other) == (409, "KeyReplaced")
    paper = {"vkey": vkey("paper.example/witness", 3), "outsider": True}
    assert (await api.post(f"{CITY}-admin", "/log/witnesses", paper))["bureau"] is None
    shown = {one["name"]: one["bureau"] for one in (await api.get("", "/log"))["witnesses"]}
    assert shown["paper.example/witness"] is None and shown["411700.witness/1"] == CITY


async def test_a_lottery_is_named_at_the_freeze_and_entered_after(api: Api) -> None:
    await story.rosters(api)
    await story.planned(api)
    draw = await story.prepared(api)
    assert draw["suite"] == 1
    await story.committed(api, draw)
    freeze, drawer = f"{PATH}/freeze", f"{COUNTY}-drawer"
    assert await answered(api, drawer, freeze, {}) == (400, "BadRequest")  # unseen
    seen = (await api.post(drawer, f"{PATH}/difference", {}))["fingerprint"]
    few = {"difference": seen, "beacon": "lottery", "sources": LOTTERIES[:2]}
    assert await answered(api, drawer, freeze, few) == (422, "BeaconNotByRule")
    made = await story.frozen(api, 1, {"beacon": "lottery", "sources": LOTTERIES})
    assert made["manifest"]["beacon"] == {"kind": "lottery", "sources": LOTTERIES}
    await story.attested(api, 1)
    await story.cosigned(api)
    api.at(2025, 12, 25, 15, 5)
    witness = f"{CITY}-witness"
    for wrong in ({"digits": "1" * 20}, {"numbers": NUMBERS[:2]}, {"numbers": [*NUMBERS[:2], [-1]]}):
        status, _ = await answered(api, witness, f"{PATH}/beacon", {"evidence": wrong})
        assert status == 422
    assert (await api.post(witness, f"{PATH}/beacon", {"evidence": {"numbers": NUMBERS}}))["r"]
