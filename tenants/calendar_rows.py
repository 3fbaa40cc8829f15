"""What the calendar store hands out."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class KeptNotice:
    """The State Council's notice of a year as somebody entered it; a correction is a new version."""

    year: int
    version: int
    text: str
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Closure:
    """Days a bureau is closed although the calendar works; withdrawn ones stay for the record."""

    bureau: str
    id: UUID
    first: date
    last: date
    why: str
    by: str
    at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
