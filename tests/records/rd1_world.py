"""Draws and logs with keys of their own, for stories the vectors do not tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policies.rd1 import beacon, changes, freeze, logs, merkle
from policies.rd1.bundle import LogEntry, log_part, make_bundle
from policies.rd1.canonical import sha256, suite_of
from policies.rd1.draw import Drawn, draw
from policies.rd1.logs_notes import LOG_KEY, WITNESS_KEY, Signer, cosign, sign_checkpoint
from policies.rd1.logs_trust import Trust, sign_escrow
from policies.rd1.moments import SECOND, nanoseconds

VECTORS = Path(__file__).parent / "vectors"
LOG = Signer("draws.test/log", LOG_KEY, sha256(b"log"))
CITY, OFFICE = (Signer(f"{n}.test/witness", WITNESS_KEY, sha256(n.encode())) for n in ("city", "office"))
RULES: dict[str, Any] = {
    "key": {"base": "share", "value": "1/5", "text": "test"},
    "special": {"base": "census"},
    "general": {"base": "number", "value": 4, "year": 16},
}


def trust(need: int = 1) -> Trust:
    return Trust((LOG.verifier,), (CITY.verifier, OFFICE.verifier), need)


def unix(at: str) -> int:
    found = nanoseconds(at)
    assert found is not None
    return found // SECOND


def small_lists(sites: int = 40, officers: int = 6, cap: int = 9) -> freeze.Lists:
    """Every fifth site key, every thirteenth special, one suspended; every second officer a lead."""
    units = []
    for i in range(sites):
        stratum = "-suspended" if i == 3 else "special" if i % 13 == 0 else "key" if i % 5 == 0 else "general"
        units.append((f"911500000000000{i:03d}X001P", stratum))
    staff = [(f"o-{i:016x}", (i + 1) % 2, cap) for i in range(officers)]
    bans = [(staff[i % 4][0], units[i][0]) for i in range(0, sites, 3)]
    return freeze.Lists.of(sha256(b"list"), units, staff, bans)


@dataclass
class Made:
    """A frozen and drawn draw with everything that went in."""

    manifest: dict[str, Any]
    lists: freeze.Lists
    keys: list[bytes]
    evidence: dict[str, Any]
    drawn: Drawn
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def bureau(self) -> str:
        return str(self.manifest["bureau"])

    def standing(self) -> changes.Standing:
        return changes.standing_after(self.manifest, self.lists, self.drawn, self.events)


def manifest_of(lists: freeze.Lists, keys: Sequence[bytes], **given: Any) -> dict[str, Any]:
    suite, number = given.pop("suite", 1), given.pop("draw_no", 1)
    roles = ("platform", "bureau", "witness")[: len(keys)]
    commits = [
        {"role": r, "c": freeze.commitment(suite_of(suite), "150203", number, r, k).hex()}
        for r, k in zip(roles, keys, strict=True)
    ]
    plain: dict[str, Any] = {
        "rules": RULES,
        "takes": {},
        "bureau": "150203",
        "subject": "150203",
        "item": "routine-source",
        "kind": "routine",
        "period": "2026Q1",
        "prev": freeze.FIRST,
        "frozen_at": "2025-12-25T09:00:00+08:00",
        "beacon_at": "2025-12-30T10:00:00+08:00",
        "reveal_by": "2026-04-10",
        "team": 2,
        "crews": 0,
        "min_candidates": 3,
        "walk_per_slot": 20,
        "beacon": beacon.spoken_rule(),
        "commits": commits,
    }
    return freeze.make_manifest(lists, suite=suite, draw_no=number, **(plain | given))


def made(lists: freeze.Lists | None = None, **given: Any) -> Made:
    lists = lists or small_lists()
    keys = [sha256(b"platform"), sha256(b"bureau")]
    manifest = manifest_of(lists, keys, **given)
    evidence = {"digits": "27182818284590452353"}
    return Made(manifest, lists, keys, evidence, draw(manifest, lists, keys, evidence))


class PublicLog:
    """A log in memory: entries, checkpoints, proofs."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def add(self, entry: dict[str, Any]) -> int:
        self.entries.append(entry)
        return len(self.entries) - 1

    def hashes(self, size: int) -> list[bytes]:
        return [merkle.leaf_hash(sha256, logs.leaf_data(entry)) for entry in self.entries[:size]]

    def checkpoint(self, size: int, seen: Mapping[Signer, str]) -> str:
        text = sign_checkpoint(LOG, size, merkle.root(sha256, self.hashes(size)))
        for witness, at in seen.items():
            text = cosign(witness, text, unix(at))
        return text

    def row(self, index: int, size: int) -> LogEntry:
        path = merkle.inclusion_path(sha256, self.hashes(size), index)
        return LogEntry(index, self.entries[index], path)


