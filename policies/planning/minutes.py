"""The minutes of a draw (抽取纪要): what drawer and witness saw, in numbers and hashes, as one text.

No site and no officer is named: the minutes are signed while the lists are sealed. Both parts confirm the
same hash, so neither can have seen something else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.rd1.canonical import jcs, sha256

VERSION = "shuangsui/minutes/1"


@dataclass(frozen=True, slots=True)
class MinutesFacts:
    """What the minutes are made from.

    Attributes:
        manifest: as logged (m, beacon, commits, strata). m, r, z: hex, fingerprint, beacon value, root.
        drawn_at: RFC 3339. late: the result came later than 15 minutes after the beacon.
        log: kind → index of the draw's entries in the public log.
        drawn, officers: how many visits were drawn, how many officers took part.
        waivers: what was done under a waiver of the superior: act, pair of duties, day, whose, its days.
    """

    manifest: Mapping[str, Any]
    m: str
    r: str
    z: str
    drawn_at: str
    late: bool
    log: Mapping[str, int]
    drawn: int
    officers: int
    waivers: Sequence[Mapping[str, str]] = ()


def minutes_of(facts: MinutesFacts) -> dict[str, Any]:
    """The minutes as a value of texts and whole numbers only."""
    manifest = facts.manifest
    return {
        "v": VERSION,
        **{name: str(manifest[name]) for name in ("bureau", "subject", "item", "kind", "period")},
        "draw_no": manifest["draw_no"],
        "frozen_at": manifest["frozen_at"],
        "beacon_at": manifest["beacon_at"],
        "beacon": manifest["beacon"]["kind"],
        "commits": [{"role": one["role"], "c": one["c"]} for one in manifest["commits"]],
        "strata": [_numbers(one) for one in manifest["strata"]],
        "m": facts.m,
        "r": facts.r,
        "z": facts.z,
        "drawn": facts.drawn,
        "officers": facts.officers,
        "drawn_at": facts.drawn_at,
        "late": "yes" if facts.late else "no",
        "log": dict(sorted(facts.log.items())),
        **({"waivers": [dict(one) for one in facts.waivers]} if facts.waivers else {}),
    }


def minutes_hash(minutes: Mapping[str, Any]) -> str:
    """Hex SHA-256 of the canonical minutes: what both confirm."""
    return sha256(jcs(dict(minutes))).hex()


def minutes_message(h: str) -> bytes:
    """The bytes a witness's device signs."""
    return f"{VERSION}\n{h}".encode()


def entry_indexes(entries: Iterable[tuple[str, int]]) -> dict[str, int]:
    """kind → index of the first entry of each kind, without changes made after the draw."""
    found: dict[str, int] = {}
    for kind, index in entries:
        if kind in ("manifest", "escrow", "beacon", "result"):
            found.setdefault(kind, index)
    return found


def _numbers(stratum: Mapping[str, Any]) -> dict[str, Any]:
    return {name: stratum[name] for name in ("id", "size", "least", "take")}
