"""A manifest that cannot fail, or a named refusal."""

from typing import Any

import pytest

from policies.errors import Problem
from policies.rd1 import beacon, freeze
from policies.rd1.canonical import sha256, suite_of
from policies.rd1.draw import draw
from policies.rd1.draw_errors import (
    FrozenLate,
    KeyDiffers,
    NoLead,
    RoleMissing,
    RootDiffers,
    RuleMissing,
    TakeOutOfRange,
    TeamTooLarge,
    TooFewCandidates,
    TooFewForCrews,
    TooManyBanned,
)
from policies.rd1.form_errors import BadField, NotAscending, TooMuchWork
from policies.rd1.manifests import least
from policies.rd1.merkle import leaf_hash, root_from_path
from policies.rd1.moments import SECOND, nanoseconds

from .rd1_world import RULES, made, manifest_of, small_lists

KEYS = [sha256(b"platform"), sha256(b"bureau")]


def refused(
    fault: type[Problem], lists: freeze.Lists | None = None, keys: Any = KEYS, **given: Any
) -> Problem:
    with pytest.raises(fault) as caught:
        manifest_of(lists or small_lists(), keys, **given)
    for language in ("zh", "en"):
        assert "{" not in caught.value.line(language)
    return caught.value


@pytest.mark.parametrize(
    ("fault", "given"),
    [
        (TakeOutOfRange, {"takes": {"key": 0}}),
        (TakeOutOfRange, {"takes": {"key": 100}}),
        (RuleMissing, {"rules": {"key": RULES["key"]}}),
        (RuleMissing, {"takes": {"other": 1}}),
        (FrozenLate, {"frozen_at": "2025-12-30T02:00:00Z"}),
        (TeamTooLarge, {"min_candidates": 1}),
        (TooFewCandidates, {"min_candidates": 6}),
        (TooFewForCrews, {"crews": 4}),
        (TooManyBanned, {"crews": 1, "min_candidates": 2}),
        (TooMuchWork, {"walk_per_slot": 10**9}),
        (BadField, {"team": 1}),
        (BadField, {"kind": "special"}),
        (BadField, {"period": ""}),
        (BadField, {"item": "a,b"}),
        (BadField, {"prev": "00"}),
        (BadField, {"reveal_by": "2026-02-30"}),
        (BadField, {"beacon_at": "2025-12-30 10:00"}),
        (BadField, {"rules": RULES | {"key": {"base": "share", "value": "1/0"}}}),
        (BadField, {"rules": RULES | {"key": {"base": "half"}}}),
        (BadField, {"rules": RULES | {"key": {"base": "number", "value": "3"}}}),
        (RoleMissing, {"commits": [{"role": "platform", "c": "0" * 64}]}),
        (RoleMissing, {"commits": [{"role": "platform", "c": "0" * 64}] * 2}),
    ],
)
def test_a_manifest_is_refused(fault: type[Problem], given: dict[str, Any]) -> None:
    refused(fault, **given)


def test_lists_must_ascend_and_have_ids() -> None:
    good = small_lists()
    refused(NotAscending, freeze.Lists(good.list_key, good.units[::-1], good.officers, good.bans))
    refused(
        NotAscending, freeze.Lists.of(good.list_key, [*good.units, good.units[0]], good.officers, good.bans)
    )
    refused(
        NotAscending,
        freeze.Lists.of(good.list_key, good.units, [*good.officers, ("o-0000000000000000", 0, 3)], ()),
    )
    for bad in ("e\u0301", "a,b", "", "a\x85", "a\nb"):
        refused(BadField, freeze.Lists.of(good.list_key, [(bad, "key")], good.officers, ()))
    refused(BadField, freeze.Lists.of(good.list_key, [("u", "-")], good.officers, ()))
    refused(BadField, freeze.Lists.of(good.list_key, good.units, [("o", 2, 1)], ()))
    refused(BadField, freeze.Lists.of(good.list_key[:31], good.units, good.officers, ()))


