"""An append-only Merkle tree that answers proofs without rehashing the log.

Hashes of complete subtrees are kept by level: `levels[k][i]` covers leaves `i·2^k … (i+1)·2^k − 1`.
Basis: RFC 6962 §2.1; the log always uses SHA-256 (rd1 Notation).
"""

from collections.abc import Iterable

from policies.rd1 import merkle
from policies.rd1.canonical import sha256


def node_hash(left: bytes, right: bytes) -> bytes:
    """Node of the log's tree."""
    return merkle.node_hash(sha256, left, right)


def split(n: int) -> int:
    """Largest power of two smaller than n (n ≥ 2)."""
    return 1 << ((n - 1).bit_length() - 1)


class Tree:
    """Grows by leaf hashes; roots and proofs for any size reached so far."""

    def __init__(self, hashes: Iterable[bytes] = ()) -> None:
        self.levels: list[list[bytes]] = [[]]
        for value in hashes:
            self.add(value)

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self.levels[0])

    def add(self, value: bytes) -> None:
        """Append one leaf hash and complete every subtree it closes."""
        level = 0
        while True:
            if level == len(self.levels):
                self.levels.append([])
            row = self.levels[level]
            row.append(value)
            if len(row) % 2:
                return
            value = node_hash(row[-2], row[-1])
            level += 1

    def _range(self, start: int, end: int) -> bytes:
        """Hash of leaves start … end − 1; `start` is aligned as RFC 6962 cuts ranges."""
        width = end - start
        if width & (width - 1) == 0:
            level = width.bit_length() - 1
            return self.levels[level][start >> level]
        k = split(width)
        return node_hash(self._range(start, start + k), self._range(start + k, end))

    def root(self, size: int | None = None) -> bytes:
        """Root of the first `size` leaves; of the empty tree, SHA-256 of nothing."""
        n = self.size if size is None else size
        self._within(n, self.size)
        return self._range(0, n) if n else sha256(b"")

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Audit path of leaf `index` in the tree of `size`, leaf side first."""
        self._within(index + 1, size)
        self._within(size, self.size)
        start, end, path = 0, size, list[bytes]()
        while end - start > 1:
            middle = start + split(end - start)
            if index < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Proof that the tree of `old` is a prefix of the tree of `new` (0 < old ≤ new)."""
        self._within(old, new)
        self._within(new, self.size)
        return self._prefix(old, 0, new, True) if 0 < old < new else []

    def _prefix(self, old: int, start: int, end: int, whole: bool) -> list[bytes]:
        width = end - start
        if old == width:
            return [] if whole else [self._range(start, end)]
        k = split(width)
        if old <= k:
            return [*self._prefix(old, start, start + k, whole), self._range(start + k, end)]
        return [*self._prefix(old - k, start + k, end, False), self._range(start, start + k)]

    @staticmethod
    def _within(low: int, high: int) -> None:
        if not 0 <= low <= high:
            raise ValueError(f"{low} not within {high}")
