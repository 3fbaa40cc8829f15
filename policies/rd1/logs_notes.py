"""Signed notes, checkpoints and witness cosignatures of the public log (protocol §12).

Basis: C2SP signed-note, tlog-checkpoint and tlog-cosignature (cosignature/v1).
"""

import base64
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from policies.rd1.canonical import sha256
from policies.rd1.form_errors import short
from policies.rd1.forms import unbase64
from policies.rd1.log_errors import BadNote, BadVerifierKey

LOG_KEY = 1
WITNESS_KEY = 4
MOST_BYTES = 1_000_000
MOST_SIGNATURES = 100

_VKEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)", re.ASCII)
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
_LINE = re.compile(r"— ([^ ]+) ([A-Za-z0-9+/=]+)")


def is_key_name(name: str) -> bool:
    """True for a non-empty name without spaces, control characters or "+"."""
    return bool(name) and "+" not in name and name.isprintable() and not any(c.isspace() for c in name)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """An Ed25519 public key with the name and purpose it is bound to.

    Attributes:
        name: e.g. "draws.example/log".
        kind: LOG_KEY (note signature) or WITNESS_KEY (cosignature/v1).
        public: 32 bytes.
    """

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """First 4 bytes of SHA-256(name, newline, kind, public key)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public)[:4]

    def text(self) -> str:
        """The C2SP spelling name+id+base64."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """True when the 64-byte Ed25519 signature is this key's over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def parse_vkey(text: str) -> VerifierKey:
    """Read name+id+base64; raises BadVerifierKey also when the id is not that of the key."""
    match = _VKEY.fullmatch(text)
    raw = unbase64(match[3]) if match else None
    if match is None or raw is None or len(raw) != 33 or raw[0] not in (LOG_KEY, WITNESS_KEY):
        raise BadVerifierKey(short(text))
    key = VerifierKey(match[1], raw[0], raw[1:])
    if not is_key_name(key.name) or key.id.hex() != match[2]:
        raise BadVerifierKey(short(text))
    return key


@dataclass(frozen=True, slots=True)
class Signer:
    """A private Ed25519 key (32-byte seed) with its name and purpose.

    A witness's never lives in the deployment of the log.
    """

    name: str
    kind: int
    seed: bytes

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(self.name, self.kind, public)

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature, 64 bytes; deterministic."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: key name, key id (4 bytes) and what follows it."""

    name: str
    id: bytes
    body: bytes

    def of(self, key: VerifierKey) -> bool:
        """True when the line claims to be from this key."""
        return self.name == key.name and self.id == key.id

    def line(self) -> str:
        """The line as it stands in a note."""
        return f"— {self.name} {base64.b64encode(self.id + self.body).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A signed note: body (ends in a newline) and signature lines."""

    body: str
    signatures: tuple[NoteSignature, ...]

    def text(self) -> str:
        """The note as published."""
        return self.body + "\n" + "".join(s.line() for s in self.signatures)


def _signature(line: str) -> NoteSignature:
    match = _LINE.fullmatch(line)
    raw = unbase64(match[2]) if match else None
    if match is None or raw is None or len(raw) < 5 or not is_key_name(match[1]):
        raise BadNote(short(line))
    return NoteSignature(match[1], raw[:4], raw[4:])


def parse_note(text: str) -> Note:
    """Read a signed note; raises BadNote. No signature is checked yet."""
    if len(text) > MOST_BYTES or any(c < " " and c != "\n" for c in text):
        raise BadNote(short(text))
    head, mark, tail = text.rpartition("\n\n")
    if not mark or not tail.endswith("\n"):
        raise BadNote(short(text))
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise BadNote(len(lines))
    return Note(head + "\n", tuple(_signature(line) for line in lines))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """State of a log: origin (its name), size in entries, root (32 bytes), and the note that says so."""

    origin: str
    size: int
    root: bytes
    note: Note


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint; raises BadNote. No signature is checked yet."""
    note = parse_note(text)
    lines = note.body.split("\n")
    root = unbase64(lines[2]) if len(lines) >= 4 else None
    if root is None or len(root) != 32 or not lines[0] or not _SIZE.fullmatch(lines[1]) or "" in lines[:-1]:
        raise BadNote(short(note.body))
    return Checkpoint(lines[0], int(lines[1]), root, note)


def sign_checkpoint(signer: Signer, size: int, root: bytes) -> str:
    """A new checkpoint signed by the log key; its origin is the signer's name."""
    body = f"{signer.name}\n{size}\n{base64.b64encode(root).decode()}\n"
    line = NoteSignature(signer.name, signer.verifier.id, signer.sign(body.encode()))
    return Note(body, (line,)).text()


def _cosigned(body: str, timestamp: int) -> bytes:
    return f"cosignature/v1\ntime {timestamp}\n{body}".encode()


def cosign(signer: Signer, checkpoint: str, timestamp: int) -> str:
    """The checkpoint with a witness's cosignature added; `timestamp` in seconds since 1970.

    An earlier line of the same witness is replaced. The witness checks consistency before it calls this.
    """
    note = parse_checkpoint(checkpoint).note
    key = signer.verifier
    body = timestamp.to_bytes(8, "big") + signer.sign(_cosigned(note.body, timestamp))
    others = tuple(s for s in note.signatures if not s.of(key))
    return Note(note.body, (*others, NoteSignature(key.name, key.id, body))).text()


def log_signature_holds(key: VerifierKey, note: Note, signature: NoteSignature) -> bool:
    """True when a line of the log's own key verifies over the note."""
    return key.verifies(signature.body, note.body.encode())


def cosignature_time(key: VerifierKey, note: Note, signature: NoteSignature) -> int | None:
    """Seconds since 1970 of a witness's line; None when it does not verify."""
    if len(signature.body) != 72:
        return None
    timestamp = int.from_bytes(signature.body[:8], "big")
    good = key.verifies(signature.body[8:], _cosigned(note.body, timestamp))
    return timestamp if good else None
