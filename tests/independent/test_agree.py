"""Two verifiers, written apart, agree on a thousand random draws and on an altered copy of each."""

from __future__ import annotations

import base64
import copy
import json
import random
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from policies.errors import Problem
from policies.rd1.logs import parse_trust
from policies.rd1.record import read_bundle
from policies.verify import verify
from tests.independent.checker import check
from tests.independent.coding import Unreadable, read_json
from tests.independent.test_mutations import alter, paths
from tests.records.random_draws import Random, random_draw

ROOT = Path(__file__).parents[2]
DRAWS, PARTS = 1000, 10
ONCE_AT_LEAST = {
    "suite 1", "suite 2", "drand", "lottery", "spoken", "routine", "overlay", "audit", "crews", "witness",
    "replace", "substitute", "cancel", "over caps", "unlawful change", "member absent", "late", "void",
    "early", "missing", "unwitnessed", "slow", "no before", "VALID", "CONSISTENT", "INVALID",
}  # fmt: skip


def ours(data: bytes, trust: str | None) -> dict[str, Any]:
    """What the package says, in the form both are compared in."""
    try:
        found = verify(read_bundle(data), parse_trust(trust) if trust else None)
    except Problem:
        return {"verdict": "INVALID", "unreadable": True}
    return {
        "verdict": found.verdict,
        "failed": [step.id for step in found.steps if step.status == "failed"],
        "not_checked": list(found.not_checked),
        "assumes": list(found.assumes),
        "void": found.void,
        "late": bool(found.late),
        "over_caps": sorted(found.over_caps),
    }


def theirs(data: bytes, trust: str | None) -> dict[str, Any]:
    """What the second verifier says; what it cannot read counts as refused."""
    try:
        found = check(read_json(data.decode()), trust)
    except (Unreadable, UnicodeDecodeError):
        return {"verdict": "INVALID", "unreadable": True}
    return {
        "verdict": found["verdict"],
        "failed": [step["id"] for step in found["steps"] if step["status"] == "failed"],
        "not_checked": found["not_checked"],
        "assumes": found["assumes"],
        "void": found["void"],
        "late": found["late"],
        "over_caps": sorted(found["over_cap"]),
    }


def alike(mine: dict[str, Any], other: dict[str, Any]) -> bool:
    """Every part agrees; over their caps the one names officers, the other the crews they are in."""
    if mine.get("over_caps") and other.get("over_caps", [""])[0].startswith("c0"):
        mine, other = mine | {"over_caps": []}, other | {"over_caps": []}
    return mine == other


def written(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def altered(number: int, one: Random) -> bytes:
    """The bundle with one place changed, as values or as bytes."""
    dice = random.Random(-number)
    data = written(one.bundle)
    if dice.random() < 0.3:
        at = dice.randrange(len(data))
        return data[:at] + bytes([dice.choice(data)]) + data[at + dice.randrange(2) :]
    bundle = copy.deepcopy(one.bundle)
    path = dice.choice(list(paths(bundle)))
    holder: Any = bundle
    for key in path[:-1]:
        holder = holder[key]
    alter(dice, holder, path[-1])
    return written(bundle)


seen: Counter[str] = Counter()


@pytest.mark.parametrize("part", range(PARTS))
def test_two_verifiers_agree(part: int) -> None:
    for number in range(part, DRAWS, PARTS):
        one = random_draw(number)
        data = written(one.bundle)
        mine = ours(data, one.trust)
        assert alike(mine, theirs(data, one.trust)), number
        changed = altered(number, one)
        assert ours(changed, one.trust)["verdict"] == theirs(changed, one.trust)["verdict"], number
        seen.update({*one.traits, mine["verdict"]})


def test_the_thousand_have_everything() -> None:
    if not seen:
        pytest.skip("counts what the draws before it were")
    assert {trait for trait in ONCE_AT_LEAST if seen[trait] < 3} == set(), seen


@pytest.mark.skipif(shutil.which("node") is None, reason="the browser's module runs in Node here")
def test_the_browser_s_module_agrees_with_both() -> None:
    """The third verifier, on every tenth draw and its altered copy."""
    asked, expected = [], []
    for number in range(0, DRAWS, 10):
        one = random_draw(number)
        for data in (written(one.bundle), altered(number, one)):
            request = {"text": base64.b64encode(data).decode(), "trust": one.trust, "bls": True, "lang": "en"}
            asked.append(json.dumps(request))
            expected.append((number, ours(data, one.trust)))
    command = ["node", "tests/front/vectors.mjs", "services/web/static/verify"]
    said = subprocess.run(command, cwd=ROOT, input="\n".join(asked) + "\n", capture_output=True, text=True)
    assert len(said.stdout.splitlines()) == len(asked), said.stderr
    for i, (line, (number, mine)) in enumerate(zip(said.stdout.splitlines(), expected, strict=True)):
        report = json.loads(line)["report"]
        assert report["verdict"].replace("UNREADABLE", "INVALID") == mine["verdict"], number
        if i % 2 == 0:
            failed = [step["id"] for step in report["steps"] if step["status"] == "failed"]
            assert (failed, report["not_checked"]) == (mine["failed"], mine["not_checked"]), number
