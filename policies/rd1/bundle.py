"""Putting the opened bundle of a draw together for publication (protocol §11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.rd1.freeze import Lists


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry with its place in the log and its inclusion proof (leaf to root, 32 bytes each)."""

    index: int
    entry: dict[str, Any]
    proof: Sequence[bytes]

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {"index": self.index, "entry": self.entry, "proof": [step.hex() for step in self.proof]}


def log_part(
    checkpoint: str,
    entries: Sequence[LogEntry],
    before_checkpoint: str | None = None,
    before: Sequence[LogEntry] = (),
) -> dict[str, Any]:
    """Member `log` of a bundle.

    Args:
        checkpoint: signed note that covers all entries.
        entries: manifest, beacon, result, every event, void, open; the previous manifest if draw_no > 1.
        before_checkpoint: an earlier one whose witnesses signed before `beacon_at`; None only for a draw
            that was voided before there was one.
        before: at least manifest and escrow, with proofs to that earlier checkpoint.
    """
    part: dict[str, Any] = {"checkpoint": checkpoint, "entries": [one.as_dict() for one in entries]}
    if before_checkpoint is not None:
        part["before"] = {"checkpoint": before_checkpoint, "entries": [one.as_dict() for one in before]}
    return part


def make_bundle(
    manifest: Mapping[str, Any],
    rules: Mapping[str, Any],
    lists: Lists,
    keys: Sequence[bytes],
    *,
    m: bytes,
    evidence: Mapping[str, Any] | None = None,
    r: bytes | None = None,
    z: bytes | None = None,
    events: Sequence[tuple[bytes, Mapping[str, Any]]] = (),
    log: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The bundle as JSON values.

    Args:
        keys: K of each role in the order of `commits`, 32 bytes each.
        m, r, z: as published; evidence, r or z is None when the draw was voided before it was born.
        events: (salt of 16 bytes, event) in log order.
        log: from `log_part`.
    """
    bundle: dict[str, Any] = {
        "manifest": dict(manifest),
        "rules": dict(rules),
        "list_key": lists.list_key.hex(),
        "units": [list(unit) for unit in lists.units],
        "officers": [list(officer) for officer in lists.officers],
        "bans": [list(ban) for ban in lists.bans],
        "keys": [key.hex() for key in keys],
    }
    if r is not None and z is not None:
        bundle["published"] = {"manifest": m.hex(), "beacon": r.hex(), "root": z.hex()}
    if evidence is not None:
        bundle["beacon"] = dict(evidence)
    if events:
        bundle["events"] = [{"salt": salt.hex(), "event": dict(event)} for salt, event in events]
    if log is not None:
        bundle["log"] = dict(log)
    return bundle
