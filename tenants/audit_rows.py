"""Frozen values of audits: the case with its frozen sample, re-checks, findings, and the steps taken."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

CaseState = Literal["open", "proposed", "sent", "closed"]
FindingState = Literal["drafted", "dropped", "sent", "answered", "done", "closed"]


@dataclass(frozen=True, slots=True)
class AuditCase:
    """An audit of one bureau's quarter by its superior.

    Attributes:
        bureau: the superior, whose case it is. district: the bureau audited.
        size: records to be re-checked; 0 = none are drawn. records: how many there were to draw from.
        frame: [key, SHA-256 in hex] of each of them, by key. root: what fixes the frame, in hex.
        rule: member `beacon` of the sample's manifest. beacon_at: RFC 3339 time from which it may be born.
        commitment: to the secret; evidence, secret, drawn_*: known once the sample is drawn.
        letter, answer_by: as proposed; number: of the letter in its year; sent_*: who approved and sent it.
        returned_why: why the head sent the draft back.
    """

    bureau: str
    id: UUID
    district: str
    period: str
    size: int
    records: int
    frame: Sequence[Sequence[str]]
    rule: dict[str, Any]
    beacon_at: str
    root: str
    commitment: str
    state: CaseState
    opened_by: str
    opened_name: str
    opened_at: datetime
    evidence: dict[str, Any] | None = None
    secret: str | None = field(repr=False, default=None)
    drawn_at: datetime | None = None
    drawn_by: str | None = None
    letter: str | None = None
    answer_by: date | None = None
    proposed_by: str | None = None
    proposed_name: str | None = None
    proposed_at: datetime | None = None
    sent_by: str | None = None
    sent_name: str | None = None
    sent_at: datetime | None = None
    number: int | None = None
    returned_why: str | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """A record drawn for a re-check, and what came of it. `k`: its rank in the sample, from 1."""

    bureau: str
    case_id: UUID
    k: int
    district: str
    visit: UUID
    key: str
    record_sha256: str
    method: str | None = None
    verdict: str | None = None
    words: str | None = None
    by: str | None = None
    name: str | None = None
    at: datetime | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict on a record, with whose it is."""

    method: str
    verdict: str
    words: str
    by: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer to a finding, with whose it is."""

    responsible: str
    post: str
    measure: str
    words: str
    due: date
    answered_by: str
    answered_name: str
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """A finding and its follow-up.

    Attributes:
        check_k: the re-check it rests on.
        responsible, post, measure, words, due: the audited bureau's answer: who is responsible, what is done
            about it, and by when.
        done_words: how it was carried out. settled_words: the superior's last word on it.
        rounds: how often the superior sent the answer back.
    """

    bureau: str
    case_id: UUID
    n: int
    district: str
    kind: str
    text: str
    state: FindingState = "drafted"
    check_k: int | None = None
    sent_at: datetime | None = None
    responsible: str | None = None
    post: str | None = None
    measure: str | None = None
    words: str | None = None
    due: date | None = None
    answered_by: str | None = None
    answered_name: str | None = None
    answered_at: datetime | None = None
    done_words: str | None = None
    done_by: str | None = None
    done_name: str | None = None
    done_at: datetime | None = None
    settled_words: str | None = None
    settled_by: str | None = None
    settled_name: str | None = None
    settled_at: datetime | None = None
    rounds: int = 0


@dataclass(frozen=True, slots=True)
class AuditStep:
    """A step of a case, kept for good. `finding`: which one it was about; `sent_at`: both sides see it."""

    bureau: str
    case_id: UUID
    n: int
    district: str
    act: str
    words: str
    by: str
    name: str
    at: datetime
    finding: int | None = None
    sent_at: datetime | None = None
