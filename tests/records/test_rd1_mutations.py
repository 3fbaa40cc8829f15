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

from .rd1_world import VECTORS

JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**40, 2**70, 1.5, float("nan"), "", "-", "a,b", "é", "e\u0301", "\ud800",
    "0" * 64, "f" * 63, [], {}, [[]], {"a": 1}, {1: 2}, (1,), b"x", "routine", "2025-12-25T09:00:00+08:00",
)  # fmt: skip


def vector(name: str) -> dict[str, Any]:
    return json.loads((VECTORS / f"{name}.json").read_text("utf-8"))


def outcome(data: bytes, trust: str | None = None) -> tuple[Any, str]:
    """What was read and the verdict on it."""
    try:
        bundle = read_bundle(data)
    except Problem:
        return None, "unreadable"
    return bundle, verify(bundle, parse_trust(trust) if trust else None).verdict


def mutants(data: bytes, dice: random.Random, places: Iterator[int]) -> Iterator[bytes]:
    """Each chosen byte replaced, dropped or doubled."""
    for at in places:
        other = dice.choice(b'0123456789abcdefg",:{}[]- \x00\xff')
        yield data[:at] + bytes([other]) + data[at + 1 :]
        yield data[:at] + data[at + 1 :]
        yield data[:at] + data[at : at + 1] + data[at:]


def check_bytes(name: str, step: int) -> None:
    given = vector(name)
    trust = given.get("trust")
    data = json.dumps(given["bundle"], ensure_ascii=False).encode()
    whole, _ = outcome(data, trust)
    dice = random.Random(name)
    for mutant in mutants(data, dice, iter(range(dice.randrange(step), len(data), step))):
        bundle, verdict = outcome(mutant, trust)
        assert verdict in ("INVALID", "unreadable") or bundle == whole, mutant


@pytest.mark.parametrize(("name", "step"), [("rd1-tiny", 17), ("rd1-drand-log", 997), ("rd1-sm3-log", 397)])
def test_no_altered_byte_passes(name: str, step: int) -> None:
    check_bytes(name, step)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "step"), [("rd1-tiny", 1), ("rd1-crews-log", 97)])
def test_no_altered_byte_passes_at_length(name: str, step: int) -> None:
    check_bytes(name, step)


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
