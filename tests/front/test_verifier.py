"""The browser's verifier under Node says what the other one says: vectors, random draws, ruins."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from policies.errors import Problem
from policies.rd1.changes import cancel_event, replace_event, substitute_event
from policies.rd1.freeze import Lists
from policies.rd1.logs_trust import parse_trust
from policies.rd1.record import read_bundle
from policies.verify import verify
from tests.independent.test_mutations import alter, paths
from tests.records.rd1_world import CITY, KINDS, OFFICE, VECTORS, Made, logged, made, trust

from .node import BUILT, NODE, WHY, ask, packed

pytestmark = pytest.mark.skipif(NODE is None, reason=WHY)
GOOD = sorted(VECTORS.glob("rd1-*.json"))
TAMPERED = sorted((VECTORS / "tampered").glob("*.json"))
BLS = BUILT / "bls.js"
BY = ("p1", "p2")
DRAWS = 120
RUINS = 40


def load(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def request(bundle: Any, trust_text: str = "", **more: Any) -> dict[str, Any]:
    text = json.dumps(bundle, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return {"text": packed(text), "trust": trust_text, "bls": True, **more}


def mine(text: bytes, trust_text: str) -> dict[str, Any]:
    try:
        return verify(read_bundle(text), parse_trust(trust_text) if trust_text else None).as_dict()
    except Problem:
        return {"verdict": "UNREADABLE", "steps": []}


def same(one: dict[str, Any], other: dict[str, Any], what: object) -> None:
    """Verdict, every member and every step agree; the words of a failure may differ."""
    if one["verdict"] == "UNREADABLE" or other["verdict"] == "UNREADABLE":
        assert one["verdict"] == other["verdict"], (what, other)
        return
    assert one.keys() == other.keys()
    for name in one.keys() - {"steps"}:
        assert one[name] == other[name], (what, name)
    for a, b in zip(one["steps"], other["steps"], strict=True):
        assert (a["id"], a["status"]) == (b["id"], b["status"]), (what, a, b)
        assert a["status"] == "failed" or a["detail"] == b["detail"], (what, a, b)


def test_every_vector_byte_for_byte() -> None:
    given = [load(path) for path in GOOD]
    got = ask(request(one["bundle"], one.get("trust", ""), facts=True) for one in given)
    assert len(given) >= 6
    for path, one, answer in zip(GOOD, given, got, strict=True):
        assert answer["facts"] == one["expect"], path.name
        text = json.dumps(one["bundle"]).encode()
        same(mine(text, one.get("trust", "")), answer["report"], path.name)


def test_without_a_trust_file_nothing_is_valid() -> None:
    got = ask(request(load(path)["bundle"]) for path in GOOD)
    assert {answer["report"]["verdict"] for answer in got} == {"CONSISTENT"}


def test_english_words() -> None:
    one = load(VECTORS / "rd1-drand-log.json")
    (answer,) = ask([request(one["bundle"], one["trust"], lang="en")])
    due = verify(read_bundle(json.dumps(one["bundle"]).encode()), parse_trust(one["trust"])).as_dict("en")
    assert answer["report"] == due


def test_every_tampered_vector_is_refused() -> None:
    keys = load(VECTORS / "rd1-drand-log.json")["trust"]
    trusts = [keys if path.stem.startswith(("log_", "event_")) else "" for path in TAMPERED]
    got = ask(request(load(path), text) for path, text in zip(TAMPERED, trusts, strict=True))
    for path, text, answer in zip(TAMPERED, trusts, got, strict=True):
        assert answer["report"]["verdict"] == "INVALID", path.name
        same(mine(path.read_bytes(), text), answer["report"], path.name)


def test_a_drand_signature_nobody_can_check_is_not_checked_and_never_passed() -> None:
    one = load(VECTORS / "rd1-drand-log.json")
    wanted = {k: v for k, v in request(one["bundle"], one["trust"]).items() if k != "bls"}
    (answer,) = ask([wanted])
    assert answer["report"]["verdict"] == "CONSISTENT" and answer["report"]["not_checked"] == ["V6"]
    assert "BLS" in answer["report"]["steps"][5]["detail"]
    (false,) = ask([{**wanted, "bls": False}])
    assert false["report"]["verdict"] == "INVALID" and false["report"]["steps"][5]["status"] == "failed"


@pytest.mark.skipif(not BLS.exists(), reason="the BLS part is not built (deploy/front.sh)")
def test_drand_signatures_with_the_library() -> None:
    one, other = load(VECTORS / "rd1-drand-log.json"), load(VECTORS / "quicknet.json")["example"]
    bad = copy.deepcopy(one["bundle"])
    bad["beacon"]["signature"] = other["signature"]
    ruined = copy.deepcopy(one["bundle"])
    ruined["beacon"]["signature"] = "ff" * 48
    trio = [one["bundle"], bad, ruined]
    wanted = [{k: v for k, v in request(b, one["trust"]).items() if k != "bls"} for b in trio]
    got = ask(wanted, "vectors.mjs", str(BLS))
    assert got[0]["report"]["verdict"] == "VALID"
    for bundle, answer in zip(trio, got, strict=True):
        same(mine(json.dumps(bundle).encode(), one["trust"]), answer["report"], bundle["beacon"])


def random_draw(dice: random.Random) -> tuple[Made, dict[str, Any]]:
    """A small draw of any shape, perhaps with changes, lateness, a void, or too few witnesses."""
    sites, staff, suite = dice.randrange(8, 40), dice.randrange(5, 10), dice.choice([1, 2])
    strata = ["special", "key", "general", "general", "-capped"]
    units = [(f"9115{dice.randrange(10**12):012d}X", dice.choice(strata)) for _ in range(sites)]
    units = sorted(dict(units).items())
    officers = [
        (f"o-{n:016x}", int(n < 3 or dice.random() < 0.4), dice.randrange(1, 9)) for n in range(staff)
    ]
    drawable = [uid for uid, stratum in units if not stratum.startswith("-")]
    bans = sorted(
        {(dice.choice(officers)[0], uid) for uid in dice.sample(drawable, min(6, len(drawable)))}
        if staff > 5
        else set()
    )
    crews = dice.choice([0, 0, 2]) if staff >= 6 else 0
    shape = {"suite": suite, "crews": crews, "walk_per_slot": dice.randrange(25)}
    shape |= {"min_candidates": 2, "team": 2 if crews else dice.choice([2, 2, 3])}
    shape["min_candidates"] = shape["team"]
    lists = Lists.of(dice.randbytes(32), units, officers, bans)
    rules = {"special", "key", "general"}
    takes = {s: n for s in rules if (n := sum(x == s for _, x in units)) and dice.random() < 0.3}
    one = made(lists, takes=takes, **shape)
    for _ in range(dice.randrange(4)):
        _change(one, dice)
    late = "2025-12-30T03:10:00Z" if dice.random() < 0.3 else "2025-12-30T02:10:00Z"
    seen = dict.fromkeys(dice.sample([CITY, OFFICE], dice.randrange(3)), "2025-12-27T00:00:00Z")
    kinds = (*KINDS, "void") if dice.random() < 0.2 and not one.events else KINDS
    times = {"result": late, "void": "2025-12-30T04:00:00Z"}
    return one, logged(one, kinds=kinds, seen=seen, times=times)


def _change(one: Made, dice: random.Random) -> None:
    now, day = one.standing(), f"2026-01-{10 + len(one.events):02d}T00:00:00Z"
    if not now.teams:
        return
    uid = dice.choice(sorted(now.teams))
    oid = dice.choice(now.teams[uid])
    try:
        if (kind := dice.randrange(3)) == 0:
            event = replace_event(now, uid, "moved_away", BY, day)
        elif kind == 1:
            leave = now.eligible(uid, oid)[: dice.randrange(2)]
            event = substitute_event(now, uid, oid, "请假", BY, day, on_leave=leave)
        else:
            event = cancel_event(now, uid, "duplicate", BY, day)
    except Problem:
        return
    one.events.append(event)


def test_random_draws_agree() -> None:
    dice, bundles = random.Random(20251230), []
    while len(bundles) < DRAWS:
        try:
            bundles.append(random_draw(dice)[1])
        except Problem:  # lists that cannot be frozen
            continue
    trusts = [trust(dice.choice([1, 2])).text() for _ in bundles]
    got = ask(request(bundle, text) for bundle, text in zip(bundles, trusts, strict=True))
    verdicts = set()
    for bundle, text, answer in zip(bundles, trusts, got, strict=True):
        due = mine(json.dumps(bundle).encode(), text)
        same(due, answer["report"], bundle["manifest"])
        verdicts.add(due["verdict"])
    assert verdicts == {"VALID", "INVALID", "CONSISTENT"} or verdicts == {"VALID", "INVALID"}


def test_ruined_bundles_agree() -> None:
    """One or two places altered, anywhere, in any way; what is left may be read, refused or found false."""
    dice, requests, due = random.Random(42), [], []
    for path in GOOD:
        if "beacon" in load(path)["bundle"] and "signature" in load(path)["bundle"]["beacon"]:
            continue  # the stand-in for BLS would differ on an altered signature
        given = load(path)
        for _ in range(RUINS):
            bundle = copy.deepcopy(given["bundle"])
            for _ in range(dice.choice([1, 1, 2])):
                top = dice.choice(sorted(bundle))
                where = dice.choice([place for place in paths(bundle) if place[0] == top])
                holder = bundle
                for key in where[:-1]:
                    holder = holder[key]
                alter(dice, holder, where[-1])
            text = given.get("trust", "") if dice.random() < 0.8 else ""
            requests.append(request(bundle, text))
            due.append((path.name, where, bundle, text))
    for (name, where, bundle, text), answer in zip(due, ask(requests), strict=True):
        raw = json.dumps(bundle, ensure_ascii=False).encode("utf-8", "surrogatepass")
        same(mine(raw, text), answer["report"], (name, where))
