"""The superior's witness: an Ed25519 key that signs, an X25519 key to which secrets are sealed.

The witness signs a checkpoint only after it has seen that the log grew out of the one it signed last, and
attests escrow only after every copy opened to the committed secret. Basis: rd1 §3, §12.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from policies.rd1 import merkle
from policies.rd1.canonical import sha256, suite_of
from policies.rd1.freeze import commitment, manifest_hash
from policies.rd1.logs_notes import WITNESS_KEY, Signer, cosign, parse_checkpoint, parse_vkey
from policies.rd1.logs_trust import Trust, check_log_signature, sign_escrow
from services.outside.errors import CopyMismatch, LogForked, NotTheManifest
from services.outside.folder import Device
from services.outside.seal import escrow_context, open_sealed

KEYS = "witness.json"
SEEN = "seen.json"


@dataclass(frozen=True, slots=True)
class WitnessCard:
    """What the witness gives to the deployment: public keys only."""

    name: str
    vkey: str
    escrow_public: bytes

    def as_dict(self) -> dict[str, str]:
        """JSON form."""
        return {"name": self.name, "vkey": self.vkey, "escrow_public": self.escrow_public.hex()}


@dataclass(frozen=True, slots=True)
class Attestation:
    """The superior's word on one manifest: who, for which M, signature in base64."""

    m: str
    by: str
    sig: str


def init_witness(device: Device, name: str) -> WitnessCard:
    """Make both keys; asked again, the same device answers with the keys it has.

    Args:
        device: the witness's own folder.
        name: name of the key in cosignatures, e.g. "zhumadian.example/witness".
    """
    if not device.has(KEYS):
        escrow = X25519PrivateKey.generate().private_bytes_raw().hex()
        device.keep_once(KEYS, {"name": name, "seed": secrets.token_hex(32), "escrow": escrow})
    return card(device)


def card(device: Device) -> WitnessCard:
    """The public half of the device's keys; raises NoDeviceKey."""
    return WitnessCard(
        _signer(device).name,
        _signer(device).verifier.text(),
        _escrow_key(device).public_key().public_bytes_raw(),
    )


def attest(device: Device, manifest: Mapping[str, Any], copies: Mapping[str, bytes]) -> Attestation:
    """Open every sealed copy, compare it with its commitment, and sign.

    Args:
        device: the witness's own folder.
        manifest: as logged.
        copies: sealed copy by role; every role of `commits` must be there.

    Raises:
        CopyUnreadable, CopyMismatch, NotTheManifest: something is not as promised; nothing is signed.
    """
    for commit in manifest["commits"]:
        role = commit["role"]
        if role not in copies:
            raise NotTheManifest(role, need=f"{role}：copy")
        open_copy(device, manifest, role, copies[role])
    m = manifest_hash(dict(manifest))
    signer = _signer(device)
    return Attestation(m.hex(), signer.name, sign_escrow(signer, m))


def open_copy(device: Device, manifest: Mapping[str, Any], role: str, copy: bytes) -> bytes:
    """One secret out of its sealed copy, checked against the commitment.

    Used for attesting, at `reveal_by`, and when a role has lost its own.
    """
    bureau, draw_no = manifest["bureau"], manifest["draw_no"]
    secret = open_sealed(_escrow_key(device), copy, escrow_context(bureau, draw_no, role))
    expected = {c["role"]: c["c"] for c in manifest["commits"]}[role]
    if commitment(suite_of(manifest["suite"]), bureau, draw_no, role, secret).hex() != expected:
        raise CopyMismatch(role, role=role)
    return secret


def open_for(device: Device, blob: bytes, context: bytes) -> bytes:
    """Open something else sealed to this witness, bound to `context`. Raises CopyUnreadable."""
    return open_sealed(_escrow_key(device), blob, context)


def seen_size(device: Device) -> int:
    """Size of the last checkpoint signed; 0 before the first."""
    return int(device.read(SEEN)["size"]) if device.has(SEEN) else 0


def pinned_log(device: Device) -> str:
    """Verifier key of the log this witness signs for; "" before the first signature."""
    return str(device.read(SEEN)["log"]) if device.has(SEEN) else ""


def cosign_checkpoint(device: Device, log_vkey: str, note: str, proof: Sequence[bytes], at: datetime) -> str:
    """Check that the log only grew since the last signature, remember this checkpoint, and sign it.

    Args:
        device: the witness's own folder.
        log_vkey: verifier key of the log; the first one seen is pinned.
        note: the checkpoint as published.
        proof: consistency proof from `seen_size(device)` to the checkpoint's size; empty from 0.
        at: the witness's own time.

    Returns:
        The note with the witness's line added.

    Raises:
        LogForked: the log was rewritten or its key changed; nothing is signed.
        BadNote, BadSignature: the checkpoint is not the log's.
    """
    seen = device.read(SEEN) if device.has(SEEN) else {"size": 0, "root": sha256(b"").hex(), "log": log_vkey}
    checkpoint, old = parse_checkpoint(note), int(str(seen["size"]))
    if seen["log"] != log_vkey:
        raise LogForked(log_vkey, size=old)
    check_log_signature(Trust((parse_vkey(log_vkey),), (), 0), checkpoint)
    root = bytes.fromhex(str(seen["root"]))
    if not merkle.is_consistent(sha256, old, checkpoint.size, root, checkpoint.root, proof):
        raise LogForked(checkpoint.size, size=old)
    # Remembered before signing: a crash in between costs a signature, never a second history.
    device.keep(SEEN, {"size": checkpoint.size, "root": checkpoint.root.hex(), "log": log_vkey})
    return cosign(_signer(device), note, int(at.timestamp()))


def _signer(device: Device) -> Signer:
    keys = device.read(KEYS)
    return Signer(keys["name"], WITNESS_KEY, bytes.fromhex(keys["seed"]))


def _escrow_key(device: Device) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(bytes.fromhex(device.read(KEYS)["escrow"]))