EARLY = {CITY: "2025-12-27T00:00:00Z", OFFICE: "2025-12-27T00:00:00Z"}
TIMES = {
    "manifest": "2025-12-25T02:00:00Z",
    "escrow": "2025-12-25T03:00:00Z",
    "beacon": "2025-12-30T02:00:05Z",
    "result": "2025-12-30T02:10:00Z",
    "void": "2025-12-30T03:00:00Z",
}
KINDS = ("manifest", "escrow", "beacon", "result")


def entries_of(one: Made, times: Mapping[str, str], void: bool = False) -> dict[str, dict[str, Any]]:
    m, who = one.drawn.m, one.bureau
    found = {
        "manifest": logs.manifest_entry(one.manifest, m, times["manifest"]),
        "escrow": logs.escrow_entry(who, m, CITY.name, sign_escrow(CITY, m), times["escrow"]),
        "beacon": logs.beacon_entry(who, m, one.drawn.r, times["beacon"]),
        "result": logs.result_entry(who, m, one.drawn.root, times["result"]),
    }
    if void:
        found["void"] = logs.void_entry(who, m, "test", times["void"])
    return found


def logged(
    one: Made,
    *,
    kinds: Sequence[str] = KINDS,
    earlier: int = 2,
    seen: Mapping[Signer, str] = EARLY,
    times: Mapping[str, str] | None = None,
    first: Sequence[dict[str, Any]] = (),
    changed: Mapping[str, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """The bundle of a draw whose log holds `first`, the entries of these kinds, then every event.

    Args:
        earlier: entries of this draw under the earlier checkpoint; 0 leaves `before` out.
        times: moments of entries by kind.
        changed: members of entries to alter, by kind.
    """
    suite = suite_of(one.manifest["suite"])
    log = PublicLog()
    for entry in first:
        log.add(entry)
    made_of = entries_of(one, {**TIMES, **(times or {})}, "void" in kinds)
    for kind in kinds:
        log.add({**made_of[kind], **(changed or {}).get(kind, {})})
    salted = [(sha256(str(i).encode())[:16], event) for i, event in enumerate(one.events)]
    for salt, event in salted:
        h = changes.event_hash(suite, salt, event)
        log.add(logs.event_entry(one.bureau, one.drawn.m, h, event["at"]))
    size, early = len(log.entries), len(first) + earlier
    late = log.checkpoint(size, {CITY: "2026-04-01T00:00:00Z", OFFICE: "2026-04-01T00:00:00Z"})
    rows = [log.row(i, size) for i in range(size) if log.entries[i]["t"] != "escrow"]
    before = [log.row(i, early) for i in range(len(first), early)]
    drawn = {"evidence": one.evidence, "r": one.drawn.r, "z": one.drawn.root} if "result" in kinds else {}
    return make_bundle(
        one.manifest,
        RULES,
        one.lists,
        one.keys,
        m=one.drawn.m,
        events=salted,
        log=log_part(late, rows, log.checkpoint(early, seen) if earlier else None, before),
        **drawn,
    )
