"""The Merkle tree of RFC 6962 with any hash."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Hash = Callable[[bytes], bytes]


def leaf_hash(h: Hash, leaf: bytes) -> bytes:
    """H(00 ‖ leaf)."""
    return h(b"\x00" + leaf)


def node_hash(h: Hash, left: bytes, right: bytes) -> bytes:
    """H(01 ‖ left ‖ right)."""
    return h(b"\x01" + left + right)


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _root(h: Hash, hashes: Sequence[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    k = _split(len(hashes))
    return node_hash(h, _root(h, hashes[:k]), _root(h, hashes[k:]))


def root(h: Hash, leaves: Sequence[bytes]) -> bytes:
    """MTH of the leaves."""
    return _root(h, [leaf_hash(h, leaf) for leaf in leaves]) if leaves else h(b"")


def audit_path(h: Hash, leaves: Sequence[bytes], index: int) -> list[bytes]:
    """PATH(index, leaves), from the leaf upwards."""
    if len(leaves) <= 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*audit_path(h, leaves[:k], index), root(h, leaves[k:])]
    return [*audit_path(h, leaves[k:], index - k), root(h, leaves[:k])]


def root_from_path(h: Hash, leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that an audit path leads to, or None when it has the wrong length (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    here, last, value = index, size - 1, leaf_hash(h, leaf)
    for sibling in path:
        if last == 0:
            return None
        if here % 2 == 1 or here == last:
            value = node_hash(h, sibling, value)
            while here % 2 == 0 and here != 0:
                here, last = here // 2, last // 2
        else:
            value = node_hash(h, value, sibling)
        here, last = here // 2, last // 2
    return value if last == 0 else None
