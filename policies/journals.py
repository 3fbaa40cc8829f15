"""The journal's chain and its archives: what is hashed, and how a file is checked with this package alone.

An entry's hash is SHA-256 over the canonical JSON (RFC 8785) of its content with the hash before it.
An archive is JSON lines: a head that says what follows, then one entry a line, oldest first.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import rfc8785

from policies.journal_errors import ArchiveMisfit, HeadMissing

FORM = "shuangsui-journal/1"
START = bytes(32)
# What is removed is 190 days old at least; a head may be logged late, when the worker stood still.
DEMANDED = timedelta(days=160)
FIELDS = ("bureau", "n", "at", "actor", "actor_name", "action", "target", "why", "before", "after", "prev")
HEAD = ("form", "bureau", "since", "upto", "entries", "prev", "hash", "first_at", "last_at", "made_at")

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ArchiveHead:
    """First line of an archive.

    Attributes:
        since, upto: first and last number of the entries; there is none missing between.
        prev: hash of the entry before the first, 32 zero bytes for number 1. hash: of the last.
        first_at, last_at, made_at: RFC 3339 in UTC.
    """

    bureau: str
    since: int
    upto: int
    prev: bytes
    hash: bytes
    first_at: str
    last_at: str
    made_at: str

    def line(self) -> bytes:
        """The line as written, with its end."""
        told: dict[str, str | int] = {
            "form": FORM,
            "bureau": self.bureau,
            "since": self.since,
            "upto": self.upto,
            "entries": self.upto - self.since + 1,
            "prev": self.prev.hex(),
            "hash": self.hash.hex(),
            "first_at": self.first_at,
            "last_at": self.last_at,
            "made_at": self.made_at,
        }
        return rfc8785.dumps(told) + b"\n"


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was checked line by line.

    Attributes:
        sha256: of the whole file, hex. hashes: of its entries, in order.
    """

    head: ArchiveHead
    sha256: str
    hashes: tuple[bytes, ...]


def content_hash(content: Content) -> bytes:
    """The hash of an entry: `content` has the members of FIELDS, `prev` in hex, `at` in UTC to the µs."""
    return hashlib.sha256(rfc8785.dumps({name: content[name] for name in FIELDS})).digest()


def entry_line(content: Content, hash: bytes) -> bytes:
    """An entry as a line of an archive, with its end."""
    return rfc8785.dumps({**{name: content[name] for name in FIELDS}, "hash": hash.hex()}) + b"\n"


def check_archive(lines: Iterable[bytes]) -> Archive:
    """Read an archive and check it.

    1. The first line is a head of this form. 2. Every further line is an entry of its bureau, the numbers
    run without a gap. 3. Each names the hash of the one before. 4. Each hash is that of its content.
    5. The last is the one the head names.

    Args:
        lines: of the file, with their ends.

    Raises:
        ArchiveMisfit: the first line that does not fit.
    """
    whole, given = hashlib.sha256(), iter(lines)
    first = next(given, b"")
    whole.update(first)
    head = _head(first)
    hashes: list[bytes] = []
    for place, line in enumerate(given, 2):
        whole.update(line)
        hashes.append(_entry(line, place, head, hashes))
    if head.since + len(hashes) - 1 != head.upto or not hashes or hashes[-1] != head.hash:
        raise ArchiveMisfit(line=len(hashes) + 1, wanted=f"{head.since}–{head.upto}, {head.hash.hex()}")
    return Archive(head, whole.hexdigest(), tuple(hashes))


def in_sequence(archives: Sequence[Archive]) -> tuple[Archive, ...]:
    """Archives of one bureau in order, each continuing the one before.

    Raises:
        ArchiveMisfit: one is of another bureau, or one between them is missing.
    """
    ordered = tuple(sorted(archives, key=lambda one: one.head.since))
    for before, one in pairwise(ordered):
        fits = before.head.bureau == one.head.bureau and before.head.upto + 1 == one.head.since
        if not fits or before.head.hash != one.head.prev:
            raise ArchiveMisfit(one.head.since, line=1, wanted=f"{before.head.bureau} {before.head.upto + 1}")
    return ordered


def check_heads(
    bureau: str,
    heads: Sequence[tuple[int, bytes, datetime]],
    places: Mapping[bytes, int],
    *,
    first: int,
    now: datetime,
) -> tuple[int, int]:
    """Every logged head is the hash of an entry, in the same order.

    Args:
        heads: (index in the public log, head, when it was logged), as logged.
        places: hash → number of the entry that has it, of the entries at hand.
        first: number of the first entry at hand: older ones are in archives that were not given, so heads
            may be unknown as long as no known one came before. Never the newest, which a removal logs,
            nor one logged within DEMANDED: no honest removal reaches so far.
        now: aware.

    Returns:
        (heads found, heads older than the entries at hand).

    Raises:
        HeadMissing: the first that is not found, or stands before an earlier one.
    """
    found, older, last = 0, 0, 0
    for index, head, at in heads:
        n = places.get(head)
        free = first > 1 and index != heads[-1][0] and at < now - DEMANDED
        if n is None and free and not found:
            older += 1
        elif n is None or n < last:
            raise HeadMissing(head.hex(), bureau=bureau, n=index)
        else:
            found, last = found + 1, n
    return found, older


def _head(line: bytes) -> ArchiveHead:
    told = _read(line, 1, HEAD)
    if told["form"] != FORM:
        raise ArchiveMisfit(told["form"], line=1, wanted=FORM)
    try:
        return ArchiveHead(
            bureau=str(told["bureau"]),
            since=int(told["since"]),
            upto=int(told["upto"]),
            prev=bytes.fromhex(told["prev"]),
            hash=bytes.fromhex(told["hash"]),
            first_at=str(told["first_at"]),
            last_at=str(told["last_at"]),
            made_at=str(told["made_at"]),
        )
    except (TypeError, ValueError):
        raise ArchiveMisfit(line=1, wanted=FORM) from None


def _entry(line: bytes, place: int, head: ArchiveHead, before: Sequence[bytes]) -> bytes:
    told = _read(line, place, (*FIELDS, "hash"))
    n = head.since + len(before)
    if (told["bureau"], told["n"]) != (head.bureau, n):
        raise ArchiveMisfit(told["n"], line=place, wanted=f"{head.bureau} {n}")
    prev = before[-1] if before else head.prev
    if told["prev"] != prev.hex():
        raise ArchiveMisfit(told["prev"], line=place, wanted=prev.hex())
    made = _hashed(told, place)
    if told["hash"] != made.hex():
        raise ArchiveMisfit(told["hash"], line=place, wanted=made.hex())
    return made


def _hashed(told: Content, place: int) -> bytes:
    try:
        return content_hash(told)
    except rfc8785.CanonicalizationError:
        raise ArchiveMisfit(line=place, wanted="RFC 8785") from None


def _read(line: bytes, place: int, names: Sequence[str]) -> dict[str, Any]:
    try:
        told = json.loads(line, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise ArchiveMisfit(line=place, wanted="JSON") from None
    if not isinstance(told, dict) or set(told) != set(names):
        raise ArchiveMisfit(line=place, wanted=", ".join(names))
    return told


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """A member named twice could be read in two ways."""
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a member twice")
    return dict(pairs)
