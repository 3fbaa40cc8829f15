"""Writes the public log as static files: entries and tiles first, the checkpoint last."""

import fcntl
from collections.abc import Sequence
from pathlib import Path

from policies.rd1.logs_notes import parse_checkpoint
from services.tlog.tiles import WIDTH, entry_bundle, hash_tiles, spans, tile_path, write_file
from services.tlog.tree import Tree


def publish_files(folder: Path, tree: Tree, old: int, entries: Sequence[bytes], note: str) -> None:
    """Bring the files up to the tree.

    Args:
        folder: the log's folder.
        tree: all leaf hashes.
        old: entries that had been written before.
        entries: leaf data of the entries from `old` on.
        note: the signed checkpoint with its cosignatures.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        new = old + len(entries)
        for name, data in hash_tiles(tree, old, new).items():
            write_file(folder, name, data)
        for n, width in spans(old, new):
            write_file(folder, tile_path("entries", n, width), _bundle(folder, n, width, old, entries))
        if parse_checkpoint(note).size >= _published(folder):
            write_file(folder, "checkpoint", note.encode())


def _bundle(folder: Path, n: int, width: int, old: int, entries: Sequence[bytes]) -> bytes:
    """The entry bundle of tile `n`: what an older partial tile holds, then the new entries."""
    start = n * WIDTH
    before = b""
    if start < old:
        before = (folder / tile_path("entries", n, old - start)).read_bytes()
    return before + entry_bundle(entries[max(0, start - old) : start + width - old])


def _published(folder: Path) -> int:
    path = folder / "checkpoint"
    return parse_checkpoint(path.read_text(encoding="utf-8")).size if path.exists() else 0
