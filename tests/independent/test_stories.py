"""What the vectors do not tell: voids, late results, witnesses, second draws, changes, a whole county."""

from __future__ import annotations

import random
import time
from itertools import product
from typing import Any

import pytest

from . import draw, teams, tree
from .checker import check, open_case
from .coding import jcs
from .events import Visits
from .forge import WITNESSES, attach, story, trust
from .test_independent import failed, vector

ZERO = "0" * 64


def tiny() -> dict[str, Any]:
    return vector("rd1-tiny.json")["bundle"]


def test_a_logged_draw_is_valid() -> None:
    bundle = tiny()
    report = check(attach(bundle, story(bundle)), trust(2))
    assert report["verdict"] == "VALID", report["steps"]
    assert report["assumes"] == ["complete", "numbers", "one_history"]
    assert not report["late"] and report["void"] is None


@pytest.mark.parametrize("times", [(), ("2025-12-27T00:00:00+00:00",)])
def test_too_few_witnesses(times: tuple[str, ...]) -> None:
    bundle = tiny()
    assert failed(check(attach(bundle, story(bundle), times=times), trust(2))) == {"V6", "V13"}


def test_a_witness_who_signed_only_at_beacon_at_came_too_late() -> None:
    bundle = tiny()
    times = ("2025-12-30T01:59:59+00:00", "2025-12-30T02:00:00+00:00")
    assert check(attach(bundle, story(bundle), times=times), trust(1))["verdict"] == "VALID"
    assert failed(check(attach(bundle, story(bundle), times=times), trust(2))) == {"V6"}


@pytest.mark.parametrize(("at", "late"), [("2025-12-30T02:15:05Z", False), ("2025-12-30T02:15:06Z", True)])
def test_a_late_result_is_flagged_not_void(at: str, late: bool) -> None:
    bundle = tiny()
    entries = story(bundle)
    entries[3]["at"] = at
    report = check(attach(bundle, entries), trust())
    assert (report["verdict"], report["late"]) == ("VALID", late)


@pytest.mark.parametrize(("index", "steps"), [(0, {"V5", "V6"}), (1, {"V4"}), (2, {"V6"}), (3, {"V11"})])
def test_a_missing_entry_fails_its_step(index: int, steps: set[str]) -> None:
    bundle = tiny()
    entries = [e for i, e in enumerate(story(bundle)) if i != index]
    assert failed(check(attach(bundle, entries), trust())) == steps


def test_a_missing_earlier_checkpoint_fails() -> None:
    bundle = tiny()
    logged = attach(bundle, story(bundle))
    del logged["log"]["before"]
    assert failed(check(logged, trust())) == {"V4", "V6"}


def test_a_beacon_born_before_its_time() -> None:
    bundle = tiny()
    entries = story(bundle)
    entries[2]["at"] = "2025-12-30T01:59:59Z"
    assert failed(check(attach(bundle, entries), trust())) == {"V6"}


def test_time_may_not_run_backwards() -> None:
    bundle = tiny()
    entries = story(bundle)
    entries[3]["at"] = "2025-12-30T02:00:04Z"
    assert failed(check(attach(bundle, entries), trust())) == {"V13"}


def test_a_draw_voided_before_its_beacon() -> None:
    bundle = tiny()
    manifest, escrow, *_ = story(bundle)
    about = {"bureau": manifest["bureau"], "m": manifest["h"]}
    void = {"t": "void", "at": "2025-12-28T00:00:00Z", **about, "reason": "roster incomplete"}
    del bundle["beacon"], bundle["published"]
    report = check(attach(bundle, [manifest, escrow, void]), trust())
    assert report["verdict"] == "CONSISTENT" and report["void"] == void
    assert report["not_checked"] == ["V6", "V7", "V8", "V9", "V10", "V11"]


def test_an_escrow_by_someone_else() -> None:
    bundle = tiny()
    entries = story(bundle)
    entries[1]["by"] = WITNESSES[1].name
    assert failed(check(attach(bundle, entries), trust())) == {"V4"}


def test_two_manifests_for_one_number() -> None:
    bundle = tiny()
    entries = story(bundle)
    entries.append(entries[0] | {"at": "2026-01-01T00:00:00Z", "h": "11" * 32})
    assert failed(check(attach(bundle, entries), trust())) == {"V13"}


