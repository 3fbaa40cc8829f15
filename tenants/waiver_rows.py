"""Frozen values of waivers: what was asked and decided, the copy beside the draws, the acts done under it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

State = Literal["asked", "proposed", "granted", "refused", "dropped", "withdrawn"]
Act = Literal["freeze", "beacon", "run"]


@dataclass(frozen=True, slots=True)
class Hand:
    """Who takes a step, as login and name, and when."""

    by: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiver:
    """A waiver on its way, and afterwards.

    Attributes:
        bureau: that asked. above: its superior, which decides.
        subject, name: the one person it is for.
        pairs: of duties that person may hold together, keys of `policies.waivers.PAIRS`.
        since, until: first and last day. reason, staff: why, and how many people the bureau has.
        opinion: of the superior's first hand. decided_*: who refused it, or took it back, and why.
        ended_*: who withdrew it; `ended_on` is the last day it was in force.
    """

    bureau: str
    id: UUID
    above: str
    subject: str
    name: str
    pairs: tuple[str, ...]
    since: date
    until: date
    reason: str
    staff: int
    state: State
    asked_by: str
    asked_name: str
    asked_at: datetime
    opinion: str | None = None
    proposed_by: str | None = None
    proposed_name: str | None = None
    proposed_at: datetime | None = None
    approved_by: str | None = None
    approved_name: str | None = None
    approved_at: datetime | None = None
    decided_by: str | None = None
    decided_name: str | None = None
    decided_at: datetime | None = None
    decided_why: str | None = None
    ended_by: str | None = None
    ended_name: str | None = None
    ended_at: datetime | None = None
    ended_why: str | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class HeldWaiver:
    """A granted waiver as kept where the bureau lives. `public_at`: since when the public sees it."""

    bureau: str
    id: UUID
    above: str
    subject: str
    name: str
    pairs: tuple[str, ...]
    since: date
    until: date
    reason: str
    staff: int
    asked_by: str
    proposed_by: str
    approved_by: str
    approved_at: datetime
    public_at: datetime | None
    ended_at: datetime | None = None
    ended_why: str | None = None


@dataclass(frozen=True, slots=True)
class PublicWaiver:
    """What anyone reads of a granted waiver: which duties, why, how long; never whose."""

    bureau: str
    id: UUID
    above: str
    pairs: tuple[str, ...]
    since: date
    until: date
    reason: str
    staff: int
    approved_at: datetime
    ended_at: datetime | None
    ended_why: str | None


@dataclass(frozen=True, slots=True)
class WaiverUse:
    """An act of a draw done under a waiver by the person it is for."""

    bureau: str
    draw_no: int
    act: Act
    pair: str
    waiver: UUID
    subject: str
    at: datetime
    public_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublicUse:
    """What anyone reads of such an act: which waiver of the bureau, for which pair of duties, when."""

    draw_no: int
    act: Act
    pair: str
    at: datetime
    waiver: UUID
    above: str
    since: date
    until: date
