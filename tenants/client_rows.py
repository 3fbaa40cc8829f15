"""Frozen values of API clients."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ApiClient:
    """A program let in by a bureau.

    Attributes:
        client: its client id at the identity service. subject: the `sub` of its service account, "" = any.
        name: shown, e.g. the platform it belongs to.
        valid_from, valid_until: first and last day.
        allowed_by: subject of who let it in.
    """

    bureau: str
    id: UUID
    client: str
    subject: str
    name: str
    role: Literal["provincial_client"]
    valid_from: date
    valid_until: date
    allowed_by: str
    allowed_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
