"""Merkle trees of RFC 6962 over any hash: roots, inclusion and consistency proofs.

Basis: RFC 6962 section 2.1, RFC 9162 section 2.1; an odd node is carried up unchanged.
"""

from collections.abc import Sequence

from policies.rd1.canonical import Hash


def leaf_hash(h: Hash, data: bytes) -> bytes:
    """H(00‖data)."""
    return h(b"\x00" + data)


def node_hash(h: Hash, left: bytes, right: bytes) -> bytes:
    """H(01‖left‖right)."""
    return h(b"\x01" + left + right)


def _up(h: Hash, row: Sequence[bytes]) -> list[bytes]:
    above = [h(b"\x01" + row[i] + row[i + 1]) for i in range(0, len(row) - 1, 2)]
    if len(row) % 2:
        above.append(row[-1])
    return above


def root(h: Hash, hashes: Sequence[bytes]) -> bytes:
    """Root over leaf hashes; H("") of none."""
    if not hashes:
        return h(b"")
    row = list(hashes)
    while len(row) > 1:
        row = _up(h, row)
    return row[0]


def mth(h: Hash, leaves: Sequence[bytes]) -> bytes:
    """Merkle tree hash over leaf data."""
    return root(h, [h(b"\x00" + leaf) for leaf in leaves])


def inclusion_path(h: Hash, hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Audit path of leaf `index`, leaf to root; raises IndexError outside the tree."""
    if not 0 <= index < len(hashes):
        raise IndexError(index)
    path = []
    row = list(hashes)
    while len(row) > 1:
        sibling = index ^ 1
        if sibling < len(row):
            path.append(row[sibling])
        row, index = _up(h, row), index >> 1
    return path


def root_from_path(h: Hash, leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Root that the leaf hash and its audit path lead to; None when the path's length does not fit.

    Basis: RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        return None
    last, here = size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            here = node_hash(h, step, here)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            here = node_hash(h, here, step)
        index, last = index >> 1, last >> 1
    return here if last == 0 else None


def _split(size: int) -> int:
    """Largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def consistency_proof(h: Hash, hashes: Sequence[bytes], old: int) -> list[bytes]:
    """Proof that the tree of the first `old` leaves is a prefix; raises IndexError unless 0 ≤ old ≤ size."""
    if not 0 <= old <= len(hashes):
        raise IndexError(old)
    return _subproof(h, hashes, old, True) if 0 < old < len(hashes) else []


def _subproof(h: Hash, hashes: Sequence[bytes], old: int, whole: bool) -> list[bytes]:
    if old == len(hashes):
        return [] if whole else [root(h, hashes)]
    cut = _split(len(hashes))
    if old <= cut:
        return [*_subproof(h, hashes[:cut], old, whole), root(h, hashes[cut:])]
    return [*_subproof(h, hashes[cut:], old - cut, False), root(h, hashes[:cut])]


def is_consistent(
    h: Hash, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """True when the proof shows that the old tree is a prefix of the new one.

    Basis: RFC 9162 section 2.1.4.2.
    """
    if old > new or old < 0:
        return False
    if old in (0, new):
        return not proof and (old_root == (h(b"") if old == 0 else new_root))
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = path[0]
    for step in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node_hash(h, step, first), node_hash(h, step, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_hash(h, second, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == new_root
