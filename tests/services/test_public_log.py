"""Tree, tiles and witness: a log that only grows, files from which anyone can rebuild it, forks refused."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from policies.rd1 import merkle
from policies.rd1.canonical import sha256
from policies.rd1.log_errors import BadSignature
from policies.rd1.logs_notes import LOG_KEY, Signer, parse_checkpoint, sign_checkpoint
from services.outside.errors import CopyUnreadable, LogForked
from services.outside.folder import Device
from services.outside.seal import escrow_context, seal_to
from services.outside.secret import make_secret
from services.outside.witness import card, cosign_checkpoint, init_witness, open_copy, seen_size
from services.tlog.files import publish_files
from services.tlog.tiles import tile_path
from services.tlog.tree import Tree

LOG = Signer("log.example", LOG_KEY, bytes(32))
VKEY = LOG.verifier.text()
AT = datetime(2025, 12, 25, tzinfo=UTC)


def leaves(count, salt=b""):
    return [merkle.leaf_hash(sha256, salt + n.to_bytes(4, "big")) for n in range(count)]


def head(tree, size=None):
    size = tree.size if size is None else size
    return sign_checkpoint(LOG, size, tree.root(size))


def test_tree_agrees_with_the_plain_definition():
    hashes = leaves(70)
    tree = Tree(hashes)
    for size in range(1, 71):
        assert tree.root(size) == merkle.root(sha256, hashes[:size])
        assert tree.inclusion(size // 2, size) == merkle.inclusion_path(sha256, hashes[:size], size // 2)
        for old in range(1, size + 1, 3):
            assert tree.consistency(old, size) == merkle.consistency_proof(sha256, hashes[:size], old)


@pytest.mark.parametrize(
    ("level", "n", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        (1, 999, 3, "tile/1/999.p/3"),
        ("entries", 1000, 256, "tile/entries/x001/000"),
    ],
)
def test_tile_paths_follow_the_published_layout(level, n, width, path):
    assert tile_path(level, n, width) == path


@pytest.mark.parametrize("steps", [(1, 3, 256, 257, 600), (700,), (255, 256, 512)])
def test_files_rebuild_the_log(tmp_path, steps):
    entries = [b"entry %d" % n for n in range(max(steps))]
    tree, old = Tree(), 0
    for new in steps:
        for data in entries[old:new]:
            tree.add(merkle.leaf_hash(sha256, data))
        publish_files(tmp_path, tree, old, entries[old:new], head(tree))
        old = new
    published = parse_checkpoint((tmp_path / "checkpoint").read_text())
    read = read_entries(tmp_path, published.size)
    assert read == entries
    assert merkle.mth(sha256, read) == published.root
    full = published.size // 256
    for n in range(full):
        assert (tmp_path / tile_path(0, n)).read_bytes() == b"".join(tree.levels[0][n * 256 : n * 256 + 256])
    if full:
        assert len((tmp_path / tile_path(1, 0, full)).read_bytes()) == 32 * full


def read_entries(folder: Path, size: int) -> list[bytes]:
    found = []
    for n in range(-(-size // 256)):
        data = (folder / tile_path("entries", n, min(256, size - n * 256))).read_bytes()
        while data:
            length = int.from_bytes(data[:2], "big")
            found.append(data[2 : 2 + length])
            data = data[2 + length :]
    return found


def test_a_witness_signs_only_a_log_that_grew(tmp_path):
    device = Device(tmp_path)
    init_witness(device, "witness.example")
    tree = Tree(leaves(10))
    cosign_checkpoint(device, VKEY, head(tree, 4), [], AT)
    assert seen_size(device) == 4
    signed = cosign_checkpoint(device, VKEY, head(tree), tree.consistency(4, 10), AT)
    assert "witness.example" in signed and seen_size(device) == 10
    other = Tree(leaves(12, b"rewritten"))
    for note, proof in (
        (head(other), other.consistency(10, 12)),
        (head(tree, 4), []),
        (head(other, 10), []),
    ):
        with pytest.raises(LogForked):
            cosign_checkpoint(device, VKEY, note, proof, AT)
    impostor = Signer("log.example", LOG_KEY, b"\x01" * 32)
    with pytest.raises(BadSignature):
        cosign_checkpoint(device, VKEY, sign_checkpoint(impostor, 10, tree.root()), [], AT)
    with pytest.raises(LogForked):
        cosign_checkpoint(
            device, impostor.verifier.text(), sign_checkpoint(impostor, 10, tree.root()), [], AT
        )
    assert seen_size(device) == 10


def test_a_sealed_copy_opens_for_its_draw_and_role_only(tmp_path):
    superior = Device(tmp_path / "superior")
    public = init_witness(superior, "witness.example").escrow_public
    made = make_secret(
        Device(tmp_path / "mine"), bureau="411721", draw_no=3, role="bureau", escrow_public=public
    )
    manifest = {
        "suite": 1, "bureau": "411721", "draw_no": 3, "commits": [{"role": "bureau", "c": made.c}]
    }  # fmt: skip
    assert len(open_copy(superior, manifest, "bureau", made.escrow_copy)) == 32
    with pytest.raises(CopyUnreadable):
        open_copy(superior, manifest | {"draw_no": 4}, "bureau", made.escrow_copy)
    with pytest.raises(CopyUnreadable):
        open_copy(superior, manifest, "bureau", made.escrow_copy[:-1] + b"\0")
    stranger = seal_to(bytes([9]) + bytes(31), bytes(32), escrow_context("411721", 3, "bureau"))
    with pytest.raises(CopyUnreadable):
        open_copy(superior, manifest, "bureau", stranger)
    assert init_witness(superior, "renamed.example") == card(superior)
