"""Frozen values of revocations: an approved choice taken back before its day."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4


@dataclass(frozen=True, slots=True)
class Revocation:
    """A proposal to revoke a choice; it counts once another person has approved it.

    Attributes:
        choice: id of the approved choice, whose first day is still to come.
        why: the reason; public once approved.
    """

    bureau: str
    choice: UUID
    why: str
    proposed_by: str
    at: datetime
    id: UUID = field(default_factory=uuid4)
    approved_by: str | None = None
    approved_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None

    @property
    def state(self) -> Literal["proposed", "approved", "withdrawn"]:
        """Where it stands."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "proposed" if self.approved_by is None else "approved"


@dataclass(frozen=True, slots=True)
class PublicRevocation:
    """An approved revocation as the public reads it."""

    bureau: str
    id: UUID
    choice: UUID
    why: str
    approved_at: datetime | None