def test_a_site_nobody_may_lead_at_is_named() -> None:
    good = small_lists()
    uid = good.units[0][0]
    bans = {(oid, uid) for oid, lead, _ in good.officers if lead}
    lists = freeze.Lists.of(good.list_key, good.units, good.officers, bans)
    assert refused(NoLead, lists).facts["uid"] == uid


def test_an_excluded_site_needs_no_officers() -> None:
    good = small_lists()
    uid = next(uid for uid, stratum in good.units if stratum.startswith("-"))
    lists = freeze.Lists.of(
        good.list_key, good.units, good.officers, {(oid, uid) for oid, _, _ in good.officers}
    )
    assert manifest_of(lists, KEYS)["excluded"] == [{"reason": "suspended", "size": 1}]


@pytest.mark.parametrize(
    ("rule", "size", "number"),
    [
        ({"base": "share", "value": "1/5"}, 41, 9),
        ({"base": "share", "value": "1/5"}, 0, 0),
        ({"base": "share", "value": "3/2"}, 4, 4),
        ({"base": "share", "value": "0/1"}, 9, 0),
        ({"base": "census"}, 14, 14),
        ({"base": "number", "value": 7}, 84, 7),
        ({"base": "number", "value": 7}, 5, 5),
    ],
)
def test_least_follows_from_the_rule(rule: dict[str, Any], size: int, number: int) -> None:
    assert least(rule, size) == number


def test_a_draw_runs_only_on_what_was_committed() -> None:
    one = made()
    other = small_lists(cap=8)
    with pytest.raises(RootDiffers):
        draw(one.manifest, other, one.keys, one.evidence)
    with pytest.raises(KeyDiffers):
        draw(one.manifest, one.lists, one.keys[::-1], one.evidence)
    with pytest.raises(RoleMissing):
        draw(one.manifest, one.lists, one.keys[:1], one.evidence)
    for evidence in ({"digits": "1"}, {"digits": "x" * 20}, {"digits": "１" * 20}, {}, {"signature": "00"}):
        with pytest.raises(Problem):
            draw(one.manifest, one.lists, one.keys, evidence)


def test_a_firm_can_check_its_own_leaf() -> None:
    one = made()
    suite = suite_of(1)
    uid = one.lists.units[5][0]
    leaf, index, path = freeze.unit_proof(suite, one.lists, uid)
    tree = one.manifest["roster"]
    assert root_from_path(suite.h, leaf_hash(suite.h, leaf), index, tree["size"], path) == bytes.fromhex(
        tree["root"]
    )
    with pytest.raises(KeyError):
        freeze.unit_proof(suite, one.lists, "stranger")


@pytest.mark.parametrize(
    ("at", "number"),
    [
        ("2023-08-23T15:09:27Z", 1),
        ("2020-01-01T00:00:00Z", 1),
        ("2023-08-23T15:09:27.000000001Z", 2),
        ("2023-08-23T23:09:30+08:00", 2),
        ("2023-09-15T11:00:03Z", 657413),
    ],
)
def test_the_round_is_the_first_at_or_after(at: str, number: int) -> None:
    assert beacon.round_at(at) == number
    moment = nanoseconds(at)
    assert moment is not None and (beacon.round_time(number) >= moment)
    assert number == 1 or beacon.round_time(number - 1) < moment


NO_TIMES = """
    2025-13-01T00:00:00Z 2025-01-01T24:00:00Z 2025-01-01T00:00:60Z 2025-01-01T00:00:00 ٢٠٢٥-01-01T00:00:00Z
    2025-01-01T00:00:00-00:00 2025-01-01t00:00:00z 0000-01-01T00:00:00Z 2025-01-01T00:00:00+24:00
"""


@pytest.mark.parametrize("text", NO_TIMES.split())
def test_what_is_no_time(text: str) -> None:
    assert nanoseconds(text) is None


def test_times_compare_across_offsets() -> None:
    assert nanoseconds("2025-12-30T10:00:00+08:00") == nanoseconds("2025-12-30T02:00:00Z")
    assert nanoseconds("1970-01-01T00:00:01.5Z") == 3 * SECOND // 2