def test_two_draws_in_a_period_are_seen_with_the_whole_log_and_forgiven_when_one_is_void() -> None:
    bundle = tiny()
    entries = story(bundle)
    second = entries[0] | {
        "at": "2026-01-01T00:00:00Z",
        "h": "11" * 32,
        "draw_no": 2,
        "prev": entries[0]["h"],
    }
    entries.append(second)
    logged = attach(bundle, entries)
    assert check(logged, trust())["verdict"] == "VALID"  # without the escrow the log is not whole
    leaves = [jcs(e) for e in entries]
    proof = [h.hex() for h in tree.audit_path(draw.Suite(1).hash, leaves, 1)]
    whole = {"index": 1, "entry": entries[1], "proof": proof}
    logged["log"]["entries"].append(whole)
    assert failed(check(logged, trust())) == {"V13"}
    void = {"t": "void", "at": "2026-01-02T00:00:00Z", "bureau": "411721", "m": "11" * 32, "reason": "x"}
    entries.append(void)
    logged = attach(bundle, entries)
    proof = [h.hex() for h in tree.audit_path(draw.Suite(1).hash, [jcs(e) for e in entries], 1)]
    logged["log"]["entries"].append({"index": 1, "entry": entries[1], "proof": proof})
    report = check(logged, trust())
    assert report["verdict"] == "VALID" and report["void"] is None


@pytest.mark.parametrize(("draw_no", "prev"), [(1, "22" * 32), (2, ZERO), (2, "22" * 32)])
def test_the_chain_of_draws(draw_no: int, prev: str) -> None:
    bundle = tiny()
    bundle["manifest"] |= {"draw_no": draw_no, "prev": prev}
    for commit, key in zip(bundle["manifest"]["commits"], bundle["keys"], strict=True):
        c = draw.commitment(draw.Suite(1), "411721", draw_no, commit["role"], bytes.fromhex(key))
        commit["c"] = c.hex()
    entries = story(bundle)
    assert failed(check(attach(bundle, entries), trust())) == {"V5"}
    if prev != ZERO and draw_no == 2:
        old = entries[0] | {
            "at": "2025-10-01T00:00:00Z",
            "h": prev,
            "draw_no": 1,
            "prev": ZERO,
            "period": "2025Q4",
        }
        assert check(attach(bundle, [old, *entries], earlier=3), trust())["verdict"] == "VALID"


def event(kind: str, uid: str, day: int, **more: Any) -> dict[str, Any]:
    said = {"kind": kind, "uid": uid, "at": f"2026-01-{day:02d}T00:00:00Z", "by": ["p1", "p2"]}
    reason = "ill" if kind == "substitute" else "moved_away"
    return {"salt": f"{day:032x}", "event": {**said, "reason": reason, **more}}


def outcome(bundle: dict[str, Any], *events: dict[str, Any]) -> set[str]:
    bundle = {**bundle, "events": list(events)}
    report = check(attach(bundle, story(bundle)), trust())
    return failed(report)


def test_changes() -> None:
    bundle = tiny()
    case, _ = open_case(bundle)
    assert case.order and case.teams and case.pool and case.seed
    general, special = case.order["general"], case.order["special"][0]
    first = general[0]
    visits = Visits(case.pool, case.seed.assign(), case.order, case.teams)
    team = case.teams[first]
    good = event("replace", first, 5, by_uid=general[1], team=team)
    if not case.pool.lawful(team, general[1]):
        pytest.fail("the vector's first reserve was expected to take the team over")
    assert visits.apply(good["event"]) is None
    chain = event("replace", general[1], 6, by_uid=general[2], team=team)
    assert visits.apply(chain["event"]) is None
    assert outcome(bundle, good, chain) == set()
    assert outcome(bundle, chain, good) == {"V12", "V13"}  # out of order in time as well
    assert outcome(bundle, event("replace", first, 5, by_uid=general[2], team=team)) == {"V12"}
    assert outcome(bundle, event("replace", special, 5, by_uid=first, team=team)) == {"V12"}
    assert outcome(bundle, event("cancel", special, 5)) == set()
    assert outcome(bundle, event("cancel", special, 5), event("cancel", special, 6)) == {"V12"}
    assert outcome(bundle, event("cancel", general[1], 5)) == {"V12"}
    assert outcome(bundle, event("cancel", special, 5, reason="busy")) == {"V12"}
    assert outcome(bundle, event("cancel", special, 5, by=["p1", "p1"])) == {"V12"}
    assert outcome(bundle, event("cancel", special, 5, note="x")) == {"V12"}


