"""The code at the door: all that proves one visit, in about a kilobyte (protocol §9; format: docs/verify.md).

Numbers are unsigned LEB128 in their shortest form, texts a number of bytes and UTF-8. Every hash of a proof
stands once in a pool; proofs name places in it, since entries logged together share most of their proofs.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from policies.rd1.canonical import SAFE, sha256
from policies.rd1.door_errors import BadCode

FORMAT = 1
CHECK = 8
MOST_BYTES = 8192


@dataclass(frozen=True, slots=True)
class Person:
    """An officer: certificate number and salt (16 bytes); of one no longer on the team the pseudonym only."""

    oid: str = ""
    certificate: str = ""
    salt: bytes = b""


@dataclass(frozen=True, slots=True)
class Logged:
    """Where an entry stands: index, seconds since 1970, inclusion proof (leaf to root, 32 bytes each)."""

    index: int
    at: int
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A witness's line: key id (4 bytes), seconds since 1970, signature (64 bytes)."""

    key: bytes
    time: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class Changed:
    """A change: its salt (16 bytes), its canonical JSON, and where it is logged."""

    salt: bytes
    event: bytes
    logged: Logged


@dataclass(frozen=True, slots=True)
class DoorCode:
    """One visit and its proof.

    Attributes:
        m, ticket: 32 bytes; salt: 16 bytes. uid, stratum, rank: of the result leaf.
        people: everyone named; team: places in it, the team of the leaf.
        index, leaves, path: of the leaf in the tree of Z.
        key: key id of the log (4 bytes); size, signature: of the checkpoint, whose root follows.
        result: the log's `result` entry. beacon: the `beacon` entry and R, when it is shown.
    """

    suite: int
    m: bytes
    salt: bytes
    uid: str
    stratum: str
    rank: int
    ticket: bytes
    people: tuple[Person, ...]
    team: tuple[int, ...]
    index: int
    leaves: int
    path: tuple[bytes, ...]
    key: bytes
    size: int
    signature: bytes
    witnesses: tuple[Cosigned, ...]
    bureau: str
    result: Logged
    beacon: tuple[Logged, bytes] | None = None
    events: tuple[Changed, ...] = ()


def number(value: int) -> bytes:
    """Unsigned LEB128, shortest form."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def text(value: str | bytes) -> bytes:
    """Length and UTF-8 bytes."""
    raw = value.encode() if isinstance(value, str) else value
    return number(len(raw)) + raw


class _Pool:
    """Hashes in the order in which they are first needed."""

    def __init__(self) -> None:
        self.places: dict[bytes, int] = {}

    def path(self, hashes: Sequence[bytes]) -> bytes:
        return bytes([len(hashes), *(self.places.setdefault(one, len(self.places)) for one in hashes)])

    def logged(self, one: Logged) -> bytes:
        return number(one.index) + number(one.at) + self.path(one.proof)


def _person(one: Person) -> bytes:
    return b"\x01" + text(one.certificate) + one.salt if one.certificate else b"\x00" + text(one.oid)


def encode(code: DoorCode) -> bytes:
    """The bytes of a code; raises ValueError when it needs more than 255 different hashes."""
    pool = _Pool()
    leaf = [code.m, code.salt, text(code.uid), text(code.stratum), number(code.rank), code.ticket]
    people = [number(len(code.people)), *map(_person, code.people), number(len(code.team)), bytes(code.team)]
    tree = [number(code.index), number(code.leaves), pool.path(code.path)]
    seen = [one.key + number(one.time) + one.signature for one in code.witnesses]
    head = [code.key, number(code.size), code.signature, number(len(seen)), *seen, text(code.bureau)]
    entries = [pool.logged(code.result), b"\x01" if code.beacon else b"\x00"]
    if code.beacon:
        entries += [pool.logged(code.beacon[0]), code.beacon[1]]
    events = [one.salt + text(one.event) + pool.logged(one.logged) for one in code.events]
    hashes = [bytes([len(pool.places)]), *pool.places]
    parts = [bytes([FORMAT, code.suite]), *hashes, *leaf, *people, *tree, *head, *entries]
    whole = b"".join([*parts, number(len(events)), *events])
    return whole + sha256(whole)[:CHECK]


class _Reader:
    """Takes parts off the front; raises BadCode when they run out."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0
        self.pool: list[bytes] = []

    def take(self, size: int) -> bytes:
        part = self.data[self.at : self.at + size]
        if len(part) != size:
            raise BadCode(what=f"@ {self.at}")
        self.at += size
        return part

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        value = 0
        for shift in range(0, 56, 7):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if value > SAFE or (byte == 0 and shift):
                    break
                return value
        raise BadCode(what=f"@ {self.at}")

    def text(self) -> str:
        try:
            return self.take(self.number()).decode()
        except UnicodeDecodeError as error:
            raise BadCode(what=f"@ {self.at}") from error

    def path(self) -> tuple[bytes, ...]:
        places = self.take(self.byte())
        if any(place >= len(self.pool) for place in places):
            raise BadCode(what=f"@ {self.at}")
        return tuple(self.pool[place] for place in places)

    def logged(self) -> Logged:
        return Logged(self.number(), self.number(), self.path())

    def person(self) -> Person:
        kind = self.byte()
        if kind > 1:
            raise BadCode(what=f"@ {self.at}")
        return Person(certificate=self.text(), salt=self.take(16)) if kind else Person(oid=self.text())

    def flag(self) -> bool:
        value = self.byte()
        if value > 1:
            raise BadCode(what=f"@ {self.at}")
        return bool(value)


def decode(data: bytes) -> DoorCode:
    """A code from its bytes; raises BadCode also when it is spelt in any other way than `encode` does."""
    body, check = data[:-CHECK], data[-CHECK:]
    if len(data) > MOST_BYTES or sha256(body)[:CHECK] != check:
        raise BadCode(len(data), what="checksum")
    read = _Reader(body)
    if read.byte() != FORMAT:
        raise BadCode(what="format")
    suite = read.byte()
    read.pool = [read.take(32) for _ in range(read.byte())]
    leaf = (read.take(32), read.take(16), read.text(), read.text(), read.number(), read.take(32))
    people = tuple(read.person() for _ in range(read.number()))
    team = tuple(read.take(read.number()))
    tree = (read.number(), read.number(), read.path())
    head = (read.take(4), read.number(), read.take(64))
    seen = tuple(Cosigned(read.take(4), read.number(), read.take(64)) for _ in range(read.number()))
    bureau, result = read.text(), read.logged()
    beacon = (read.logged(), read.take(32)) if read.flag() else None
    events = tuple(Changed(read.take(16), read.text().encode(), read.logged()) for _ in range(read.number()))
    code = DoorCode(suite, *leaf, people, team, *tree, *head, seen, bureau, result, beacon, events)
    if any(place >= len(people) for place in team) or encode(code) != data:
        raise BadCode(what="spelling")
    return code


def fragment(code: DoorCode) -> str:
    """What follows the # of the page's address: base64url without padding."""
    return base64.urlsafe_b64encode(encode(code)).decode().rstrip("=")


def unfragment(given: str) -> bytes:
    """Bytes of a fragment, or of an address that ends in one; raises BadCode."""
    spelt = given.strip().rpartition("#")[2]
    try:
        raw = base64.b64decode(spelt + "=" * (-len(spelt) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadCode(spelt[:40], what="base64url") from error
    if base64.urlsafe_b64encode(raw).decode().rstrip("=") != spelt:
        raise BadCode(spelt[:40], what="base64url")
    return raw
