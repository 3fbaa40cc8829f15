"""Whom a verifier trusts: log and witness keys, and how many witnesses it wants (protocol §12)."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from policies.errors import Place
from policies.rd1.canonical import lp
from policies.rd1.form_errors import short
from policies.rd1.forms import unbase64
from policies.rd1.log_errors import BadSignature, BadTrust, BadVerifierKey, EscrowFalse
from policies.rd1.logs_notes import (
    LOG_KEY,
    WITNESS_KEY,
    Checkpoint,
    Signer,
    VerifierKey,
    cosignature_time,
    log_signature_holds,
    parse_vkey,
)

MOST_LINES = 1000
_NEED = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Trust:
    """A trust file: keys of logs and witnesses, and `need`, the least number of witnesses."""

    logs: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...]
    need: int

    def text(self) -> str:
        """The file."""
        lines = [f"log {key.text()}" for key in self.logs]
        lines += [f"witness {key.text()}" for key in self.witnesses]
        return "\n".join([*lines, f"need {self.need}", ""])


def parse_trust(text: str) -> Trust:
    """Read a trust file: lines `log VKEY`, `witness VKEY`, one `need N`; empty lines and # comments pass.

    Raises:
        BadTrust: with the line; also when no log is named, a key stands twice, or need cannot be met.
    """
    keys: dict[str, list[VerifierKey]] = {"log": [], "witness": []}
    needs: list[int] = []
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise BadTrust(len(lines))
    for number, line in enumerate(lines, 1):
        word, _, rest = line.strip().partition(" ")
        if not word or word.startswith("#"):
            continue
        if word == "need" and _NEED.fullmatch(rest):
            needs.append(int(rest))
        elif word in keys:
            keys[word].append(_key(word, rest, number))
        else:
            raise BadTrust(short(line), where=Place(line=number))
    trust = Trust(tuple(keys["log"]), tuple(keys["witness"]), needs[0] if len(needs) == 1 else 0)
    known = [key.public for key in trust.logs + trust.witnesses]
    if not trust.logs or len(set(known)) != len(known) or not 1 <= trust.need <= len(trust.witnesses):
        raise BadTrust(f"log {len(trust.logs)}, witness {len(trust.witnesses)}, need {needs}")
    return trust


def _key(word: str, text: str, number: int) -> VerifierKey:
    try:
        key = parse_vkey(text)
    except BadVerifierKey as error:
        raise BadTrust(short(text), where=Place(line=number)) from error
    if key.kind != (LOG_KEY if word == "log" else WITNESS_KEY):
        raise BadTrust(short(text), where=Place(line=number))
    return key


def check_log_signature(trust: Trust, checkpoint: Checkpoint) -> None:
    """The log named as origin signed, and is trusted; raises BadSignature."""
    keys = [key for key in trust.logs if key.name == checkpoint.origin]
    signed = False
    for key in keys:
        for line in checkpoint.note.signatures:
            if line.of(key):
                if not log_signature_holds(key, checkpoint.note, line):
                    raise BadSignature(name=key.name)
                signed = True
    if not signed:
        raise BadSignature(name=checkpoint.origin)


def witness_times(trust: Trust, checkpoint: Checkpoint) -> dict[VerifierKey, int]:
    """Seconds since 1970 by trusted witness that cosigned; earliest of several lines of one witness.

    Raises:
        BadSignature: a line of a trusted witness does not verify.
    """
    times: dict[VerifierKey, int] = {}
    for key in trust.witnesses:
        for line in checkpoint.note.signatures:
            if line.of(key):
                time = cosignature_time(key, checkpoint.note, line)
                if time is None:
                    raise BadSignature(name=key.name)
                times[key] = min(time, times.get(key, time))
    return times


def escrow_message(m: bytes) -> bytes:
    """What the superior signs: LP("rd1/escrow")‖M."""
    return lp("rd1/escrow") + m


def sign_escrow(signer: Signer, m: bytes) -> str:
    """Base64 of the superior's Ed25519 signature that its sealed copies open the commitments of M."""
    return base64.b64encode(signer.sign(escrow_message(m))).decode()


def check_escrow(keys: Iterable[VerifierKey], by: str, sig: str, m: bytes) -> None:
    """The attestation is signed by a witness of that name; raises EscrowFalse."""
    raw = unbase64(sig)
    for key in keys:
        if raw is not None and key.name == by and key.verifies(raw, escrow_message(m)):
            return
    raise EscrowFalse(by, by=by)
