"""The log's folder copied to where a plain web server may read it, without touching the deployment's own."""

from pathlib import Path

from policies.rd1.logs_notes import parse_checkpoint
from services.tlog.tiles import write_file

READABLE_FOLDER, READABLE = 0o755, 0o644
PARTS = ("tile", "manifest")  # dot files are locks and drafts


def export_files(source: Path, target: Path) -> int:
    """Copy what is new; the checkpoint last, so that a reader never meets one whose tiles are not there.

    Args:
        source: the log's folder.
        target: made when missing; its files become readable for everyone.

    Returns:
        Number of files written.
    """
    note = _checkpoint(source)
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(READABLE_FOLDER)
    written = sum(
        _copy(source, target, path) for part in PARTS for path in sorted((source / part).rglob("*"))
    )
    if note is None or _size(_checkpoint(target)) > _size(note):
        return written
    if note != _checkpoint(target):
        _write(target, "checkpoint", note)
        written += 1
    return written


def _copy(source: Path, target: Path, path: Path) -> bool:
    """One file, unless it is there: what has a name in the log never changes."""
    name = path.relative_to(source).as_posix()
    if path.name.startswith(".") or not path.is_file() or (target / name).exists():
        return False
    _write(target, name, path.read_bytes())
    return True


def _write(target: Path, name: str, data: bytes) -> None:
    write_file(target, name, data)
    path = target / name
    path.chmod(READABLE)
    for folder in path.relative_to(target).parents:
        (target / folder).chmod(READABLE_FOLDER)


def _checkpoint(folder: Path) -> bytes | None:
    path = folder / "checkpoint"
    return path.read_bytes() if path.exists() else None


def _size(note: bytes | None) -> int:
    return parse_checkpoint(note.decode()).size if note else -1
