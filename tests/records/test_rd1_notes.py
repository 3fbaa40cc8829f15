"""Keys, checkpoints, cosignatures and trust files."""

import base64
import json

import pytest

from policies.rd1.form_errors import BadField
from policies.rd1.log_errors import BadNote, BadSignature, BadTrust, BadVerifierKey, EscrowFalse
from policies.rd1.logs import leaf_data, parse_trust, roster_entry
from policies.rd1.logs_notes import (
    LOG_KEY,
    WITNESS_KEY,
    Signer,
    cosign,
    parse_checkpoint,
    parse_note,
    parse_vkey,
    sign_checkpoint,
)
from policies.rd1.logs_trust import check_escrow, check_log_signature, sign_escrow, witness_times

from .rd1_world import CITY, LOG, OFFICE, VECTORS, trust

ROOT = bytes(range(32))
LINES = trust().text().splitlines()


def test_a_checkpoint_and_its_witnesses() -> None:
    text = cosign(OFFICE, cosign(CITY, sign_checkpoint(LOG, 7, ROOT), 100), 200)
    seen = parse_checkpoint(text)
    assert (seen.origin, seen.size, seen.root, seen.note.text()) == (LOG.name, 7, ROOT, text)
    check_log_signature(trust(), seen)
    assert witness_times(trust(), seen) == {CITY.verifier: 100, OFFICE.verifier: 200}
    again = parse_checkpoint(cosign(CITY, text, 300))
    assert len(again.note.signatures) == 3 and witness_times(trust(), again)[CITY.verifier] == 300


def test_a_known_key_with_a_false_signature_is_refused() -> None:
    text = cosign(CITY, sign_checkpoint(LOG, 7, ROOT), 100)
    other = parse_checkpoint(text.replace("\n7\n", "\n8\n"))
    with pytest.raises(BadSignature):
        witness_times(trust(), other)
    with pytest.raises(BadSignature):
        check_log_signature(trust(), other)


def test_an_unknown_log_and_an_impostor_are_refused() -> None:
    stranger = Signer("other.test/log", LOG_KEY, bytes(32))
    impostor = Signer(LOG.name, LOG_KEY, bytes(32))
    for signer in (stranger, impostor):
        with pytest.raises(BadSignature):
            check_log_signature(trust(), parse_checkpoint(sign_checkpoint(signer, 1, ROOT)))


GOOD = sign_checkpoint(LOG, 7, ROOT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        GOOD[:-1],
        GOOD.replace("\n7\n", "\n07\n"),
        GOOD.replace("\n7\n", "\n-7\n"),
        GOOD.replace("\n7\n", "\n7\n\n"),
        GOOD.replace("—", "-"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("AAECAwQF", "AAECAwQ"),
        GOOD.replace("Hh8=", "Hh9="),
        "a\n1\n",
        GOOD + "— bad line\n",
        GOOD * 2,
        GOOD + GOOD.splitlines(keepends=True)[-1] * 101,
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(BadNote):
        parse_checkpoint(text)


def test_a_note_may_say_more_than_a_checkpoint() -> None:
    note = parse_note("one\ntwo\nthree\n\n" + GOOD.splitlines(keepends=True)[-1])
    assert note.body == "one\ntwo\nthree\n"


def test_keys_of_the_vectors() -> None:
    text = json.loads((VECTORS / "rd1-drand-log.json").read_text("utf-8"))["trust"]
    trusted = parse_trust(text)
    assert trusted.text() == text
    assert [key.kind for key in trusted.logs + trusted.witnesses] == [LOG_KEY, WITNESS_KEY]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        LOG.verifier.text()[:-1],
        LOG.verifier.text().replace("draws", "drews"),
        "x y" + LOG.verifier.text(),
        f"a+00000000+{base64.b64encode(bytes(33)).decode()}",
    ],
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(BadVerifierKey):
        parse_vkey(text)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        LINES[:-1],
        [*LINES, "need 1"],
        [*LINES[:-1], "need 0"],
        [*LINES[:-1], "need 3"],
        [*LINES[:-1], "need -1"],
        [*LINES[:-1], "need 1.0"],
        LINES[1:],
        [*LINES, LINES[1]],
        [LINES[0], LINES[-1]],
        [*LINES, "trust me"],
        [f"log {CITY.verifier.text()}", *LINES[1:]],
        [LINES[0], f"witness {LOG.verifier.text()}", LINES[-1]],
        ["log nonsense", *LINES[1:]],
    ],
)
def test_what_is_no_trust_file(lines: list[str]) -> None:
    with pytest.raises(BadTrust) as caught:
        parse_trust("\n".join(lines))
    assert caught.value.line("zh") and caught.value.line("en")


def test_comments_and_empty_lines_pass() -> None:
    assert parse_trust("# where it came from\n\n" + "\n".join(LINES) + "\n") == trust()


def test_escrow() -> None:
    sig = sign_escrow(CITY, ROOT)
    check_escrow(trust().witnesses, CITY.name, sig, ROOT)
    for by, signature, m in [(OFFICE.name, sig, ROOT), (CITY.name, sig, bytes(32)), (CITY.name, "x", ROOT)]:
        with pytest.raises(EscrowFalse):
            check_escrow(trust().witnesses, by, signature, m)


def test_entries_have_their_form() -> None:
    entry = roster_entry("411721", ROOT, {"new": 3}, {"closed_down": 1}, "2025-12-25T01:00:00Z")
    assert leaf_data(entry).startswith(b'{"added":{"new":3},"at":"2025-12-25T01:00:00Z"')
    with pytest.raises(BadField):
        roster_entry("411721", ROOT, {"new": -3}, {}, "2025-12-25T01:00:00Z")
    with pytest.raises(BadField):
        roster_entry("411721", ROOT, {}, {}, "2025-12-25T09:00:00+08:00")
