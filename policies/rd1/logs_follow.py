"""Following a log: does the head continue what was seen, and do the files add up to it (protocol §12).

Everything is computed from the entries themselves; a tile or a proof of the log is compared, never believed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policies.errors import Problem
from policies.rd1 import merkle
from policies.rd1.canonical import jcs, sha256
from policies.rd1.logs import check_entry
from policies.rd1.logs_faults import (
    EntryAltered,
    EntryUnfit,
    HistoryRewritten,
    LogFault,
    LogGap,
    RolledBack,
    TileAltered,
    TwoHistories,
)
from policies.rd1.logs_notes import Checkpoint

WIDTH = 256
Numbered = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a monitor fetched; none of it is trusted.

    Attributes:
        head: the log's checkpoint.
        entries: leaf data in order of index; None where a file was missing or too short.
        missing: paths of files that are not there or do not hold what they should.
        tiles: hash tiles as served, by (level, number).
        manifests: published manifests, by the hash they are logged under.
    """

    head: Checkpoint
    entries: Sequence[bytes | None]
    missing: Sequence[str] = ()
    tiles: Mapping[tuple[int, int], bytes] = field(default_factory=dict)
    manifests: Mapping[str, bytes] = field(default_factory=dict)


def continued(seen: Checkpoint | None, reading: Reading) -> Iterator[LogFault]:
    """The head extends the one seen before; nothing to say when none was.

    Args:
        seen: an earlier checkpoint of the same log whose signature holds.
        reading: as fetched now.
    """
    head = reading.head
    if seen is None:
        return
    if head.size < seen.size:
        yield RolledBack(head.size, size=seen.size)
    elif head.size == seen.size and head.root != seen.root:
        yield TwoHistories(f"{seen.root.hex()[:16]}… / {head.root.hex()[:16]}…", size=seen.size)
    elif head.size > seen.size:
        leaves = _leaves(reading.entries[: seen.size])
        if leaves is not None and merkle.root(sha256, leaves) != seen.root:
            yield HistoryRewritten(f"{seen.root.hex()[:16]}…", size=seen.size)


def added_up(reading: Reading) -> Iterator[LogFault]:
    """No file is missing, the entries hash to the head, every tile follows from them."""
    for path in reading.missing:
        yield LogGap(path=path)
    leaves = _leaves(reading.entries)
    if leaves is None:
        return
    if merkle.root(sha256, leaves) != reading.head.root:
        yield from _altered(leaves, reading)
        return
    row, level = leaves, 0
    while row:
        for n in range(-(-len(row) // WIDTH)):
            served = reading.tiles.get((level, n))
            if served is not None and served != b"".join(row[n * WIDTH : (n + 1) * WIDTH]):
                yield TileAltered(path=f"tile/{level}/{n}")
        full = range(0, len(row) - WIDTH + 1, WIDTH)
        row, level = [_subtree(row[i : i + WIDTH]) for i in full], level + 1


def formed(reading: Reading) -> tuple[list[Numbered], list[LogFault]]:
    """The entries that have the protocol's form, each with its index; a fault for each that has not."""
    good, faults = list[Numbered](), list[LogFault]()
    for index, data in enumerate(reading.entries):
        if data is None:
            continue
        try:
            entry = json.loads(data)
            check_entry(entry, f"#{index}")
            if jcs(entry) != data:
                raise ValueError("not canonical")
        except (Problem, ValueError, RecursionError) as error:
            why = error.wording().title if isinstance(error, Problem) else str(error)[:80]
            faults.append(EntryUnfit(data[:80], which=f"#{index}", why=why).at(index))
        else:
            good.append((index, entry))
    return good, faults


def _leaves(entries: Sequence[bytes | None]) -> list[bytes] | None:
    """Leaf hashes; None when an entry is missing, since nothing can be computed then."""
    hashes = [merkle.leaf_hash(sha256, data) for data in entries if data is not None]
    return hashes if len(hashes) == len(entries) else None


def _altered(leaves: Sequence[bytes], reading: Reading) -> Iterator[LogFault]:
    """Which entries differ, when the lowest tiles still lead to the head; else that something does."""
    served = b"".join(reading.tiles.get((0, n), b"") for n in range(-(-len(leaves) // WIDTH)))
    told = [served[i : i + 32] for i in range(0, len(served), 32)]
    if len(told) == len(leaves) and merkle.root(sha256, told) == reading.head.root:
        for index, (mine, theirs) in enumerate(zip(leaves, told, strict=True)):
            if mine != theirs:
                yield EntryAltered(mine.hex()[:16] + "…", which=f"#{index}").at(index)
    else:
        yield EntryAltered(reading.head.root.hex()[:16] + "…", which=f"#0–#{len(leaves) - 1}")


def _subtree(row: Sequence[bytes]) -> bytes:
    return merkle.root(sha256, list(row))
