"""V12: changes are the logged ones, and each was the lawful next choice."""

from typing import Any

from policies.rd1.changes import Standing, event_hash
from policies.rd1.log_errors import LogDiffers, LoggedLate
from policies.rd1.moments import nanoseconds
from policies.verify.case import Case, Found


def _as_logged(case: Case, events: list[dict[str, Any]]) -> None:
    suite, _ = case.hashes()
    entries = [entry for _, entry in case.mine("event")]
    if len(entries) != len(events):
        raise LogDiffers(len(events), path="events", expected=len(entries))
    for i, (one, entry) in enumerate(zip(events, entries, strict=True), 1):
        h = event_hash(suite, bytes.fromhex(one["salt"]), one["event"]).hex()
        if h != entry["h"]:
            raise LogDiffers(h, path=f"events {i}", expected=entry["h"])
        at, logged = nanoseconds(one["event"]["at"]), nanoseconds(entry["at"])
        if at is None or logged is None or at > logged:
            raise LoggedLate(one["event"]["at"], what=f"events {i}", expected=f"≤ {entry['at']}")


def v12(case: Case) -> Found:
    """V12: every event equals its log entry, in log order, and is the lawful next choice."""
    if "events" in case.malformed:
        case.member("events")
    events = case.bundle.get("events", [])
    case.over_leave = any(one["event"].get("passed_over") for one in events)
    if case.log is not None and case.m is not None:
        _as_logged(case, events)
    if events:
        _lawful(case, events)
    case.logged()
    case.hashes()
    return "events", {"events": len(events)}


def _lawful(case: Case, events: list[dict[str, Any]]) -> None:
    if case.pairing is None or case.order is None or case.picks is None or case.teams is None:
        raise case.needs("V10")
    standing = Standing(case.pairing.officers, case.order, case.picks, case.teams.teams)
    for i, one in enumerate(events, 1):
        standing.apply(one["event"], i)
