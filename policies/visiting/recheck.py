"""Which of a district's records are re-checked: drawn by rd1's own seed and tickets over a frozen frame.

The frame is every standing record of the quarter, each by a key of the real world and the fingerprint it was
sealed with. Manifest M fixes frame, size, beacon and the commitment to a secret before the beacon is born;
afterwards PRK, tickets and ranks are those of rd1 §5. Teams are not drawn: an audit has none. Our own rule.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.errors import Language, Problem
from policies.rd1 import beacon
from policies.rd1.canonical import lp, sha256, suite_of
from policies.rd1.draw import rank, seed

KIND = "shuangsui/audit/1"
STRATUM = "records"
SUITE = 1
STEPS: tuple[dict[Language, str], ...] = (
    {"zh": "抽样范围的指纹与记录清单一致", "en": "the list of records has the frame's fingerprint"},
    {"zh": "公开的密钥与事先的承诺一致", "en": "the secret fits the commitment made before"},
    {"zh": "公共随机数符合约定", "en": "the beacon is the one agreed on"},
    {"zh": "重新计算的样本与登记的样本一致", "en": "the sample computed again is the one noted"},
)


@dataclass(frozen=True, slots=True)
class Material:
    """All that a sample follows from, in the order it became known.

    Attributes:
        bureau, district, period: who audits whom, about which quarter.
        frame: (key, SHA-256 in hex) of every record, by key. size: how many are drawn.
        rule, beacon_at: of the beacon. commitment: hex. secret: hex, 32 bytes. evidence: of the beacon.
    """

    bureau: str
    district: str
    period: str
    frame: tuple[tuple[str, str], ...]
    size: int
    rule: Mapping[str, Any]
    beacon_at: str
    commitment: str
    secret: str = ""
    evidence: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """One step of the verification; `ok` None = it could not be done yet."""

    n: int
    words: dict[Language, str]
    ok: bool | None


def record_key(draw_no: int | None, slot: int | None, site: str, started: str) -> str:
    """Key of a record: "draw/slot" of a drawn visit, else site and beginning (RFC 3339)."""
    return f"{draw_no}/{slot}" if draw_no is not None else f"{site}@{started}"


def frame_of(records: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The frame, by key; equal input in any order gives the same."""
    return tuple(sorted(records))


def root_of(frame: Sequence[Sequence[str]]) -> str:
    """Fingerprint of a frame, hex: SHA-256 over LP(kind) and every LP(key)‖LP(seal)."""
    return sha256(lp(KIND) + b"".join(lp(key) + lp(seal) for key, seal in frame)).hex()


def commitment_of(secret: bytes) -> str:
    """Commitment to a 32-byte secret, hex."""
    return sha256(lp("audit/commit") + secret).hex()


def manifest_of(given: Material) -> dict[str, Any]:
    """What is fixed before the beacon is born."""
    return {
        "kind": KIND,
        "bureau": given.bureau,
        "district": given.district,
        "period": given.period,
        "records": len(given.frame),
        "size": given.size,
        "root": root_of(given.frame),
        "commitment": given.commitment,
        "beacon": dict(given.rule),
        "beacon_at": given.beacon_at,
        "suite": SUITE,
    }


def digest_of(given: Material) -> str:
    """M of the manifest, hex; it stands in both journals from the day the frame is fixed."""
    return _digest(given).hex()


def sample(given: Material) -> tuple[str, ...]:
    """Keys of the drawn records, by rank.

    Raises:
        BadField, MissingField, UnknownField, BeaconFalse: the evidence is none of the beacon agreed on.
        ValueError: secret or evidence are not known yet.
    """
    if given.evidence is None or not given.secret:
        raise ValueError("nothing to draw with")
    evidence, rule = dict(given.evidence), dict(given.rule)
    beacon.check_evidence(rule, evidence)
    beacon.check_signature(rule, evidence)
    suite = suite_of(SUITE)
    made = seed(suite, [bytes.fromhex(given.secret)], _digest(given), beacon.value(suite, rule, evidence))
    line = {"id": STRATUM, "take": given.size}
    order, _ = rank(made.ticket, [line], [(key, STRATUM) for key, _ in given.frame])
    return order[STRATUM][: given.size]


def verify(given: Material, root: str, keys: Sequence[str]) -> tuple[Checked, ...]:
    """The four steps over a sample that was noted. Steps whose material is secret yet are None.

    Args:
        root: as noted when the frame was fixed. keys: of the sample noted, by rank.
    """
    known = bool(given.secret) and given.evidence is not None
    fits = commitment_of(bytes.fromhex(given.secret)) == given.commitment if known else None
    true, same = _drawn(given, keys) if known else (None, None)
    answers = (root_of(given.frame) == root, fits, true, same)
    return tuple(Checked(n, STEPS[n - 1], ok) for n, ok in enumerate(answers, 1))


def _drawn(given: Material, keys: Sequence[str]) -> tuple[bool, bool]:
    try:
        return True, sample(given) == tuple(keys)
    except (Problem, ValueError):
        return False, False


def _digest(given: Material) -> bytes:
    text = json.dumps(manifest_of(given), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(lp("audit/manifest") + text.encode())
