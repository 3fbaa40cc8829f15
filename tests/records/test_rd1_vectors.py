"""Every vector byte for byte; every tampered one refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from policies.errors import Problem
from policies.rd1 import beacon, merkle
from policies.rd1.canonical import sha256, suite_of
from policies.rd1.draw import Drawn, draw
from policies.rd1.draw_errors import BeaconFalse
from policies.rd1.freeze import Lists, officer_salt, pseudonym
from policies.rd1.logs import parse_trust
from policies.rd1.record import read_bundle
from policies.verify import STEP_WORDS, Verdict, verify

from .rd1_world import VECTORS

NAMES = sorted(p.stem for p in VECTORS.glob("rd1-*.json"))
TAMPERED = sorted((VECTORS / "tampered").glob("*.json"))


def load(name: str) -> dict[str, Any]:
    return json.loads((VECTORS / f"{name}.json").read_text("utf-8"))


def lists_of(bundle: dict[str, Any]) -> Lists:
    rows = (tuple(tuple(row) for row in bundle[name]) for name in ("units", "officers", "bans"))
    return Lists(bytes.fromhex(bundle["list_key"]), *rows)


def drawn_of(bundle: dict[str, Any]) -> Drawn:
    keys = [bytes.fromhex(key) for key in bundle["keys"]]
    return draw(bundle["manifest"], lists_of(bundle), keys, bundle["beacon"])


def as_lists(named: dict[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: list(ids) for name, ids in named.items()}


def verdict_of(vector: dict[str, Any]) -> Verdict:
    bundle = read_bundle(json.dumps(vector["bundle"]).encode())
    return verify(bundle, parse_trust(vector["trust"]) if "trust" in vector else None)


def test_the_vectors_are_there() -> None:
    assert len(NAMES) == 6 and len(TAMPERED) == 17


@pytest.mark.parametrize("name", NAMES)
def test_the_draw_is_reproduced(name: str) -> None:
    vector = load(name)
    bundle, expect = vector["bundle"], vector["expect"]
    got = drawn_of(bundle)
    h = suite_of(bundle["manifest"]["suite"]).h
    path = merkle.inclusion_path(h, [leaf.hash for leaf in got.leaves], 0)
    assert got.prk.hex() == expect["prk"]
    assert [pick.uid for pick in got.picks] == expect["selected"]
    assert {pick.uid: pick.ticket.hex() for pick in got.picks} == expect["tickets"]
    assert as_lists(got.order) == expect["order"]
    assert as_lists(got.crews) == expect["crews"]
    assert as_lists(got.start) == expect["start"]
    assert as_lists(got.teams) == expect["teams"]
    assert [leaf.data.hex() for leaf in got.leaves] == expect["leaves"]
    assert [step.hex() for step in path] == expect["path_0"]
    published = {"manifest": got.m.hex(), "beacon": got.r.hex(), "root": got.root.hex()}
    assert published == bundle["published"]


@pytest.mark.parametrize("name", NAMES)
def test_the_pseudonym_is_reproduced(name: str) -> None:
    vector = load(name)
    suite = suite_of(vector["bundle"]["manifest"]["suite"])
    salt = officer_salt(suite, bytes.fromhex(vector["bundle"]["list_key"]), "豫Q1000")
    assert pseudonym(suite, salt, "豫Q1000") == vector["expect"]["pseudonym_of_豫Q1000"]


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_is_reproduced(name: str) -> None:
    vector = load(name)
    expect, got = vector["expect"], verdict_of(vector)
    assert got.verdict == expect["verdict"], [step for step in got.steps if step.status == "failed"]
    assert list(got.not_checked) == expect["not_checked"]
    assert list(got.assumes) == expect["assumes"]


def test_visits_over_the_cap_are_flagged() -> None:
    over = drawn_of(load("rd1-over-caps")["bundle"]).over_caps
    assert over and set(over.values()) == {2}
    assert verdict_of(load("rd1-over-caps")).over_caps == over


@pytest.mark.parametrize("path", TAMPERED, ids=lambda p: p.stem)
def test_a_tampered_bundle_is_refused(path: Path) -> None:
    in_log = path.name.startswith(("log_", "event_"))
    trust = parse_trust(load("rd1-drand-log")["trust"]) if in_log else None
    try:
        bundle = read_bundle(path.read_bytes())
    except Problem:
        return
    assert verify(bundle, trust).verdict == "INVALID"


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("ban_deleted", "V2"),
        ("beacon_changed", "V6"),
        ("bureau_swaps_its_secret", "V4"),
        ("every_officer_banned_from_one_unit_relogged", "V3"),
        ("log_escrow_missing", "V4"),
        ("log_proof_altered", "V13"),
        ("log_no_earlier_checkpoint", "V6"),
        ("event_officer_picked", "V12"),
        ("quota_lowered_and_relogged", "V3"),
        ("result_root_flipped", "V11"),
        ("rules_changed", "V3"),
    ],
)
def test_the_fault_is_named_by_its_step(name: str, step: str) -> None:
    bundle = load(f"tampered/{name}")
    verdict = verify(bundle, parse_trust(load("rd1-drand-log")["trust"]))
    assert step in {one.id for one in verdict.steps if one.status == "failed"}


def test_quicknet_is_the_pinned_one() -> None:
    net = load("quicknet")
    assert (net["chain"], net["public_key"]) == (beacon.QUICKNET, beacon.QUICKNET_KEY)
    assert (net["genesis"], net["period"]) == (beacon.GENESIS, beacon.PERIOD)
    rule = {"kind": "drand", "chain": net["chain"], "round": net["example"]["round"]}
    evidence = {"signature": net["example"]["signature"]}
    beacon.check_signature(rule, evidence)
    assert beacon.value(suite_of(2), rule, evidence) == sha256(bytes.fromhex(evidence["signature"]))
    for wrong in (rule | {"round": rule["round"] + 1}, rule | {"round": 2**53 - 1}):
        with pytest.raises(BeaconFalse):
            beacon.check_signature(wrong, evidence)
    for bad in ("c0" + "00" * 47, "00" * 48, "ff" * 48, net["example"]["signature"][:-2] + "00"):
        with pytest.raises(BeaconFalse):
            beacon.check_signature(rule, {"signature": bad})


def test_without_a_trust_file_nothing_is_valid() -> None:
    vector = load("rd1-drand-log")
    got = verify(vector["bundle"])
    assert got.verdict == "CONSISTENT" and list(got.not_checked) == ["V4", "V6", "V13"]


@pytest.mark.parametrize(
    ("absent", "open_steps"),
    [
        ("rules", ["V3"]),
        ("list_key", ["V2"]),
        ("units", ["V2", "V3", "V8", "V9", "V10", "V11", "V12"]),
        ("bans", ["V2", "V3", "V9", "V10", "V11", "V12"]),
        ("keys", ["V4", "V7", "V8", "V9", "V10", "V11", "V12"]),
        ("beacon", ["V6", "V7", "V8", "V9", "V10", "V11", "V12"]),
        ("published", ["V11"]),
        ("log", ["V4", "V5", "V6", "V11", "V12", "V13"]),
    ],
)
def test_an_absent_member_is_not_checked_and_never_passed(absent: str, open_steps: list[str]) -> None:
    vector = load("rd1-drand-log")
    del vector["bundle"][absent]
    got = verdict_of(vector)
    assert (got.verdict, list(got.not_checked)) == ("CONSISTENT", open_steps)


@pytest.mark.parametrize(
    ("absent", "altered"), [("bans", "units"), ("units", "officers"), ("officers", "bans")]
)
def test_a_list_left_out_does_not_hide_that_another_was_altered(absent: str, altered: str) -> None:
    vector = load("rd1-drand-log")
    del vector["bundle"][absent]
    del vector["bundle"][altered][0]
    got = verdict_of(vector)
    assert got.verdict == "INVALID"
    assert next(step.id for step in got.steps if step.status == "failed") == "V2"


def test_a_verdict_speaks_both_languages() -> None:
    got = verdict_of(load("rd1-drand-log"))
    assert [step.id for step in got.steps] == list(STEP_WORDS) == [f"V{i}" for i in range(1, 14)]
    for language in ("zh", "en"):
        form = got.as_dict(language)
        assert form["verdict"] == "VALID" and all(step["detail"] for step in form["steps"])
