"""What is kept of an officer beside the roster, frozen."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

SpanKind = Literal["leave", "recusal"]


@dataclass(frozen=True, slots=True)
class Span:
    """A leave, or a recusal from one site.

    Attributes:
        site: code of the site; None for leave.
        first, last: days, both included; a recusal without a last day stands until somebody ends it. The
            last day of a recusal is when it is looked at again: it never lapses by itself.
        reason: code of `policies.roster.officer_days`. remark: in words, for the bureau and the officer.
        declared: by the officer's own login.
    """

    bureau: str
    id: UUID
    certificate: str
    kind: SpanKind
    site: str | None
    first: date
    last: date | None
    reason: str
    remark: str
    declared: bool
    at: datetime
    by: str
    ended_at: datetime | None = None
    ended_by: str | None = None
    ended_why: str | None = None


@dataclass(frozen=True, slots=True)
class Training:
    """One training of one officer; `minutes` is its length, `document` number or name of the paper."""

    bureau: str
    id: UUID
    certificate: str
    day: date
    topic: str
    organiser: str
    minutes: int
    document: str
    at: datetime
    by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None
