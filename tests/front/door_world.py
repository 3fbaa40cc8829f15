"""Codes at the door for draws of the vectors' world, with officers whose certificates are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from policies.rd1 import logs
from policies.rd1.canonical import sha256, suite_of
from policies.rd1.changes import event_hash
from policies.rd1.door import DoorCode, Person
from policies.rd1.freeze import Lists, officer_salt, pseudonym
from policies.rd1.logs_notes import Signer, parse_checkpoint
from services.visiting.doorcode import Chain, Proofs, chain_of, door_code
from tenants.records import LogEntry
from tests.records.rd1_world import CITY, LOG, OFFICE, Made, PublicLog, entries_of, made, small_lists, unix

KEY = sha256(b"pseudonyms")
TIMES = {
    "manifest": "2025-12-25T02:00:00Z",
    "escrow": "2025-12-25T03:00:00Z",
    "beacon": "2025-12-30T02:00:05Z",
    "result": "2025-12-30T02:10:00Z",
    "void": "2025-12-30T03:00:00Z",
}


def certificates(suite: int, count: int = 6) -> dict[str, Person]:
    """Officers by pseudonym."""
    found = {}
    for n in range(count):
        number = f"豫Q{n:06d}"
        salt = officer_salt(suite_of(suite), KEY, number)
        found[pseudonym(suite_of(suite), salt, number)] = Person(certificate=number, salt=salt)
    return found


def world(suite: int = 1, **given: Any) -> Made:
    """A draw whose officers have the certificates above."""
    plain, people = small_lists(), sorted(certificates(suite))
    renamed = dict(zip((row[0] for row in plain.officers), people, strict=True))
    officers = [(renamed[oid], lead, cap) for oid, lead, cap in plain.officers]
    bans = [(renamed[oid], uid) for oid, uid in plain.bans]
    lists = Lists.of(plain.list_key, plain.units, officers, bans)
    return made(lists, suite=suite, **given)


def salted(one: Made) -> list[dict[str, Any]]:
    """The draw's events as {salt, event}."""
    return [
        {"salt": sha256(str(i).encode())[:16].hex(), "event": event} for i, event in enumerate(one.events)
    ]


def proofs(one: Made, signer: Signer = LOG, seen: Sequence[Signer] = (CITY, OFFICE)) -> Proofs:
    """The draw's log, 40 entries of other bureaus before it."""
    suite, log = suite_of(one.manifest["suite"]), PublicLog()
    for n in range(40):
        log.add(logs.journal_entry("150200", sha256(bytes([n])), "2025-12-20T00:00:00Z"))
    rows = list(entries_of(one, TIMES).values())
    for row in salted(one):
        h = event_hash(suite, bytes.fromhex(row["salt"]), row["event"])
        rows.append(logs.event_entry(one.bureau, one.drawn.m, h, row["event"]["at"]))
    for row in rows:
        log.add(row)
    size = len(log.entries)
    text = log.checkpoint(size, dict.fromkeys(seen, "2026-01-05T00:00:00Z"))
    if signer is not LOG:
        text = logs.sign_checkpoint(signer, size, parse_checkpoint(text).root)
    kept, paths = [], {}
    for i, entry in enumerate(log.entries):
        if entry["t"] in ("beacon", "result", "event"):
            at = _moment(entry["at"])
            kept.append(LogEntry(i, entry, b"", one.bureau, one.drawn.m.hex(), at))
            paths[i] = tuple(log.row(i, size).proof)
    return Proofs(parse_checkpoint(text), kept, paths)


def _moment(text: str) -> Any:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(unix(text), UTC)


def code(one: Made, uid: str, *, signer: Signer = LOG, **more: Any) -> DoorCode:
    """The code of a visit as it stands now."""
    chain: Chain = chain_of(uid, salted(one))
    place = one.drawn.index(chain.drawn)
    pick = next(pick for pick in one.drawn.picks if pick.uid == chain.drawn)
    task = {
        "uid": chain.drawn, "stratum": pick.stratum, "rank": pick.rank, "ticket": pick.ticket.hex(),
        "salt": one.drawn.leaves[place].salt.hex(), "oids": list(one.drawn.teams[chain.drawn]),
    }  # fmt: skip
    return door_code(
        one.manifest["suite"],
        one.drawn.m,
        one.bureau,
        task,
        place,
        [leaf.hash for leaf in one.drawn.leaves],
        chain,
        certificates(one.manifest["suite"]),
        proofs(one, signer, **more),
        signer.verifier,
        [CITY.verifier, OFFICE.verifier],
    )
