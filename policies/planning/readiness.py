"""What has to be in order before a list is frozen, as points with a state each. Pure.

Basis: rd1 §1–§3; each point is one a freeze is refused for, or would be worth nothing without.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

State = Literal["good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class ReadyFacts:
    """What is known of a draw that is being prepared.

    Attributes:
        planned: when the year's plan was approved; None = not.
        now, beacon_at: moments, aware. window: the beacon's day lies in the bureau's draw window.
        escrow: the superior has registered a key to which copies of secrets are sealed.
        committed: roles that have. spoken: digits are called by the witness, so it must have committed.
        invited: people invited whose invitation is open.
        officers: who may be drawn in the period. leads: of them, who may lead. team: people a visit needs.
        expired: certificates that end before the period does. soon: that end within the quarter after it.
        drawers: today's drawers who may freeze; barred: who changed the rosters and may not. mine: this
            person is barred.
        difference: when the roster's difference was last looked at; None = not yet.
        special: special sites of the roster. unproven: those of them for which no dated record stands.
    """

    planned: datetime | None
    now: datetime
    beacon_at: datetime | None
    window: bool
    escrow: bool
    committed: frozenset[str]
    spoken: bool
    invited: int
    officers: int
    leads: int
    team: int
    expired: int
    soon: int
    drawers: int
    barred: int
    mine: bool
    difference: datetime | None
    special: int = 0
    unproven: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the list; `why` names its words, `facts` what they are filled with."""

    id: str
    state: State
    why: str
    facts: Mapping[str, Any]


def readiness(facts: ReadyFacts) -> tuple[Point, ...]:
    """The points in the order in which they are best mended."""
    return (
        _plan(facts),
        _beacon(facts),
        _officers(facts),
        _duty(facts),
        _escrow(facts),
        _commit(facts),
        _witness(facts),
        _difference(facts),
        _evidence(facts),
    )


def missing(points: tuple[Point, ...]) -> int:
    """Points that stand in the way of a freeze."""
    return sum(one.state == "bad" for one in points)


def _plan(facts: ReadyFacts) -> Point:
    good = facts.planned is not None
    return Point("plan", "good" if good else "bad", "approved" if good else "none", {"at": facts.planned})


def _beacon(facts: ReadyFacts) -> Point:
    at = {"at": facts.beacon_at}
    if facts.beacon_at is None or facts.now >= facts.beacon_at:
        return Point("beacon", "bad", "passed", at)
    return Point("beacon", "good" if facts.window else "bad", "due" if facts.window else "outside", at)


def _officers(facts: ReadyFacts) -> Point:
    told = {"n": facts.officers, "leads": facts.leads, "team": facts.team, "expired": facts.expired}
    told |= {"soon": facts.soon}
    if facts.officers < facts.team or not facts.leads:
        return Point("officers", "bad", "few", told)
    if facts.expired or facts.soon:
        return Point("officers", "warn", "expiring", told)
    return Point("officers", "good", "enough", told)


def _duty(facts: ReadyFacts) -> Point:
    told = {"n": facts.drawers, "barred": facts.barred}
    if not facts.drawers:
        return Point("duty", "bad", "nobody", told)
    if facts.mine:
        return Point("duty", "warn", "mine", told)
    return Point("duty", "good", "free", told)


def _escrow(facts: ReadyFacts) -> Point:
    return Point("escrow", "good" if facts.escrow else "bad", "there" if facts.escrow else "none", {})


def _commit(facts: ReadyFacts) -> Point:
    done = {"platform", "bureau"} <= facts.committed
    return Point("commit", "good" if done else "bad", "done" if done else "none", {})


def _witness(facts: ReadyFacts) -> Point:
    if "witness" in facts.committed:
        return Point("witness", "good", "done", {})
    need: State = "bad" if facts.spoken else "warn"
    if facts.invited:
        return Point("witness", need, "invited", {"n": facts.invited})
    return Point("witness", need, "must" if facts.spoken else "none", {})


def _evidence(facts: ReadyFacts) -> Point:
    """A warning only: the roster says who is special, the record lets others check it."""
    told = {"n": facts.special, "lacking": facts.unproven}
    if facts.unproven:
        return Point("evidence", "warn", "lacking", told)
    return Point("evidence", "good", "whole" if facts.special else "none", told)


def _difference(facts: ReadyFacts) -> Point:
    seen = facts.difference is not None
    return Point(
        "difference", "good" if seen else "bad", "seen" if seen else "none", {"at": facts.difference}
    )
