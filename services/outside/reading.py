"""Everything a monitor or witness reads of a log, in one go; checked by policies, not here.

The signature of the log is the only thing looked at first: it says how much there is to fetch.
"""

import json
from collections.abc import Sequence

from policies.rd1 import merkle
from policies.rd1.canonical import sha256
from policies.rd1.log_errors import BadNote
from policies.rd1.logs_faults import LogGap
from policies.rd1.logs_follow import Reading
from policies.rd1.logs_notes import Checkpoint, parse_checkpoint
from policies.rd1.logs_trust import Trust, check_log_signature
from services.outside.sources import FULL, Source, tile
from services.tlog.tiles import manifest_path, tile_path

MOST_ENTRIES = 5_000_000


def head_of(source: Source, trust: Trust) -> Checkpoint:
    """The checkpoint, signed by the trusted log key.

    Raises:
        LogGap: there is none. BadNote, BadSignature: it is not the log's.
    """
    data = source.get("checkpoint")
    if not data:
        raise LogGap(source.name, path="checkpoint")
    head = parse_checkpoint(data.decode("utf-8", "replace"))
    check_log_signature(trust, head)
    if head.size > MOST_ENTRIES:
        raise BadNote(head.size)
    return head


def read_log(source: Source, trust: Trust) -> Reading:
    """Head, every entry, every tile, every published manifest. Raises as `head_of`, and Unreachable."""
    head, missing = head_of(source, trust), list[str]()
    entries = [data for n, width in _spans(head.size) for data in _bundle(source, n, width, missing)]
    tiles = {}
    for level in range(8):
        for n, width in _spans(head.size >> (8 * level)):
            found = tile(source, level, n, width)
            if found is None or len(found) < 32 * width:
                missing.append(tile_path(level, n, width))
            else:
                tiles[level, n] = found[: 32 * width]
    manifests = {h: data for h in _logged(entries) if (data := source.get(manifest_path(h))) is not None}
    return Reading(head, entries, missing, tiles, manifests)


def consistency_from(source: Source, old: int, new: int) -> list[bytes]:
    """A consistency proof made from the log's tiles, so that static files are enough for a witness.

    Raises:
        LogGap: a tile is missing.
    """
    hashes = list[bytes]()
    for n, width in _spans(new):
        found = tile(source, 0, n, width)
        if found is None or len(found) < 32 * width:
            raise LogGap(source.name, path=tile_path(0, n, width))
        hashes += [found[i : i + 32] for i in range(0, 32 * width, 32)]
    return merkle.consistency_proof(sha256, hashes, old) if 0 < old <= new else []


def _spans(size: int) -> list[tuple[int, int]]:
    """(number, width) of the tiles of a row."""
    return [(n, min(FULL, size - n * FULL)) for n in range(-(-size // FULL))]


def _bundle(source: Source, n: int, width: int, missing: list[str]) -> Sequence[bytes | None]:
    """Entries of a bundle, each behind its u16 length; None for those it does not hold."""
    data, found = tile(source, "entries", n, width) or b"", list[bytes | None]()
    at = 0
    while len(found) < width and at + 2 <= len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            break
        found.append(data[at + 2 : end])
        at = end
    if len(found) < width:
        missing.append(tile_path("entries", n, width))
    return found + [None] * (width - len(found))


def _logged(entries: Sequence[bytes | None]) -> list[str]:
    """Hashes that manifest entries name; entries of no form are judged elsewhere."""
    found = list[str]()
    for data in entries:
        if data is not None and b'"t":"manifest"' in data:
            try:
                h = json.loads(data).get("h")
            except (ValueError, AttributeError, RecursionError):
                continue
            if isinstance(h, str) and len(h) == 64 and h.isalnum() and h.isascii():
                found.append(h)
    return found
