"""A county's draw in one process: freeze, tickets, teams, walk, result; and its verification."""

import hmac
import json
from collections.abc import Iterator

from policies.rd1.canonical import suite_of
from policies.rd1.draw import draw
from policies.rd1.freeze import Lists, commitment, make_manifest
from policies.rd1.record import read_bundle
from policies.verify import verify

from .meter import Figure, pairs

SITES, VISITS, OFFICERS = 1263, 63, 30
KEYS = (b"\x01" * 32, b"\x02" * 32)
DIGITS = {"digits": "31415926535897932384"}


def lists(sites: int = SITES, officers: int = OFFICERS) -> Lists:
    """A roster of the issue's size: 53 key, 10 special, the rest general; some bans."""
    units = [(f"91411721MA{i:07d}X001P", stratum(i)) for i in range(sites)]
    people = [(f"o-{i:016x}", int(i % 3 == 0), 12) for i in range(officers)]
    bans = [(people[i % officers][0], units[i * 7 % sites][0]) for i in range(20)]
    return Lists.of(b"\x07" * 32, units, people, set(bans))


def stratum(i: int) -> str:
    return "key" if i < 53 else "special" if i < 63 else "general"


def manifest(frozen: Lists) -> dict:
    """The manifest of a draw of 63 visits."""
    rules = {
        "key": {"base": "share", "value": "1/4", "text": "bench"},
        "special": {"base": "census", "text": "bench"},
        "general": {"base": "number", "value": 39, "text": "bench"},
    }
    commits = [
        {"role": role, "c": commitment(suite_of(1), "411721", 1, role, key).hex()}
        for role, key in zip(("platform", "bureau"), KEYS, strict=True)
    ]
    return make_manifest(
        frozen,
        rules=rules,
        takes={"key": 14, "special": 10, "general": 39},
        suite=1,
        bureau="411721",
        subject="411721",
        item="routine-source",
        kind="routine",
        period="2026Q1",
        draw_no=1,
        prev="0" * 64,
        frozen_at="2025-12-25T09:00:00+08:00",
        beacon_at="2025-12-25T15:00:00+08:00",
        reveal_by="2026-04-14",
        team=2,
        crews=0,
        min_candidates=3,
        walk_per_slot=50,
        beacon={"kind": "spoken", "digits": 20},
        commits=commits,
    )


def all_steps() -> tuple[dict, Lists, object]:
    frozen = lists()
    fixed = manifest(frozen)
    return fixed, frozen, draw(fixed, frozen, KEYS, DIGITS)


def bare_macs() -> None:
    """The least any keyed draw must do: one HMAC a site, keyed state copied."""
    keyed = hmac.new(b"k" * 32, digestmod="sha256")
    for i in range(SITES):
        one = keyed.copy()
        one.update(b"91411721MA%07dX001P" % i)
        one.digest()


def bundle() -> dict:
    fixed, frozen, drawn = all_steps()
    return {
        "manifest": fixed,
        "rules": {
            "key": {"base": "share", "value": "1/4", "text": "bench"},
            "special": {"base": "census", "text": "bench"},
            "general": {"base": "number", "value": 39, "text": "bench"},
        },
        "list_key": frozen.list_key.hex(),
        "units": [list(u) for u in frozen.units],
        "officers": [list(o) for o in frozen.officers],
        "bans": [list(b) for b in frozen.bans],
        "keys": [k.hex() for k in KEYS],
        "beacon": DIGITS,
        "published": {"manifest": drawn.m.hex(), "beacon": drawn.r.hex(), "root": drawn.root.hex()},
    }


def figures() -> Iterator[Figure]:
    base = f"bare HMAC of the same {SITES} ids"
    size = f"{SITES} sites, {VISITS} visits, {OFFICERS} officers"
    yield pairs(f"county draw, all steps ({size})", all_steps, base, bare_macs, target="< 0.08 CPU s")
    whole = bundle()
    result = verify(whole, None)
    if result.verdict != "CONSISTENT":
        raise SystemExit(f"the measured bundle is {result.verdict}: {result.as_dict()}")
    data = json.dumps(whole, ensure_ascii=False).encode()
    yield pairs(
        "verification of that bundle, read from its bytes",
        lambda: verify(read_bundle(data), None),
        "drawing it",
        all_steps,
        target="< 0.3 CPU s",
    )
