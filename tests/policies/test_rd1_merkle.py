"""Merkle trees against the recursive definition of RFC 6962."""

from hypothesis import given
from hypothesis import strategies as st

from policies.rd1 import merkle
from policies.rd1.canonical import SUITES, sha256

LEAVES = st.lists(st.binary(max_size=8), max_size=40)


def defined(h: merkle.Hash, leaves: list[bytes]) -> bytes:
    if not leaves:
        return h(b"")
    if len(leaves) == 1:
        return h(b"\x00" + leaves[0])
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    return h(b"\x01" + defined(h, leaves[:cut]) + defined(h, leaves[cut:]))


@given(LEAVES, st.sampled_from([1, 2]))
def test_the_root_is_the_defined_one(leaves: list[bytes], suite: int) -> None:
    h = SUITES[suite].h
    assert merkle.mth(h, leaves) == defined(h, leaves)


@given(LEAVES.filter(bool), st.data())
def test_every_leaf_has_a_path_and_no_other_leads_to_the_root(
    leaves: list[bytes], data: st.DataObject
) -> None:
    hashes = [merkle.leaf_hash(sha256, leaf) for leaf in leaves]
    root, size = merkle.root(sha256, hashes), len(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_path(sha256, hashes, index)
    assert merkle.root_from_path(sha256, hashes[index], index, size, path) == root
    assert merkle.root_from_path(sha256, bytes(32), index, size, path) != root
    assert merkle.root_from_path(sha256, hashes[index], index, size, [*path, bytes(32)]) != root
    assert merkle.root_from_path(sha256, hashes[index], size, size, path) is None
    assert merkle.root_from_path(sha256, hashes[index], -1, size, path) is None
    for i in range(len(path)):
        short = path[:i] + path[i + 1 :]
        assert merkle.root_from_path(sha256, hashes[index], index, size, short) != root
        swapped = [*path[:i], bytes(32), *path[i + 1 :]]
        assert merkle.root_from_path(sha256, hashes[index], index, size, swapped) != root


@given(LEAVES, st.data())
def test_consistency(leaves: list[bytes], data: st.DataObject) -> None:
    hashes = [merkle.leaf_hash(sha256, leaf) for leaf in leaves]
    new = len(hashes)
    old = data.draw(st.integers(0, new))
    roots = merkle.root(sha256, hashes[:old]), merkle.root(sha256, hashes)
    proof = merkle.consistency_proof(sha256, hashes, old)
    assert merkle.is_consistent(sha256, old, new, *roots, proof)
    assert not merkle.is_consistent(sha256, old, new, *roots, [*proof, bytes(32)])
    if 0 < old < new:
        assert not merkle.is_consistent(sha256, old, new, bytes(32), roots[1], proof)
        assert not merkle.is_consistent(sha256, old, new, roots[0], bytes(32), proof)
        assert not merkle.is_consistent(sha256, old, new, *roots, proof[:-1])
    assert not merkle.is_consistent(sha256, new + 1, new, *roots, [])
