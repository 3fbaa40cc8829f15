"""Each fault a log's keeper could commit is committed here, in files, and the monitor must name it."""

import json
import shutil
from pathlib import Path

import pytest

from policies.rd1 import logs, merkle
from policies.rd1.canonical import jcs, sha256
from policies.rd1.log_errors import BadSignature
from policies.rd1.logs_faults import LogGap
from policies.rd1.logs_notes import LOG_KEY, WITNESS_KEY, Signer, cosign, sign_checkpoint
from policies.rd1.logs_trust import Trust, sign_escrow
from policies.rd1.manifests import FIRST, manifest_hash
from policies.rd1.moments import SECOND, nanoseconds
from services.outside.monitoring import StateUnusable, look
from services.outside.sources import FolderSource
from services.tlog.files import publish_files
from services.tlog.tiles import manifest_path, tile_path, write_file
from services.tlog.tree import Tree

LOG = Signer("log.example", LOG_KEY, bytes(32))
OTHER = Signer("log.example", LOG_KEY, b"\x02" * 32)
WITNESS = Signer("zhumadian.example/witness", WITNESS_KEY, b"\x01" * 32)
TRUST = Trust((LOG.verifier,), (WITNESS.verifier,), 1)
VECTOR = json.loads((Path(__file__).parents[1] / "records/vectors/rd1-tiny.json").read_text())
FROZEN, ESCROWED, BEACON = "2025-12-29T01:00:00Z", "2025-12-29T02:00:00Z", "2025-12-30T02:00:00Z"
DRAWN, LATER, OPENED = "2025-12-30T02:01:00Z", "2025-12-30T03:00:00Z", "2026-03-30T00:00:00Z"
NOW = "2025-12-30T04:00:00Z"


def manifest(draw_no=1, prev=FIRST, **more):
    return VECTOR["bundle"]["manifest"] | {"draw_no": draw_no, "prev": prev, **more}


def frozen(told, at=FROZEN):
    return logs.manifest_entry(told, manifest_hash(told), at)


def steps(told, *, escrow=ESCROWED, beacon=BEACON, result=DRAWN, signer=WITNESS):
    """A draw's entries in order; a step given as None is left out."""
    m, bureau = manifest_hash(told), told["bureau"]
    made = [frozen(told)]
    if escrow:
        made.append(logs.escrow_entry(bureau, m, WITNESS.name, sign_escrow(signer, m), escrow))
    if beacon:
        made.append(logs.beacon_entry(bureau, m, bytes(32), beacon))
    if result:
        made.append(logs.result_entry(bureau, m, bytes(32), result))
    return sorted(made, key=lambda entry: entry["at"])


def void(told, at=LATER, opened=True):
    m, bureau = manifest_hash(told), told["bureau"]
    made = [logs.void_entry(bureau, m, "名录有误", at)]
    return [*made, logs.open_entry(bureau, m, at)] if opened else made


