"""A witness at home against a log anywhere: fetch, check that it only grew, sign, hand in.

Nothing of the deployment is needed but the files of its log and one address that takes the signature.
"""

from dataclasses import dataclass
from datetime import datetime

from policies.rd1.logs_notes import parse_checkpoint, parse_vkey
from policies.rd1.logs_trust import Trust
from policies.rd1.logs_watch import SIMULATED
from services.outside.errors import LogKeyUnknown
from services.outside.fetching import fetch, post
from services.outside.folder import Device
from services.outside.reading import consistency_from, head_of
from services.outside.sources import WebSource
from services.outside.witness import cosign_checkpoint, pinned_log, seen_size

COSIGNATURES = "cosignatures"


@dataclass(frozen=True, slots=True)
class Handed:
    """What came of it: the size signed, and the names whose lines the log keeps now."""

    size: int
    kept: tuple[str, ...]


def cosign_remote(device: Device, url: str, log_key: str, now: datetime, *, to: str = "") -> Handed:
    """Cosign the latest checkpoint of a log and hand the line in.

    Args:
        device: the witness's own folder; it knows the log's key and the last size after the first time.
        url: address of the log's files.
        log_key: verifier key of the log, needed the first time only; later it must be the same.
        now: the witness's own time. A simulated log has its own clock and is signed by that.
        to: address that takes cosignatures, where it is not `url`/cosignatures.

    Raises:
        LogKeyUnknown: the first time without a key. LogForked: the log was rewritten; nothing was signed.
        LogGap, BadNote, BadSignature: the files are not the log's. Unreachable: nobody answers, or refuses.
    """
    key = log_key or pinned_log(device)
    if not key:
        raise LogKeyUnknown(url)
    source = WebSource(url)
    head = head_of(source, Trust((parse_vkey(key),), (), 0))
    proof = consistency_from(source, seen_size(device), head.size)
    moment = _clock_of(source.name) if SIMULATED in head.origin else now
    signed = cosign_checkpoint(device, key, head.note.text(), proof, moment)
    answer = post(to or f"{source.name}/{COSIGNATURES}", signed.encode(), "text/plain; charset=utf-8")
    kept = tuple(answer.decode("utf-8", "replace").split())
    return Handed(parse_checkpoint(signed).size, kept)


def _clock_of(url: str) -> datetime:
    told = fetch(f"{url}/now", most=100)
    return datetime.fromisoformat((told or b"").decode("ascii", "replace"))
