"""Frozen values of notification: channels, choices, messages, tries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from tenants.rows import Json

ChannelKind = Literal["mail", "sms", "wecom", "dingtalk"]
MessageState = Literal["waiting", "sent", "dead"]


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of a bureau; one of a kind stands at a time.

    Attributes:
        settings: what may be shown: host, port, account, sender.
        sealed: what may not: password, token, signing key; opens with the bureau's notification key.
        events: what a group is told of; empty for mail and SMS, where each person chooses.
    """

    bureau: str
    id: UUID
    kind: ChannelKind
    settings: Json
    sealed: bytes
    events: tuple[str, ...]
    made_by: str
    made_at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """How one person wants to be told.

    Attributes:
        mail, mobile: sealed addresses, None where the person gave none.
        events: event → "mail", "sms" or "" for not at all; what is not in it is not told.
    """

    bureau: str
    subject: str
    mail: bytes | None
    mobile: bytes | None
    events: Mapping[str, str]
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person, or to a group.

    Attributes:
        id: goes out with it, so a message that arrives twice is known by it.
        subject: login of the recipient, "" for a group.
        facts: numbers and days. dedup: what makes it the same message: it is made once.
        tries: of delivering it. last_error: code of the last failure.
        settled_at: when it was sent or given up.
    """

    bureau: str
    id: UUID
    event: str
    subject: str
    kind: ChannelKind
    facts: Json
    dedup: str
    state: MessageState
    tries: int
    made_at: datetime
    settled_at: datetime | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver a message: `outcome` is "sent" or the code of what went wrong."""

    bureau: str
    message: UUID
    n: int
    at: datetime
    channel: UUID | None
    outcome: str
