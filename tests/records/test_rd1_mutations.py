"""Whatever is altered in a bundle: never a crash, never a better verdict."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from policies.errors import Problem
from policies.rd1.logs import parse_trust
from policies.rd1.record import read_bundle
from policies.verify import verify

from .mutants import OPEN, SAME, every_flip, first_failure, given, judged, likely
from .rd1_world import VECTORS

JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**40, 2**70, 1.5, float("nan"), "", "-", "a,b", "é", "e\u0301", "\ud800",
    "0" * 64, "f" * 63, [], {}, [[]], {"a": 1}, {1: 2}, (1,), b"x", "routine", "2025-12-25T09:00:00+08:00",
)  # fmt: skip


NAMES = sorted(p.stem for p in VECTORS.glob("rd1-*.json"))


def vector(name: str) -> dict[str, Any]:
    return json.loads((VECTORS / f"{name}.json").read_text("utf-8"))


def test_no_altered_byte_of_the_tiny_vector_passes() -> None:
    """Exhaustive: every bit of every byte turned, every byte dropped and doubled."""
    found = every_flip("rd1-tiny", 0, 1)
    assert found[OPEN] == 0 and found.total() == 10 * len(given("rd1-tiny").data)
    assert found[SAME] == 0  # there is no white space that could come or go
    assert {"V1", "V2", "V3", "V4", "V5", "V6", "V11", "NotJson"} <= set(found)


@pytest.mark.parametrize(("name", "places"), [(n, 150) for n in NAMES if n != "rd1-tiny"])
def test_no_altered_byte_passes(name: str, places: int) -> None:
    of, dice = given(name), random.Random(name)
    for at in dice.sample(range(len(of.data)), places):
        for mutant in likely(of.data, at, dice):
            assert judged(of, mutant) != OPEN, mutant


@pytest.mark.parametrize("name", NAMES)
def test_the_fast_judgement_is_the_verifier_s(name: str) -> None:
    of, dice = given(name), random.Random(name)
    assert judged(of, of.data) == SAME and first_failure(json.loads(of.data), of.trust) == OPEN
    for at in dice.sample(range(len(of.data)), 4):
        for mutant in likely(of.data, at, dice):
            try:
                verdict = verify(read_bundle(mutant), of.trust)
            except Problem:
                continue
            failed = [step.id for step in verdict.steps if step.status == "failed"]
            assert (verdict.verdict == "INVALID") == (first_failure(read_bundle(mutant), of.trust) != OPEN)
            assert failed[:1] in ([], [first_failure(read_bundle(mutant), of.trust)])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "step"), [("rd1-crews-log", 97), ("rd1-drand-log", 197), ("rd1-over-caps", 211)]
)
def test_no_altered_byte_passes_at_length(name: str, step: int) -> None:
    of, dice = given(name), random.Random(name)
    for at in range(dice.randrange(step), len(of.data), step):
        for mutant in likely(of.data, at, dice):
            assert judged(of, mutant) != OPEN, mutant


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if here:
        yield here
    if isinstance(value, dict):
        for name in value:
            yield from paths(value[name], (*here, name))
    elif isinstance(value, list):
        for i in range(min(3, len(value))):
            yield from paths(value[i], (*here, i))


@pytest.mark.parametrize("name", ["rd1-tiny", "rd1-crews-log", "rd1-team3-lottery-witness"])
def test_no_junk_makes_the_verifier_raise(name: str) -> None:
    given = vector(name)
    trust = parse_trust(given["trust"]) if "trust" in given else None
    dice = random.Random(name)
    for path in dice.sample(list(paths(given["bundle"])), 70):
        bundle = copy.deepcopy(given["bundle"])
        holder: Any = bundle
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = dice.choice(JUNK)
        got = verify(bundle, trust)
        assert got.verdict != "VALID" or repr(bundle) == repr(given["bundle"]), path
        json.dumps(got.as_dict())


@pytest.mark.parametrize("value", JUNK, ids=repr)
def test_a_bundle_that_is_none_fails_v1(value: Any) -> None:
    got = verify(value)
    assert got.verdict == "INVALID" and got.steps[0].status == "failed"


def test_work_is_bounded() -> None:
    for change in ({"walk_per_slot": 2**50}, {"crews": 1000}, {"team": 65}):
        given = vector("rd1-tiny")["bundle"]
        given["manifest"] |= change
        got = verify(given)
        assert got.steps[0].status == "failed" and got.steps[9].status == "not_checked"


def test_a_manifest_that_hides_its_size_does_not_unbound_the_work() -> None:
    given = vector("rd1-tiny")["bundle"]
    given["manifest"] |= {"walk_per_slot": 10**7}
    for line in given["manifest"]["strata"]:
        line["size"] = 0
    got = verify(given)
    assert got.steps[0].status == "passed" and got.steps[9].status == "failed"
