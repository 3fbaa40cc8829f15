"""Roles proposed for two people to grant, and handovers of the roster, as the stores hand them out."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role proposed for a person, approved by somebody else or withdrawn.

    Attributes:
        since: first day wished; the role begins then, or on the day of the approval if that is later.
        until: last day, None = open. why: what the approver reads.
    """

    bureau: str
    id: UUID
    subject: str
    name: str
    role: str
    certificate: str
    since: date
    until: date | None
    why: str
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None

    @property
    def open(self) -> bool:
        """It waits for another person."""
        return self.approved_by is None and self.withdrawn_by is None


@dataclass(frozen=True, slots=True)
class Handover:
    """The roster passes from one named keeper to the next.

    Attributes:
        giver: who hands over, and has confirmed by doing so at `given_at`. giver_role: as the keeper so far,
            or as the head where no keeper is left to do it.
        sites, active, officers: rows of the rosters at that moment; active = sites in operation.
        digest: hex SHA-256 of both rosters; the same when the taker confirms, else it cannot be confirmed.
    """

    bureau: str
    n: int
    giver: str
    giver_name: str
    giver_role: Literal["registry_keeper", "bureau_head"]
    taker: str
    taker_name: str
    sites: int
    active: int
    officers: int
    digest: str
    note: str
    given_at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None

    @property
    def open(self) -> bool:
        """It waits for the taker."""
        return self.confirmed_by is None and self.withdrawn_by is None
