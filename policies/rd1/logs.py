"""Entries of the public log and their leaf data (protocol §12).

Never a name, nor a guessable hash of an undrawn or unvisited site, stands in an entry.
`at` is the RFC 3339 time in UTC at which the log's keeper sequences the entry; it never decreases.
"""

from collections.abc import Mapping
from typing import Any

from policies.rd1 import forms
from policies.rd1.canonical import jcs
from policies.rd1.logs_monitor import monitor
from policies.rd1.logs_notes import (
    LOG_KEY,
    WITNESS_KEY,
    Checkpoint,
    Signer,
    VerifierKey,
    cosign,
    parse_checkpoint,
    parse_vkey,
    sign_checkpoint,
)
from policies.rd1.logs_trust import Trust, parse_trust, sign_escrow
from policies.rd1.manifests import HEX32, KINDS

__all__ = [
    "LOG_KEY",
    "WITNESS_KEY",
    "Checkpoint",
    "Entry",
    "Signer",
    "Trust",
    "VerifierKey",
    "beacon_entry",
    "check_entry",
    "cosign",
    "escrow_entry",
    "event_entry",
    "journal_entry",
    "leaf_data",
    "manifest_entry",
    "monitor",
    "open_entry",
    "parse_checkpoint",
    "parse_trust",
    "parse_vkey",
    "result_entry",
    "roster_entry",
    "rules_entry",
    "sign_checkpoint",
    "sign_escrow",
    "void_entry",
]

Entry = dict[str, Any]

_HEAD = {"t": forms.text, "at": forms.utc, "bureau": forms.id_}
_COUNTS = forms.table(forms.integer())

SHAPES: Mapping[str, forms.Shape] = {
    "manifest": forms.fields(
        {
            **_HEAD,
            "h": HEX32,
            "subject": forms.id_,
            "item": forms.id_,
            "kind": forms.choice(*KINDS),
            "period": forms.id_,
            "draw_no": forms.integer(1),
            "prev": HEX32,
        }
    ),
    "escrow": forms.fields({**_HEAD, "m": HEX32, "by": forms.text, "sig": forms.base64_(64)}),
    "beacon": forms.fields({**_HEAD, "m": HEX32, "r": HEX32}),
    "result": forms.fields({**_HEAD, "m": HEX32, "z": HEX32}),
    "event": forms.fields({**_HEAD, "m": HEX32, "h": HEX32}),
    "void": forms.fields({**_HEAD, "m": HEX32, "reason": forms.text}),
    "open": forms.fields({**_HEAD, "m": HEX32}),
    "rules": forms.fields({**_HEAD, "h": HEX32}),
    "roster": forms.fields({**_HEAD, "h": HEX32, "added": _COUNTS, "removed": _COUNTS}),
    "journal": forms.fields({**_HEAD, "h": HEX32}),
}

check_entry = forms.variants("t", SHAPES)
"""Shape of any entry: (value, path); raises BadField, MissingField or UnknownField."""


def leaf_data(entry: Entry) -> bytes:
    """What the log's tree hashes as a leaf: the canonical JSON of the entry (the log always uses SHA-256)."""
    return jcs(entry)


def _entry(t: str, at: str, bureau: str, **members: Any) -> Entry:
    entry = {"t": t, "at": at, "bureau": bureau, **members}
    check_entry(entry, t)
    return entry


def manifest_entry(manifest: Mapping[str, Any], m: bytes, at: str) -> Entry:
    """A draw is frozen: h = M and what names the draw."""
    named = ("subject", "item", "kind", "period", "draw_no", "prev")
    return _entry("manifest", at, manifest["bureau"], h=m.hex(), **{name: manifest[name] for name in named})


def escrow_entry(bureau: str, m: bytes, by: str, sig: str, at: str) -> Entry:
    """The superior attests that its sealed copies open the commitments; `sig` from `sign_escrow`."""
    return _entry("escrow", at, bureau, m=m.hex(), by=by, sig=sig)


def beacon_entry(bureau: str, m: bytes, r: bytes, at: str) -> Entry:
    """The beacon's value R."""
    return _entry("beacon", at, bureau, m=m.hex(), r=r.hex())


def result_entry(bureau: str, m: bytes, z: bytes, at: str) -> Entry:
    """The result's root Z."""
    return _entry("result", at, bureau, m=m.hex(), z=z.hex())


def event_entry(bureau: str, m: bytes, h: bytes, at: str) -> Entry:
    """A change, by its salted hash; see `changes.event_hash`."""
    return _entry("event", at, bureau, m=m.hex(), h=h.hex())


def void_entry(bureau: str, m: bytes, reason: str, at: str) -> Entry:
    """The draw does not count; its number stays used and it is opened at once."""
    return _entry("void", at, bureau, m=m.hex(), reason=reason)


def open_entry(bureau: str, m: bytes, at: str) -> Entry:
    """The bundle is published."""
    return _entry("open", at, bureau, m=m.hex())


def rules_entry(bureau: str, h: bytes, at: str) -> Entry:
    """The bureau's rules, by hash."""
    return _entry("rules", at, bureau, h=h.hex())


def roster_entry(bureau: str, h: bytes, added: dict[str, int], removed: dict[str, int], at: str) -> Entry:
    """A roster, by hash, with counts of additions and removals by reason."""
    return _entry("roster", at, bureau, h=h.hex(), added=added, removed=removed)


def journal_entry(bureau: str, h: bytes, at: str) -> Entry:
    """Head of the bureau's journal."""
    return _entry("journal", at, bureau, h=h.hex())
