"""Whether the log at hand is still the one that was signed: looked at before anything more is signed.

A log that was restored from an older copy, or altered row by row, would otherwise sign a second history with
its own good key, and only the witnesses could tell. Every check is against something signed earlier.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording
from policies.rd1 import merkle
from policies.rd1.canonical import jcs, sha256
from policies.rd1.log_errors import BadNote, BadSignature
from policies.rd1.logs_notes import VerifierKey, parse_checkpoint
from policies.rd1.logs_trust import Trust, check_log_signature
from services.tlog.tree import Tree
from tenants.records import Checkpoint, LogEntry


class LogDamaged(Problem):
    """The entries kept are not those a checkpoint was signed over: altered, lost, or from an older copy."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "公开日志与已签发的检查点不一致，已停止签发",
            "{need}",
            "请勿删改任何记录；保全数据库和 log 目录，用与已公布检查点同一时刻或更晚的备份恢复后重新启动，"
            "并告知见证人和审计人员。",
        ),
        "en": Wording(
            "The public log is not the one that was signed; nothing more is signed",
            "{need}",
            "Change nothing; preserve the database and the log folder, restore a backup that is at least as"
            " new as the published checkpoint, start again, and tell the witnesses and auditors.",
        ),
    }


def leaf_data(entries: Sequence[LogEntry], start: int) -> list[bytes]:
    """Canonical bytes of entries `start` …, each made sure to be what its leaf hash was made of.

    Args:
        entries: as kept, in order. start: index the first must have.

    Raises:
        LogDamaged: an entry is missing, or is not the one hashed.

    Basis: RFC 6962 §2.1, leaf hash SHA-256(00‖JCS(entry)).
    """
    found = []
    for index, kept in enumerate(entries, start):
        data = jcs(kept.entry)
        if kept.index != index:
            raise LogDamaged(f"index {kept.index}", need=f"index {index}")
        if merkle.leaf_hash(sha256, data) != kept.leaf_hash:
            raise LogDamaged(f"index {index}", need="leaf_hash = SHA-256(00‖JCS(entry))")
        found.append(data)
    return found


def extend(tree: Tree, entries: Sequence[LogEntry], start: int) -> None:
    """Grow the tree by what it has not got yet; what it has must be the same.

    Raises:
        LogDamaged: entries the tree knows are gone or are others, as when the database was restored to an
            earlier state under a running service.
    """
    if start + len(entries) < tree.size:
        raise LogDamaged(f"size {start + len(entries)}", need=f"size ≥ {tree.size}")
    for place, kept in enumerate(entries, start):
        if place >= tree.size:
            tree.add(kept.leaf_hash)
        elif tree.levels[0][place] != kept.leaf_hash:
            raise LogDamaged(f"index {place}", need=f"leaf {tree.levels[0][place].hex()}")


def check_kept(tree: Tree, last: Checkpoint | None) -> None:
    """The entries are those under the last checkpoint kept, by its signed words. Raises LogDamaged."""
    if last is not None:
        head = parse_checkpoint(last.note)
        if (head.size, head.root) != (last.size, last.root):
            raise LogDamaged(f"size {last.size}, root {last.root.hex()}", need=_spelt(head.size, head.root))
        _check_head(tree, head.size, head.root)


def check_published(tree: Tree, path: Path, key: VerifierKey) -> None:
    """The entries are those under the checkpoint published last, which outlives a restored database.

    Args:
        path: of the published checkpoint; none yet is well, and so is one that this log did not sign.

    Raises:
        LogDamaged: it covers more than there is, or something else.
    """
    if not path.is_file():
        return
    try:
        head = parse_checkpoint(path.read_text(encoding="utf-8"))
        check_log_signature(Trust((key,), (), 0), head)
    except (BadNote, BadSignature, UnicodeDecodeError):
        return
    _check_head(tree, head.size, head.root)


def _check_head(tree: Tree, size: int, root: bytes) -> None:
    if tree.size < size:
        raise LogDamaged(f"size {tree.size}", need=_spelt(size, root))
    if tree.root(size) != root:
        raise LogDamaged(f"size {size}, root {tree.root(size).hex()}", need=_spelt(size, root))


def _spelt(size: int, root: bytes) -> str:
    return f"size {size}, root {root.hex()}"
