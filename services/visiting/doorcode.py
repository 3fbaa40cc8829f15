"""Puts the code at the door together from the parts of a draw (protocol §9). Pure; opens nothing itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.rd1 import merkle
from policies.rd1.canonical import Suite, jcs, suite_of
from policies.rd1.changes import event_hash
from policies.rd1.door import Changed, Cosigned, DoorCode, Logged, Person
from policies.rd1.logs_notes import Checkpoint, VerifierKey
from services.visiting.door_errors import NoDoorCode
from tenants.records import LogEntry


@dataclass(frozen=True, slots=True)
class Chain:
    """How a visit came to be what it is: the drawn site, and the changes that concern it as {salt, event}."""

    drawn: str
    events: tuple[dict[str, Any], ...]


def chain_of(uid: str, events: Sequence[dict[str, Any]]) -> Chain:
    """Follow a visit back to the site that was drawn.

    Args:
        uid: the site to be visited now.
        events: every change of the draw as {salt, event}, in log order.
    """
    here, found = uid, []
    for row in reversed(events):
        event = row["event"]
        if event["kind"] == "replace" and event["by_uid"] == here:
            here = event["uid"]
        elif event["uid"] != here or event["kind"] == "replace":
            continue
        found.append(row)
    return Chain(here, tuple(reversed(found)))


def team_after(drawn: Sequence[str], events: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """The team (oids, sorted) after the changes of a chain."""
    team = list(drawn)
    for row in events:
        event = row["event"]
        if event["kind"] == "replace":
            team = list(event["team"])
        elif event["kind"] == "substitute":
            team = [*(oid for oid in team if oid != event["oid"]), event["by_oid"]]
    return tuple(sorted(team))


@dataclass(frozen=True, slots=True)
class Proofs:
    """What the public log says: a checkpoint, and entries of the draw with their proofs to it."""

    checkpoint: Checkpoint
    entries: Sequence[LogEntry]
    paths: Mapping[int, tuple[bytes, ...]]

    def logged(self, entry: LogEntry) -> Logged:
        """Where an entry stands."""
        return Logged(entry.index, int(entry.at.timestamp()), self.paths[entry.index])

    def find(self, t: str, h: str = "") -> LogEntry:
        """The first entry of a kind, of a hash when given. Raises NoDoorCode."""
        for entry in self.entries:
            if entry.entry["t"] == t and (not h or entry.entry.get("h") == h):
                return entry
        raise NoDoorCode(t)


def signatures(
    checkpoint: Checkpoint, log: VerifierKey, witnesses: Sequence[VerifierKey]
) -> tuple[bytes, tuple[Cosigned, ...]]:
    """The log's signature and the registered witnesses' lines. Raises NoDoorCode without the former."""
    own, seen = b"", []
    for line in checkpoint.note.signatures:
        if line.of(log):
            own = line.body
        elif any(line.of(key) for key in witnesses):
            seen.append(Cosigned(line.id, int.from_bytes(line.body[:8], "big"), line.body[8:]))
    if not own:
        raise NoDoorCode(log.name)
    return own, tuple(seen)


def door_code(
    number: int,
    m: bytes,
    bureau: str,
    task: Mapping[str, Any],
    slot: int,
    leaves: Sequence[bytes],
    chain: Chain,
    people: Mapping[str, Person],
    proofs: Proofs,
    log: VerifierKey,
    witnesses: Sequence[VerifierKey],
) -> DoorCode:
    """The code of one visit.

    Args:
        number: of the suite. m: 32 bytes.
        task: payload of the drawn visit (uid, stratum, rank, ticket, salt, oids), which may not be the one
            to be visited now. slot: its place among `leaves`, the leaf hashes of the result.
        people: officer by oid, certificate and salt known for everyone who is to come.

    Raises:
        NoDoorCode: an officer to come is not known, or the log lacks an entry.
    """
    suite = suite_of(number)
    drawn = sorted(task["oids"])
    now = team_after(drawn, chain.events)
    missing = [oid for oid in now if oid not in people]
    if missing:
        raise NoDoorCode(", ".join(missing))
    everyone = [*drawn, *(oid for oid in now if oid not in drawn)]
    signature, seen = signatures(proofs.checkpoint, log, witnesses)
    beacon = proofs.find("beacon")
    return DoorCode(
        suite=number,
        m=m,
        salt=bytes.fromhex(task["salt"]),
        uid=task["uid"],
        stratum=task["stratum"],
        rank=task["rank"],
        ticket=bytes.fromhex(task["ticket"]),
        people=tuple(people[oid] if oid in now else Person(oid=oid) for oid in everyone),
        team=tuple(range(len(drawn))),
        index=slot,
        leaves=len(leaves),
        path=tuple(merkle.inclusion_path(suite.h, leaves, slot)),
        key=log.id,
        size=proofs.checkpoint.size,
        signature=signature,
        witnesses=seen,
        bureau=bureau,
        result=proofs.logged(proofs.find("result")),
        beacon=(proofs.logged(beacon), bytes.fromhex(beacon.entry["r"])),
        events=tuple(_changed(suite, row, proofs) for row in chain.events),
    )


def _changed(suite: Suite, row: Mapping[str, Any], proofs: Proofs) -> Changed:
    salt = bytes.fromhex(row["salt"])
    h = event_hash(suite, salt, row["event"]).hex()
    return Changed(salt, jcs(row["event"]), proofs.logged(proofs.find("event", h)))
