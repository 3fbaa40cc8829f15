"""Frozen values of what comes in from other systems."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from tenants.rows import Json

FileState = Literal["ready", "refused", "done", "dropped"]


@dataclass(frozen=True, slots=True)
class InboundFile:
    """A file of another system, kept once under the key it has there.

    Attributes:
        mark: SHA-256 of its bytes in hex; of a list of drawn sites keyed by the bureau, for who knows the
            roster could search for the list by a plain one.
        state: ready: it waits for a person; refused: `problem` says why, it waits to be read again;
            done: compared with `draw_no`, or taken over as it; dropped. A roster stays ready: what became
            of it is told by its import check.
        sealed: the bytes; open with the bureau's key of notification.
    """

    bureau: str
    id: UUID
    connection_id: UUID
    profile: str
    key: str
    name: str
    mark: str
    size: int
    state: FileState
    sealed: bytes = field(repr=False)
    fetched_at: datetime
    fetched_by: str
    problem: Json | None = None
    check_id: UUID | None = None
    draw_no: int | None = None
    acknowledged_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class InboundFetch:
    """One look at what a system offers.

    Attributes:
        offered: files it named. kept: new ones that were kept. failed: files that could not be had, or
            acknowledged, this time. problem: code of the first failure.
    """

    bureau: str
    id: UUID
    connection_id: UUID
    at: datetime
    by: str
    offered: int
    kept: int
    failed: int
    problem: str | None = None
