"""Signed notes, checkpoints, cosignatures and the trust file (C2SP)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .coding import Unreadable

LOG_KEY, WITNESS_KEY = 1, 4  # C2SP signature types: Ed25519, timestamped Ed25519 cosignature


def from_base64(text: str) -> bytes:
    """Standard base64, one spelling per value."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("bad base64") from error
    if base64.b64encode(raw).decode() != text:
        raise ValueError("base64 is not canonical")
    return raw


def signature_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Ed25519."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True)
class Key:
    """A C2SP verifier key."""

    name: str
    id: bytes
    type: int
    public: bytes


def read_key(text: str, wanted: int) -> Key:
    """NAME+ID+BASE64(type ‖ public key)."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not parts[0] or any(c.isspace() for c in parts[0]):
        raise Unreadable("not a verifier key")
    name, key_id, encoded = parts
    try:
        raw = from_base64(encoded)
    except ValueError as error:
        raise Unreadable(f"verifier key of {name}: {error}") from error
    if len(raw) != 33 or raw[0] != wanted:
        raise Unreadable(f"verifier key of {name}: wrong type or length")
    expected = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if key_id != expected.hex():
        raise Unreadable(f"verifier key of {name}: the key id does not belong to it")
    return Key(name, expected, wanted, raw[1:])


@dataclass(frozen=True)
class Trust:
    """Whom the verifier believes."""

    logs: tuple[Key, ...]
    witnesses: tuple[Key, ...]
    need: int


def read_trust(text: str) -> Trust:
    """Lines `log VKEY`, `witness VKEY` and one `need N`; empty lines are passed over."""
    logs: list[Key] = []
    witnesses: list[Key] = []
    need: list[int] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        word, _, rest = line.strip().partition(" ")
        if word == "log":
            logs.append(read_key(rest.strip(), LOG_KEY))
        elif word == "witness":
            witnesses.append(read_key(rest.strip(), WITNESS_KEY))
        elif word == "need" and re.fullmatch(r"[1-9][0-9]{0,5}", rest.strip()):
            need.append(int(rest))
        else:
            raise Unreadable(f"trust file: {line!r}")
    if not logs or len(need) != 1:
        raise Unreadable("trust file: it takes at least one log and exactly one need of 1 or more")
    return Trust(tuple(logs), tuple(witnesses), need[0])


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint note taken apart; nothing is verified yet."""

    origin: str
    size: int
    root: bytes
    body: bytes
    signatures: tuple[tuple[str, bytes, bytes], ...]  # (key name, key id, signature)


def read_checkpoint(text: str) -> Checkpoint:
    """Parse a checkpoint; ValueError when it is none."""
    if any(ord(c) < 32 and c != "\n" for c in text) or not text.endswith("\n"):
        raise ValueError("checkpoint: not a signed note")
    body, gap, signed = text.rpartition("\n\n")
    lines = body.split("\n")
    if not gap or len(lines) < 3 or not all(lines):
        raise ValueError("checkpoint: it takes three lines, a blank one and signatures")
    origin, size, root = lines[:3]
    if re.fullmatch(r"0|[1-9][0-9]*", size) is None:
        raise ValueError("checkpoint: bad size")
    root_hash = from_base64(root)
    if len(root_hash) != 32:
        raise ValueError("checkpoint: bad root")
    signatures = []
    for line in signed.removesuffix("\n").split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—" or not parts[1] or "+" in parts[1]:
            raise ValueError("checkpoint: bad signature line")
        raw = from_base64(parts[2])
        if len(raw) < 5:
            raise ValueError("checkpoint: bad signature")
        signatures.append((parts[1], raw[:4], raw[4:]))
    return Checkpoint(origin, int(size), root_hash, (body + "\n").encode(), tuple(signatures))


@dataclass
class Signed:
    """Which trusted keys signed a checkpoint."""

    by_log: bool = False
    witness_times: dict[bytes, int] = field(default_factory=dict)  # public key: earliest time
    bad: list[str] = field(default_factory=list)  # trusted names whose signature does not verify


def _matching(keys: Iterable[Key], name: str, key_id: bytes) -> Key | None:
    return next((k for k in keys if k.name == name and k.id == key_id), None)


def verify(checkpoint: Checkpoint, trust: Trust) -> Signed:
    """Check every signature made with a trusted key; others are ignored."""
    result = Signed()
    for name, key_id, signature in checkpoint.signatures:
        log = _matching(trust.logs, name, key_id)
        if log is not None:
            if signature_holds(log.public, signature, checkpoint.body):
                result.by_log = result.by_log or name == checkpoint.origin
            else:
                result.bad.append(name)
        witness = _matching(trust.witnesses, name, key_id)
        if witness is not None:
            time = int.from_bytes(signature[:8], "big")
            message = b"cosignature/v1\ntime %d\n" % time + checkpoint.body
            well_formed = len(signature) == 72 and time < 2**63
            if well_formed and signature_holds(witness.public, signature[8:], message):
                known = result.witness_times.get(witness.public, time)
                result.witness_times[witness.public] = min(known, time)
            else:
                result.bad.append(name)
    return result
