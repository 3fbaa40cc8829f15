"""More of what the stores hand out: visits, uploads, notices, journal, log, plumbing."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from tenants.rows import Json

VisitType = Literal["random", "special", "case", "followup", "complaint", "revisit"]


@dataclass(frozen=True, slots=True)
class Visit:
    """The record of a visit (检查记录). `subject` is the bureau whose roster holds the site."""

    bureau: str
    id: UUID
    draw_no: int | None
    slot: int | None
    site_code: str
    visit_type: VisitType
    subject: str
    started_at: datetime
    ended_at: datetime
    officers: list[Any]
    form: Json
    result_code: str
    narrative: str
    record_sha256: str
    recorded_by: str
    recorded_at: datetime
    state: Literal["recorded", "returned", "accepted"] = "recorded"
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    upload_due: date | None = None
    publish_due: date | None = None
    uploaded_at: datetime | None = None
    upload_id: UUID | None = None
    review_note: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem found on a visit, with its correction order."""

    bureau: str
    visit_id: UUID
    n: int
    item: str
    text: str
    order_no: str = ""
    order_due: date | None = None
    corrected_at: datetime | None = None
    penalty_ref: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file made for the provincial platform."""

    bureau: str
    id: UUID
    period: str
    profile: str
    file_name: str
    sha256: str
    count: int
    made_at: datetime
    made_by: str
    receipt: str | None = None
    receipt_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice; `body` holds public fields only."""

    bureau: str
    id: UUID
    kind: str
    subject: str
    title: str
    body: Json
    made_by: str
    due_on: date | None = None
    published_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_why: str | None = None


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """A published notice as the portal sees it."""

    bureau: str
    id: UUID
    kind: str
    subject: str
    title: str
    body: Json
    published_at: datetime
    due_on: date | None
    withdrawn_at: datetime | None
    withdrawn_why: str | None


@dataclass(frozen=True, slots=True)
class PublicDraw:
    """The public face of a draw: manifest and numbers, no list. Of the platform's draws only the numbers."""

    bureau: str
    draw_no: int
    subject: str
    item: str
    kind: str
    period: str
    state: str
    authority: str
    m: str
    prev: str
    manifest: Json
    rules: Json
    frozen_at: datetime | None
    beacon_at: datetime | None
    reveal_by: date | None
    beacon: Json | None
    r: str | None
    z: str | None
    drawn_at: datetime | None
    late: bool
    opened_at: datetime | None
    void_reason: str | None
    voided_at: datetime | None
    summary: Json | None

    @property
    def verifiable(self) -> bool:
        """False for a draw of the platform: there is nothing that could be checked."""
        return self.authority == "own"


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One act in a bureau, hashed together with the one before it."""

    bureau: str
    n: int
    at: datetime
    actor: str
    actor_name: str
    action: str
    target: str
    why: str
    before: Any
    after: Any
    prev: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry of the public log; `entry` is canonical JSON as data, `leaf_hash` its RFC 6962 leaf."""

    index: int
    entry: Json
    leaf_hash: bytes
    bureau: str
    m: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed head of the log; `cosignatures` = {witness name: signature line}."""

    size: int
    root: bytes
    note: str
    cosignatures: dict[str, str]
    at: datetime


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A verifier key of a witness, and the X25519 key to which escrow copies are sealed."""

    name: str
    vkey: str
    bureau: str | None = None
    escrow_public: bytes | None = None


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """Something the rest of the world is to be told."""

    bureau: str
    id: UUID
    topic: str
    payload: Json
    made_at: datetime
    lease_until: datetime | None
    done_at: datetime | None
    tries: int
    last_error: str | None
    dedup: str | None = None
    stuck_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A request seen before and its answer (None while it still runs).

    Attributes:
        request_sha256: HMAC-SHA-256 in hex of what it asked, under a secret of the deployment.
    """

    request_sha256: str
    status: int | None
    response: Any = field(default=None)
