"""The log as files in the C2SP tlog-tiles layout, so any static web server can publish it.

`checkpoint`, `tile/<level>/<n>` (256 hashes a tile, `.p/<w>` while it is not full) and
`tile/entries/<n>` (each entry behind its length, u16 big-endian). Beside them, an addition of ours,
`manifest/<M>.json`: the manifest of every frozen draw, canonical JSON whose hash the log lists.
Basis: https://c2sp.org/tlog-tiles
"""

from collections.abc import Sequence
from pathlib import Path

from policies.room import needs_room
from services.home import write_whole
from services.tlog.tree import Tree

WIDTH = 256


def tile_name(n: int) -> str:
    """Tile number as path: 1234067 → x001/x234/067."""
    parts = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        parts.append(f"x{n % 1000:03d}")
    return "/".join(reversed(parts))


def tile_path(level: int | str, n: int, width: int = WIDTH) -> str:
    """Path below the log's folder; a partial tile carries its width."""
    tail = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{tile_name(n)}{tail}"


def manifest_path(m: str) -> str:
    """Path of a published manifest; `m` is 64 hex digits."""
    return f"manifest/{m}.json"


def entry_bundle(entries: Sequence[bytes]) -> bytes:
    """Up to 256 entries, each behind its u16 length."""
    return b"".join(len(e).to_bytes(2, "big") + e for e in entries)


def spans(old: int, new: int) -> list[tuple[int, int]]:
    """(tile number, width) of the tiles that change when a row grows from old to new hashes."""
    return [(n, min(WIDTH, new - n * WIDTH)) for n in range(old // WIDTH, -(-new // WIDTH))]


def hash_tiles(tree: Tree, old: int, new: int) -> dict[str, bytes]:
    """Hash tiles of every level that are new when the log grows from `old` to `new` entries."""
    files: dict[str, bytes] = {}
    for level in range(8):
        before, after = old >> (8 * level), new >> (8 * level)
        if not after:
            break
        row = tree.levels[8 * level]
        for n, width in spans(before, after):
            files[tile_path(level, n, width)] = b"".join(row[n * WIDTH : n * WIDTH + width])
    return files


def write_file(folder: Path, name: str, data: bytes) -> None:
    """Write so that a reader sees the old file or the whole new one."""
    path = folder / name
    with needs_room():
        path.parent.mkdir(parents=True, exist_ok=True)
    # Readable for a web server of another user; whether it gets here, the folders above decide.
    write_whole(path, data)