def publish(folder, entries, *manifests, signer=LOG, witness=WITNESS):
    """The log as its keeper writes it; entries may be bytes that no honest keeper would write."""
    shutil.rmtree(folder, ignore_errors=True)
    data = [one if isinstance(one, bytes) else jcs(one) for one in entries]
    tree = Tree(merkle.leaf_hash(sha256, one) for one in data)
    note = sign_checkpoint(signer, tree.size, tree.root())
    if witness:
        note = cosign(witness, note, nanoseconds(NOW) // SECOND)
    publish_files(folder, tree, 0, data, note)
    for told in manifests:
        write_file(folder, manifest_path(manifest_hash(told).hex()), jcs(told))
    return folder


def codes(folder, state=None, now=NOW, **more):
    report = look(FolderSource(folder), TRUST, state, nanoseconds(now), **more).report
    return [fault.code for fault in report.faults]


@pytest.fixture
def honest(tmp_path):
    """A log with one good draw, a state that has seen it, and nothing against it."""
    told, state = manifest(), tmp_path / "state.json"
    folder = publish(tmp_path / "log", steps(told), told)
    assert codes(folder, state) == [] and codes(folder, state) == []
    return folder, state


def other_steps():
    told = manifest(period="2026Q2")
    return steps(told), told


def test_a_fork_is_named_and_the_state_is_not_moved(honest):
    folder, state = honest
    before = state.read_bytes()
    entries, told = other_steps()
    publish(folder, entries, told)
    assert codes(folder, state) == ["TwoHistories"]
    assert codes(folder, state) == ["TwoHistories"] and state.read_bytes() == before


def test_a_mirror_that_shows_another_history_is_named(honest, tmp_path):
    folder, _ = honest
    entries, told = other_steps()
    mirror = FolderSource(publish(tmp_path / "mirror", entries, told))
    assert codes(folder, mirrors=[mirror]) == ["TwoHistories"]
    behind = FolderSource(publish(tmp_path / "behind", steps(manifest())[:2]))
    assert codes(folder, mirrors=[behind]) == []


def test_a_rollback_is_named(honest):
    folder, state = honest
    publish(folder, steps(manifest())[:3], manifest())
    assert "RolledBack" in codes(folder, state)


def test_a_void_taken_out_of_the_history_is_named(tmp_path):
    told, state = manifest(), tmp_path / "state.json"
    again = manifest(2, manifest_hash(told).hex())
    first = [*steps(told), *void(told)]
    folder = publish(tmp_path / "log", first, told)
    assert codes(folder, state) == []
    more = [*first, frozen(again, LATER)]
    folder = publish(folder, more, told, again)
    assert "HistoryRewritten" not in codes(folder, state)
    hidden = [e for e in more if e["t"] not in ("void", "open")]
    filler = [logs.journal_entry(told["bureau"], bytes(32), LATER)] * 3
    publish(folder, [*hidden, *filler], told, again)
    found = codes(folder, state)
    assert "HistoryRewritten" in found and "DrawDoubled" in found


def test_a_void_never_logged_shows_as_a_doubled_draw(tmp_path):
    told = manifest()
    again = manifest(2, manifest_hash(told).hex())
    folder = publish(tmp_path / "log", [*steps(told), frozen(again, LATER)], told)
    assert codes(folder) == ["DrawDoubled"]
    folder = publish(folder, [*steps(told), *void(told), frozen(again, LATER)], told)
    assert codes(folder) == []
    folder = publish(folder, [*steps(told), *void(told, opened=False)], told)
    assert codes(folder) == ["NotOpened"]


@pytest.mark.parametrize("path", ["tile/entries/000.p/4", "tile/0/000.p/4"])
def test_a_missing_or_shortened_file_is_a_gap(honest, path):
    folder, state = honest
    whole = (folder / path).read_bytes()
    (folder / path).write_bytes(whole[:-1])
    assert codes(folder, state) == ["LogGap"]
    (folder / path).unlink()
    assert codes(folder, state) == ["LogGap"]
    (folder / "checkpoint").unlink()
    with pytest.raises(LogGap):
        codes(folder, state)


def test_an_altered_entry_is_named_by_its_number(honest):
    folder, state = honest
    path = folder / "tile/entries/000.p/4"
    entries = steps(manifest())
    entries[3] = entries[3] | {"z": "11" * 32}
    path.write_bytes(b"".join(len(d).to_bytes(2, "big") + d for d in map(jcs, entries)))
    report = look(FolderSource(folder), TRUST, state, nanoseconds(NOW)).report
    assert [(f.code, f.index) for f in report.faults] == [("EntryAltered", 3)]
    tile = folder / "tile/0/000.p/4"
    tile.write_bytes(b"\0" * 128)
    assert codes(folder, state) == ["EntryAltered"]


def test_a_tile_that_does_not_follow_from_the_entries_is_named(honest):
    folder, _ = honest
    tile = folder / "tile/0/000.p/4"
    tile.write_bytes(tile.read_bytes()[:-1] + b"\0")
    assert codes(folder) == ["TileAltered"]


def test_full_tiles_of_two_levels_are_read_and_checked(tmp_path):
    many = [logs.journal_entry("411721", n.to_bytes(32, "big"), FROZEN) for n in range(520)]
    folder = publish(tmp_path / "log", many)
    assert codes(folder) == []
    shutil.move(folder / tile_path("entries", 2, 8), folder / tile_path("entries", 2))
    assert codes(folder) == []  # the log grew and its partial tile is gone; the full one holds as much
    (folder / tile_path(1, 0, 2)).write_bytes(bytes(64))
    assert codes(folder) == ["TileAltered"]


@pytest.mark.parametrize(
    ("left_out", "now", "found"),
    [
        ({"result": None}, NOW, ["ResultMissing"]),
        ({"result": None}, "2025-12-30T02:14:00Z", []),
        ({"result": LATER}, NOW, ["ResultLate"]),
        ({"beacon": None, "result": None}, NOW, ["BeaconMissing", "ResultMissing"]),
        ({"beacon": ESCROWED}, NOW, ["BeaconEarly", "ResultLate"]),
        ({"escrow": None}, NOW, ["EscrowMissed"]),
        ({"escrow": LATER}, NOW, ["EscrowMissed"]),
        ({"escrow": None, "beacon": None, "result": None}, "2025-12-29T03:00:00Z", []),
        ({"signer": OTHER}, NOW, ["EscrowFalse"]),
    ],
)
def test_every_step_has_its_time(tmp_path, left_out, now, found):
    told = manifest()
    folder = publish(tmp_path / "log", steps(told, **left_out), told)
    assert codes(folder, now=now) == found


def test_without_the_manifest_its_times_are_said_to_be_unchecked(tmp_path):
    folder = publish(tmp_path / "log", steps(manifest(), result=None))
    report = look(FolderSource(folder), TRUST, None, nanoseconds(NOW)).report
    assert not report.faults and report.unchecked[0].startswith("times: ")


def test_a_manifest_that_is_not_the_logged_one_is_named(tmp_path):
    told = manifest()
    folder = publish(tmp_path / "log", steps(told), told)
    path = folder / manifest_path(manifest_hash(told).hex())
    for data in (jcs(told | {"reveal_by": "2027-01-01"}), b"{}", b"\xff", json.dumps(told).encode()):
        path.write_bytes(data)
        assert codes(folder) == ["ManifestFalse"]


def test_secrecy_that_outlasts_its_day_is_named(tmp_path):
    told = manifest()
    folder = publish(tmp_path / "log", steps(told), told)
    until = told["reveal_by"]
    assert codes(folder, now=f"{until}T15:59:00Z", patience=10**9) == []
    assert codes(folder, now=f"{until}T16:01:00Z", patience=10**9) == ["NotOpened"]
    opened = logs.open_entry(told["bureau"], manifest_hash(told), OPENED)
    publish(folder, [*steps(told), opened], told)
    assert codes(folder, now=f"{until}T16:01:00Z", patience=10**9) == []


@pytest.mark.parametrize("second", [{"draw_no": 3}, {"draw_no": 1}, {"prev": "11" * 32}])
def test_a_broken_chain_is_named(tmp_path, second):
    told = manifest()
    whole = {"draw_no": 2, "prev": manifest_hash(told).hex(), "period": "2026Q2"} | second
    folder = publish(tmp_path / "log", [*steps(told), frozen(manifest(**whole), LATER)], told)
    assert codes(folder) == ["ChainBroken"]


def test_stray_and_repeated_entries_are_named(tmp_path):
    told = manifest()
    stray = logs.result_entry(told["bureau"], bytes(32), bytes(32), LATER)
    twice = logs.result_entry(told["bureau"], manifest_hash(told), b"\x01" * 32, LATER)
    foreign = logs.result_entry("150203", manifest_hash(told), bytes(32), LATER)
    folder = publish(tmp_path / "log", [*steps(told), stray, twice, foreign], told)
    assert codes(folder) == ["EntryStray"] * 3


def test_entries_of_no_form_and_impossible_times_are_named(tmp_path):
    told = manifest()
    loose = json.dumps(logs.journal_entry("411721", bytes(32), LATER)).encode()
    more = jcs(logs.journal_entry("411721", bytes(32), LATER) | {"name": "某厂"})
    twice = b'{"at":"x","at":"x"}'
    folder = publish(tmp_path / "log", [*steps(told), loose, more, twice, b"[" * 60000, b""], told)
    assert codes(folder) == ["EntryUnfit"] * 5
    back = logs.journal_entry("411721", bytes(32), FROZEN)
    ahead = logs.journal_entry("411721", bytes(32), "2027-01-01T00:00:00Z")
    folder = publish(folder, [*steps(told), back, ahead], told)
    assert codes(folder) == ["TimeRunsBack"] * 2


def test_wrong_signatures_are_named(honest):
    folder, state = honest
    told = manifest()
    forged = Signer(WITNESS.name, WITNESS_KEY, b"\x09" * 32)
    publish(folder, steps(told), told)
    note = (folder / "checkpoint").read_text()
    lines = note.split("\n")
    broken = lines[5][:-6] + ("A" if lines[5][-6] != "A" else "B") + lines[5][-5:]
    (folder / "checkpoint").write_text("\n".join([*lines[:5], broken, *lines[6:]]))
    assert "BadSignature" in codes(folder, state)
    publish(folder, steps(told), told, witness=forged)
    report = look(FolderSource(folder), TRUST, state, nanoseconds(NOW)).report
    assert report.witnesses == {}
    publish(folder, steps(told), told, signer=OTHER)
    with pytest.raises(BadSignature):
        codes(folder, state)


@pytest.mark.parametrize("fault", ["{", "{}", '{"v":2,"note":""}', "size"])
def test_a_state_nobody_signed_is_refused_not_replaced(honest, fault):
    folder, state = honest
    if fault == "size":
        fault = state.read_text().replace("\\n4\\n", "\\n3\\n")
    state.write_text(fault)
    with pytest.raises(StateUnusable):
        codes(folder, state)
    assert state.read_text() == fault


def test_too_few_witnesses_are_named_once_there_was_time(tmp_path):
    told = manifest()
    folder = publish(tmp_path / "log", steps(told), told, witness=None)
    assert codes(folder) == []
    assert codes(folder, patience=3600) == ["WitnessMissing"]
