"""Frozen values of exchange: connections, deliveries, comparisons."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from tenants.rows import Json

Mode = Literal["http", "folder", "manual"]
DeliveryState = Literal["waiting", "sent", "received", "refused", "dead"]


@dataclass(frozen=True, slots=True)
class Connection:
    """How a bureau reaches one system; one of a profile stands at a time.

    Attributes:
        profile: id of the profile whose files go that way. settings: what may be shown: address, headings,
            codes, receipt. sealed: the token; opens with the bureau's key of notification.
    """

    bureau: str
    id: UUID
    profile: str
    mode: Mode
    settings: Json
    sealed: bytes
    made_by: str
    made_at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a made file on its way.

    Attributes:
        state: waiting; sent: handed over, no receipt yet; received; refused by them; dead: given up.
        last_error: code of the last failure.
    """

    bureau: str
    upload_id: UUID
    connection_id: UUID
    state: DeliveryState
    tries: int
    made_at: datetime
    last_error: str | None = None
    tried_at: datetime | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One comparison of both sides: numbers of files, and every difference as {key, what, ours, theirs}."""

    bureau: str
    id: UUID
    connection_id: UUID
    at: datetime
    ours: int
    theirs: int
    found: list[Any]
