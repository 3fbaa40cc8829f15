"""Frozen values of duties, entrustments, key lists and published choices."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from tenants.rows import Json


@dataclass(frozen=True, slots=True)
class PublicChoice:
    """An approved choice as the public reads it."""

    bureau: str
    id: UUID
    key: str
    effective: date
    item: str
    subject: str
    value: Any
    basis: Json
    factors: Json
    approved_at: datetime | None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """Who holds a duty since when.

    Attributes:
        unit: leading_group 领导小组, office 领导小组办公室, or duty: any other named duty.
        duty: e.g. 组长, 名录维护人. name: who. post: position held.
        basis: the document that says so.
        until: last day; None = still.
        person: subject of the login that is this person; "" = not tied.
    """

    bureau: str
    id: UUID
    unit: Literal["leading_group", "office", "duty"]
    duty: str
    name: str
    post: str
    basis: str
    since: date
    until: date | None
    at: datetime
    by: str
    ended_at: datetime | None = None
    ended_by: str | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Entrustment:
    """Field work entrusted to a unit. Basis: 行政处罚法 20–21 [confirmed]: in writing, published.

    Attributes:
        unit: 委托执法单位. credit_code: its code or "".
        scope: what is entrusted. basis: the letter of entrustment.
        until: last day; None = open.
    """

    bureau: str
    id: UUID
    unit: str
    credit_code: str
    scope: str
    basis: str
    since: date
    until: date | None
    at: datetime
    by: str
    ended_at: datetime | None = None
    ended_by: str | None = None


@dataclass(frozen=True, slots=True)
class KeyList:
    """A published yearly key list of a city, or a supplement to it."""

    bureau: str
    id: UUID
    year: int
    kind: Literal["whole", "supplement"]
    text: str
    issued_on: date
    file_name: str
    sha256: str
    count: int
    at: datetime
    by: str