def test_a_reserve_the_team_is_banned_for_gets_its_own() -> None:
    bundle = tiny()
    case, _ = open_case(bundle)
    assert case.order and case.teams and case.pool and case.seed
    first, reserve = case.order["general"][:2]
    banned = case.pool.banned | {(case.teams[first][0], reserve)}
    pool = teams.Pool(case.pool.ids, case.pool.cap, case.pool.leads, banned, 2)
    order = teams.candidates(pool, reserve, case.seed.assign())
    lead = next(o for o in order if o in pool.leads)
    own = sorted([lead, next(o for o in order if o != lead)])
    visits = Visits(pool, case.seed.assign(), case.order, case.teams)
    wrong = event("replace", first, 5, by_uid=reserve, team=case.teams[first])
    assert visits.apply(wrong["event"]) is not None
    assert visits.apply(event("replace", first, 5, by_uid=reserve, team=own)["event"]) is None


def test_the_start_is_within_caps_and_as_even_as_can_be_when_that_is_possible() -> None:
    """Against all assignments of small cases."""
    dice = random.Random(7)
    suite = draw.Suite(1)
    compared = 0
    for number in range(150):
        ids = tuple("abcd")
        cap = {o: dice.randrange(0, 4) for o in ids}
        visits = ["u1", "u2", "u3"]
        banned = frozenset((o, u) for o in ids for u in visits if dice.random() < 0.25)
        pool = teams.Pool(ids, cap, frozenset(o for o in ids if dice.random() < 0.6), banned, 2)
        pairs = [(a, b) for a in ids for b in ids if a < b]
        choices = [[p for p in pairs if pool.lawful(p, u)] for u in visits]
        every = [[sum(o in p for p in picked) for o in ids] for picked in product(*choices)]
        key = number.to_bytes(2, "big")
        try:
            start = teams.Start(pool, visits, lambda message, key=key: suite.mac(key, message)).run()
        except teams.Impossible:
            assert not every
            continue
        assert all(pool.lawful(team, u) and team[0] in pool.leads for u, team in start.items())
        loads = [sum(o in team for team in start.values()) for o in ids]
        within = [x for x in every if all(n <= cap[o] for n, o in zip(x, ids, strict=True))]
        if within:
            compared += 1
            assert all(n <= cap[o] for n, o in zip(loads, ids, strict=True))
            assert sum(n * n for n in loads) == min(sum(n * n for n in x) for x in within)
    assert compared > 20


def county() -> dict[str, Any]:
    """1,263 sites, 63 visits, 30 officers."""
    bundle = tiny()
    suite, m = draw.Suite(1), bundle["manifest"]
    units = [[f"9141172{i:05d}", "general" if i % 20 else "-capped"] for i in range(1263)]
    officers = [[f"o-{i:016x}", int(i % 2 == 0), 12] for i in range(30)]
    bans = sorted([officers[i * 7 % 30][0], units[i * 5][0]] for i in range(250))
    size = sum(s == "general" for _, s in units)
    rules = {"general": {"base": "number", "value": 63}}
    key = bytes.fromhex(bundle["list_key"])
    h = suite.hash
    m |= {
        "rules": h(jcs(rules)).hex(),
        "roster": {"root": tree.root(h, draw.unit_leaves(suite, key, units)).hex(), "size": len(units)},
        "officers": {"root": tree.root(h, draw.officer_leaves(suite, key, officers)).hex(), "size": 30},
        "bans": {"root": tree.root(h, draw.ban_leaves(suite, key, bans)).hex(), "size": len(bans)},
        "strata": [{"id": "general", "size": size, "least": 63, "take": 63}],
        "excluded": [{"reason": "capped", "size": len(units) - size}],
    }
    return bundle | {"units": units, "officers": officers, "bans": bans, "rules": rules}


def test_a_county_takes_seconds() -> None:
    bundle = county()
    logged = attach(bundle, story(bundle))
    began = time.perf_counter()
    report = check(logged, trust(2))
    assert report["verdict"] == "VALID", report["steps"]
    assert time.perf_counter() - began < 5
