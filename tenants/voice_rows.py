"""Records of a firm's page, its rating and its complaints."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class VisitDoor:
    """The firm's page of a visit. `code`: digest; `card`: sealed by the code; `again`: the code, sealed."""

    bureau: str
    draw_no: int
    slot: int
    code: str
    card: bytes = field(repr=False)
    again: bytes = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating a visit. `marks`: point → 1 to 3; `words`: sealed; `receipt`: digest."""

    bureau: str
    draw_no: int
    slot: int
    marks: Mapping[str, int]
    words: bytes | None = field(repr=False)
    receipt: str
    at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint about a visit. `text`, `contact`: sealed; `receipt`: digest; `answer`: for the firm."""

    bureau: str
    id: UUID
    draw_no: int
    slot: int
    text: bytes = field(repr=False)
    contact: bytes | None = field(repr=False)
    receipt: str
    at: datetime
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
