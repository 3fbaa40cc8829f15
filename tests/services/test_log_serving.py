"""The log outside the deployment: export, limits, cosignatures' times, a relay of the beacon."""

import json
import stat
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from policies.rd1 import merkle
from policies.rd1.beacon import QUICKNET
from policies.rd1.canonical import sha256
from policies.rd1.log_errors import BadExpected
from policies.rd1.logs_expected import parse_expected
from policies.rd1.logs_notes import LOG_KEY, WITNESS_KEY, Signer, cosign, parse_checkpoint, sign_checkpoint
from services.drawing.draw_errors import CosignatureRefused
from services.outside.drand import drand_signature
from services.outside.errors import RoundNotThere, Unreachable
from services.outside.fetching import fetch, post
from services.tlog.cosigning import own_lines
from services.tlog.export import export_files
from services.tlog.files import publish_files
from services.tlog.limits import ALL, EACH, TooOften, Turnstile
from services.tlog.tree import Tree
from tenants.records import WitnessKey

LOG = Signer("log.example", LOG_KEY, bytes(32))
WITNESS = Signer("witness.example", WITNESS_KEY, b"\x01" * 32)
STRANGER = Signer("stranger.example", WITNESS_KEY, b"\x02" * 32)
MADE = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
KEYS = (WitnessKey(WITNESS.name, WITNESS.verifier.text()),)
EXAMPLE = json.loads((Path(__file__).parents[1] / "records/vectors/quicknet.json").read_text())["example"]


def grown(folder, tree, count):
    data = [b"entry %d" % n for n in range(tree.size, count)]
    old = tree.size
    for one in data:
        tree.add(merkle.leaf_hash(sha256, one))
    publish_files(folder, tree, old, data, sign_checkpoint(LOG, tree.size, tree.root()))


def test_an_export_is_readable_complete_and_only_grows(tmp_path):
    source, target, tree = tmp_path / "log", tmp_path / "www/log", Tree()
    assert export_files(source, target) == 0
    grown(source, tree, 300)
    assert export_files(source, target) == 6  # two tiles of hashes, one above, two bundles, the checkpoint
    assert export_files(source, target) == 0
    names = {p.relative_to(target).as_posix(): p for p in target.rglob("*")}
    assert {"checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000"} <= set(names)
    for name, path in names.items():
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o755 if path.is_dir() else 0o644), name
    assert not any(path.name.startswith(".") for path in names.values())
    before = (target / "checkpoint").read_bytes()
    grown(source, tree, 301)
    assert export_files(source, target) == 3
    (source / "checkpoint").write_bytes(before)
    assert export_files(source, target) == 0  # an older checkpoint never replaces a newer one
    assert parse_checkpoint((target / "checkpoint").read_text()).size == 301


@pytest.mark.parametrize(
    ("signer", "minutes", "kept"),
    [
        (WITNESS, 0, True), (WITNESS, 30, True), (WITNESS, -9, True), (WITNESS, 69, True),
        (WITNESS, -11, False), (WITNESS, 71, False), (STRANGER, 0, False),
    ],
)  # fmt: skip
def test_a_cosignature_counts_by_its_key_and_within_its_time(signer, minutes, kept):
    note = sign_checkpoint(LOG, 1, bytes(32))
    signed = cosign(signer, note, int((MADE + timedelta(minutes=minutes)).timestamp()))
    offered, now = parse_checkpoint(signed).note, MADE + timedelta(hours=1)
    if kept:
        assert list(own_lines(LOG.verifier, KEYS, offered, MADE, now)) == [WITNESS.name]
    else:
        with pytest.raises(CosignatureRefused):
            own_lines(LOG.verifier, KEYS, offered, MADE, now)


def test_a_line_of_another_body_is_refused():
    other = cosign(WITNESS, sign_checkpoint(LOG, 2, bytes(32)), int(MADE.timestamp()))
    line = other.rstrip("\n").rsplit("\n", 1)[1]
    note = sign_checkpoint(LOG, 1, bytes(32)) + line + "\n"
    with pytest.raises(CosignatureRefused):
        own_lines(LOG.verifier, KEYS, parse_checkpoint(note).note, MADE, MADE)


def test_the_turnstile_lets_honest_witnesses_through():
    gate = Turnstile()
    for _ in range(EACH):
        gate.enter("a", 0.0)
    with pytest.raises(TooOften) as refused:
        gate.enter("a", 20.0)
    assert refused.value.facts["seconds"] == 41
    gate.enter("b", 20.0)
    gate.enter("a", 60.0)
    for number in range(ALL - 1):
        gate.enter(str(number), 61.0)
    with pytest.raises(TooOften):
        gate.enter("new", 61.0)


class Relay(BaseHTTPRequestHandler):
    """A drand relay as small as one can be; other paths misbehave in their own ways."""

    def do_GET(self):
        number = self.path.rsplit("/", 1)[1]
        if self.path == f"/{QUICKNET}/public/{EXAMPLE['round']}" or number == "5":
            self.answer(json.dumps(EXAMPLE).encode())
        elif number == "6":
            self.answer(b"[" * 9000)
        elif number == "long":
            self.answer(b"x" * 2000)
        elif number == "away":
            self.answer(b"", 302, location="http://elsewhere.example/")
        else:
            self.answer(b"no", 404)

    def do_POST(self):
        self.answer("拒绝".encode(), 422)

    def answer(self, data, code=200, **headers):
        self.send_response(code)
        self.send_header("content-length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def relay():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_relay_gives_the_signature_of_the_very_round(relay):
    assert drand_signature(relay + "/", EXAMPLE["round"]) == EXAMPLE["signature"]
    for number in (4, 5, 6):
        with pytest.raises(RoundNotThere):
            drand_signature(relay, number)


def test_what_cannot_be_fetched_is_one_clear_refusal(relay):
    assert fetch(f"{relay}/nothing") is None
    for act in (
        lambda: fetch(f"{relay}/long", most=1999),
        lambda: fetch(f"{relay}/away"),
        lambda: fetch("file:///etc/hostname"),
        lambda: fetch("http://"),
        lambda: fetch("http://[::1"),
        lambda: fetch("http://127.0.0.1:1/x"),
    ):
        with pytest.raises(Unreachable):
            act()
    with pytest.raises(Unreachable, match="拒绝"):
        post(relay, b"x", "text/plain")


WRONG_LINES = """
411721
411721 weekly 2026Q1
411721 routine 2026-1
x routine 2026Q1 a
x routine 2026Q1 days=100
x routine 2026Q1 days=x
x routine 2026Q1 a=b
"""


@pytest.mark.parametrize("line", WRONG_LINES.strip().split("\n"))
def test_a_list_of_expected_draws_is_read_line_by_line(line):
    good = "# 两县\n\n411721 routine 2026Q1\n150200 overlay 2026Q1 subject=150203 days=10 # 市级\n"
    assert [d.subject for d in parse_expected(good)] == ["411721", "150203"]
    with pytest.raises(BadExpected) as refused:
        parse_expected(good + line)
    assert refused.value.where.line == 5
