"""The second verifier reproduces every vector, refuses every tampered one, and knows the rules they omit."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from . import beacon, draw, teams, tree
from .checker import check, main, open_case
from .coding import Unreadable, jcs, read_json

VECTORS = Path(__file__).parents[1] / "records" / "vectors"
GOOD = sorted(VECTORS.glob("rd1-*.json"))
TAMPERED = sorted((VECTORS / "tampered").glob("*.json"))
FAILS = {  # the step that must notice, at least
    "ban_deleted": "V2",
    "beacon_changed": "V6",
    "bureau_swaps_its_secret": "V4",
    "event_hidden": "V12",
    "event_officer_picked": "V12",
    "every_officer_banned_from_one_unit_relogged": "V3",
    "log_escrow_missing": "V4",
    "log_no_earlier_checkpoint": "V6",
    "log_proof_altered": "V13",
    "log_result_entry_altered": "V11",
    "officer_swapped_for_a_stranger": "V2",
    "quota_lowered": "V3",
    "quota_lowered_and_relogged": "V3",
    "result_root_flipped": "V11",
    "rules_changed": "V3",
    "unit_dropped_after_freeze": "V2",
    "unit_moved_to_other_stratum": "V2",
}


def vector(name: str) -> dict[str, Any]:
    return read_json((VECTORS / name).read_text("utf-8"))


def failed(report: dict[str, Any]) -> set[str]:
    return {s["id"] for s in report["steps"] if s["status"] == "failed"}


def test_the_vectors_are_there() -> None:
    assert len(GOOD) >= 6 and {p.stem for p in TAMPERED} >= set(FAILS)


@pytest.mark.parametrize("path", GOOD, ids=lambda p: p.stem)
def test_a_vector_is_reproduced_byte_for_byte(path: Path) -> None:
    given = read_json(path.read_text("utf-8"))
    bundle, expect = given["bundle"], given["expect"]
    case, impossible = open_case(bundle)
    assert impossible is None
    assert case.seed and case.order and case.start and case.teams
    h = case.suite.hash
    leaves = draw.result_leaves(case.seed, case.m, case.order, case.teams)
    list_key = bytes.fromhex(bundle["list_key"])
    found = {
        "prk": case.seed.prk.hex(),
        "selected": sorted(case.drawn(), key=str.encode),
        "order": case.order,
        "crews": case.crews,
        "start": case.start,
        "teams": case.teams,
        "leaves": [leaf.hex() for leaf in leaves],
        "tickets": {u: case.seed.ticket(u).hex() for u in case.drawn()},
        "path_0": [x.hex() for x in tree.audit_path(h, leaves, 0)],
        "pseudonym_of_豫Q1000": draw.pseudonym(case.suite, list_key, "豫Q1000"),
    }
    report = check(bundle, given.get("trust"))
    found |= {name: report[name] for name in ("verdict", "not_checked", "assumes")}
    assert found == expect
    top = tree.root(h, leaves)
    path_0 = [bytes.fromhex(x) for x in expect["path_0"]]
    assert tree.root_from_path(h, leaves[0], 0, len(leaves), path_0) == top
    assert top.hex() == bundle["published"]["root"]


@pytest.mark.parametrize("path", TAMPERED, ids=lambda p: p.stem)
def test_a_tampered_vector_is_refused(path: Path) -> None:
    logged = path.stem.startswith(("log_", "event_"))
    report = check(
        read_json(path.read_text("utf-8")), vector("rd1-drand-log.json")["trust"] if logged else None
    )
    assert report["verdict"] == "INVALID"
    if path.stem in FAILS:
        assert FAILS[path.stem] in failed(report)


@pytest.mark.parametrize("path", [p for p in GOOD if "log" in p.stem], ids=lambda p: p.stem)
def test_without_a_trust_file_nothing_is_valid(path: Path) -> None:
    report = check(read_json(path.read_text("utf-8"))["bundle"])
    assert report["verdict"] == "CONSISTENT"
    assert report["not_checked"] == ["V4", "V6", "V13"]


def test_a_stranger_s_trust_file_is_not_met() -> None:
    report = check(vector("rd1-drand-log.json")["bundle"], vector("rd1-sm3-log.json")["trust"])
    assert {"V4", "V6", "V13"} <= failed(report)


def test_quicknet_is_pinned() -> None:
    known = vector("quicknet.json")
    assert known["chain"] == beacon.QUICKNET_CHAIN and known["public_key"] == beacon.QUICKNET_KEY
    assert (known["genesis"], known["period"]) == (beacon.QUICKNET_GENESIS, beacon.QUICKNET_PERIOD)
    example = known["example"]
    assert beacon.drand_signature_holds(example["round"], example["signature"])
    assert not beacon.drand_signature_holds(example["round"] + 1, example["signature"])
    assert not beacon.drand_signature_holds(example["round"], "c0" + "00" * 47)


@pytest.mark.parametrize("name", ["manifest", "rules", "units", "officers", "bans", "keys", "beacon"])
def test_a_member_of_the_wrong_type_is_no_crash(name: str) -> None:
    bundle = vector("rd1-tiny.json")["bundle"]
    for value in ([1], {"a": 1}, "x", 7, None, [["a"]], [{}]):
        if name == "manifest":
            with pytest.raises(Unreadable):
                check(bundle | {name: value})
        else:
            assert "V1" in failed(check(bundle | {name: value})) or value == {"a": 1}


def test_every_absent_member_is_not_checked_never_passed() -> None:
    full = vector("rd1-drand-log.json")
    for name in full["bundle"]:
        rest = {k: v for k, v in full["bundle"].items() if k != name}
        if name == "manifest":
            continue
        report = check(rest, full["trust"])
        expected = "INVALID" if name == "events" else "CONSISTENT"
        assert report["verdict"] == expected, name


@pytest.mark.parametrize(
    "manifest",
    [
        {"extra": 1},
        {"team": True},
        {"team": 2.0},
        {"draw_no": 2**53},
        {"frozen_at": "2025-12-25 09:00:00Z"},
        {"kind": "other"},
    ],
)
def test_the_form_of_the_manifest(manifest: dict[str, Any]) -> None:
    bundle = vector("rd1-tiny.json")["bundle"]
    bundle["manifest"] |= manifest
    assert "V1" in failed(check(bundle))


@pytest.mark.parametrize("uid", ["a,b", "e\u0301", "a\u0007", ""])
def test_the_form_of_ids(uid: str) -> None:
    bundle = vector("rd1-tiny.json")["bundle"]
    bundle["units"][0][0] = uid
    assert "V1" in failed(check(bundle))


@pytest.mark.parametrize("text", ['{"a":1,"a":1}', "{", '{"manifest":{"v":"rd2","suite":1}}', "[NaN]", "[]"])
def test_unreadable_is_an_error_of_its_own(text: str, tmp_path: Path) -> None:
    file = tmp_path / "bundle.json"
    file.write_text(text, "utf-8")
    assert main([str(file)]) == 2


def test_a_lone_surrogate_is_unreadable() -> None:
    bundle = vector("rd1-tiny.json")["bundle"]
    bundle["manifest"]["item"] = "\ud800"
    with pytest.raises(Unreadable):
        check(bundle)


@pytest.mark.parametrize("text", ["", "need 1", "log x\nneed 1", "need 0", "trust me"])
def test_an_unreadable_trust_file(text: str) -> None:
    with pytest.raises(Unreadable):
        check(vector("rd1-tiny.json")["bundle"], text)


def test_canonical_json() -> None:
    value = {
        "\u20ac": 1,
        "\r": '\u20ac$\u000f\nA\'B"\\\\"/',
        "1": [True, None],
        "\U0001f600": 0,
        "\ufb33": "\x7f",
    }
    expected = (
        '{"\\r":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/","1":[true,null],"€":1,"\U0001f600":0,"\ufb33":"\x7f"}'
    )
    assert jcs(value).decode() == expected
    numbers = [333333333.33333329, 1e30, 4.50, 2e-3, 1e-27, 1e21, 1e20, 1e-7, 1.5e-6, -0.0, 5e-324, -12.5]
    expected = (
        "[333333333.3333333,1e+30,4.5,0.002,1e-27,1e+21,100000000000000000000,1e-7,0.0000015,0,5e-324,-12.5]"
    )
    assert jcs(numbers).decode() == expected


def test_proofs_of_every_leaf_in_trees_of_every_size() -> None:
    h = draw.Suite(1).hash
    for size in range(1, 20):
        leaves = [bytes([i]) for i in range(size)]
        top = tree.root(h, leaves)
        for i in range(size):
            path = tree.audit_path(h, leaves, i)
            assert tree.root_from_path(h, leaves[i], i, size, path) == top
            assert tree.root_from_path(h, leaves[i], i, size, [*path, top]) is None
            assert tree.root_from_path(h, leaves[i], size, size, path) is None
            assert not path or tree.root_from_path(h, leaves[i], i, size, path[:-1]) is None


def test_nobody_else_can_make_a_team_when_there_is_none() -> None:
    pool = teams.Pool(("a", "b"), {"a": 1, "b": 1}, frozenset("a"), frozenset({("a", "u")}), 2)
    with pytest.raises(teams.Impossible):
        teams.Start(pool, ["u"], lambda m: draw.Suite(1).hash(m)).run()


def test_a_changed_copy_changes_the_verdict_only_of_that_copy() -> None:
    bundle = vector("rd1-tiny.json")["bundle"]
    before = copy.deepcopy(bundle)
    check(bundle)
    assert bundle == before
    assert json.loads(jcs(bundle)) == bundle
