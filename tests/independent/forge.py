"""Makes logs with keys of its own, so that the tests can tell stories the vectors do not tell."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from . import draw, tree
from .checker import open_case
from .coding import SHA256, Suite, jcs, lp
from .events import event_hash

LOG_NAME, WITNESS_NAMES = "log.test/log", ("city.test/w1", "office.test/w2")


class Signer:
    """An Ed25519 key with its C2SP name."""

    def __init__(self, name: str, kind: int) -> None:
        self.name = name
        self.private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())
        raw = bytes([kind]) + self.private.public_key().public_bytes_raw()
        self.id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        self.vkey = f"{name}+{self.id.hex()}+{base64.b64encode(raw).decode()}"

    def line(self, body: bytes, time: int | None = None) -> str:
        """A signature line; a cosignature when there is a time."""
        if time is None:
            signature = self.private.sign(body)
        else:
            message = f"cosignature/v1\ntime {time}\n".encode() + body
            signature = time.to_bytes(8, "big") + self.private.sign(message)
        return f"— {self.name} {base64.b64encode(self.id + signature).decode()}\n"


LOG = Signer(LOG_NAME, 1)
WITNESSES = [Signer(name, 4) for name in WITNESS_NAMES]


def trust(need: int = 1) -> str:
    """The trust file for these keys."""
    lines = [f"log {LOG.vkey}", *(f"witness {w.vkey}" for w in WITNESSES), f"need {need}"]
    return "\n".join(lines) + "\n"


def unix(at: str) -> int:
    """Seconds since 1970."""
    return int(datetime.fromisoformat(at).timestamp())


def view(entries: list[dict[str, Any]], size: int, shown: list[int], times: list[int]) -> dict[str, Any]:
    """A checkpoint over the first `size` entries with some of them proven."""
    leaves = [jcs(e) for e in entries[:size]]
    root = base64.b64encode(tree.root(SHA256.hash, leaves)).decode()
    body = f"{LOG_NAME}\n{size}\n{root}\n".encode()
    lines = [LOG.line(body), *(w.line(body, t) for w, t in zip(WITNESSES, times, strict=False))]
    rows = [
        {
            "index": i,
            "entry": entries[i],
            "proof": [h.hex() for h in tree.audit_path(SHA256.hash, leaves, i)],
        }
        for i in shown
    ]
    return {"checkpoint": body.decode() + "\n" + "".join(lines), "entries": rows}


def story(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    """manifest, escrow, beacon, result and every event of a draw, in the order they are logged."""
    case, _ = open_case(bundle)
    assert case.manifest is not None and case.r is not None
    assert case.seed is not None and case.order is not None and case.teams is not None
    m = case.manifest
    leaves = draw.result_leaves(case.seed, case.m, case.order, case.teams)
    about = {"bureau": m["bureau"], "m": case.m.hex()}
    escrow = WITNESSES[0].private.sign(lp("rd1/escrow") + case.m)
    named = {k: m[k] for k in ("bureau", "subject", "item", "kind", "period", "draw_no", "prev")}
    z = tree.root(case.suite.hash, leaves).hex()
    bundle["published"] = {"manifest": case.m.hex(), "beacon": case.r.hex(), "root": z}
    return [
        {"t": "manifest", "at": "2025-12-26T00:00:00Z", "h": case.m.hex(), **named},
        {
            "t": "escrow", "at": "2025-12-26T00:01:00Z", **about,
            "by": WITNESS_NAMES[0], "sig": base64.b64encode(escrow).decode(),
        },
        {"t": "beacon", "at": "2025-12-30T02:00:05Z", **about, "r": case.r.hex()},
        {"t": "result", "at": "2025-12-30T02:10:00Z", **about, "z": z},
        *(event_entry(case.suite, about, row) for row in bundle.get("events", [])),
    ]  # fmt: skip


def event_entry(suite: Suite, about: dict[str, str], row: dict[str, Any]) -> dict[str, Any]:
    """The entry of an event, logged when it happened."""
    h = event_hash(suite, bytes.fromhex(row["salt"]), row["event"]).hex()
    return {"t": "event", "at": row["event"]["at"], **about, "h": h}


def attach(
    bundle: dict[str, Any],
    entries: list[dict[str, Any]],
    *,
    earlier: int = 2,
    times: tuple[str, ...] = ("2025-12-27T00:00:00+00:00", "2025-12-27T00:00:00+00:00"),
) -> dict[str, Any]:
    """The bundle with a log that holds these entries; `earlier` is the size of the earlier checkpoint."""
    size = len(entries)
    shown = [i for i in range(size) if entries[i]["t"] != "escrow"]
    now = [unix("2026-02-01T00:00:00+00:00")] * len(times)
    log = view(entries, size, shown, now)
    log["before"] = view(entries, earlier, list(range(earlier)), [unix(t) for t in times])
    return bundle | {"log": log}
