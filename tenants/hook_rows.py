"""Frozen values of webhooks: endpoints, and what is told to each."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

HookState = Literal["waiting", "sent", "dead"]


@dataclass(frozen=True, slots=True)
class Hook:
    """An address of another system that is told of events.

    Attributes:
        sealed: its secrets; they open with the bureau's notification key. former_until: until when the
        secret before signs too, None where there is none.
        gone_at: when the other side said that it is there no more (410); nothing is sent from then on.
    """

    bureau: str
    id: UUID
    url: str
    words: str
    events: tuple[str, ...]
    sealed: bytes = field(repr=False)
    made_by: str
    made_at: datetime
    former_until: datetime | None = None
    gone_at: datetime | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HookDelivery:
    """One event told to one endpoint.

    Attributes:
        id: `webhook-id`, the same at every try. body: the bytes that are sent.
        status: of the last answer, None without one. answer: how it began. last_error: code of the failure.
    """

    bureau: str
    id: UUID
    hook: UUID
    event: str
    body: bytes
    made_at: datetime
    state: HookState = "waiting"
    tries: int = 0
    tried_at: datetime | None = None
    settled_at: datetime | None = None
    status: int | None = None
    answer: str | None = None
    last_error: str | None = None
