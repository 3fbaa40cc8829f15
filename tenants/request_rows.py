"""Records of approvals of visits that no draw chose."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class VisitRequest:
    """A visit asked for beforehand, or, where it could not wait, filed afterwards.

    Attributes:
        matter: why; it may tell of people and leaves the bureau nowhere. source: number of the case, or "".
        officers: certificates. since, until: days on which the visit may begin.
        urgent_why: why it could not wait, None of one asked for beforehand. file_by: last day to decide it.
        visit_id: the record made of it; a returned one gives its place to the next.
    """

    bureau: str
    id: UUID
    visit_type: str
    site_code: str
    matter: str = field(repr=False)
    source: str
    officers: tuple[str, ...]
    since: date
    until: date
    asked_by: str
    asked_name: str
    asked_at: datetime
    state: str = "asked"
    urgent_why: str | None = field(default=None, repr=False)
    file_by: date | None = None
    decided_by: str | None = None
    decided_name: str | None = None
    decided_at: datetime | None = None
    decided_why: str | None = None
    dropped_at: datetime | None = None
    dropped_why: str | None = None
    visit_id: UUID | None = None
