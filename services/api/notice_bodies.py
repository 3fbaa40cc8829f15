"""Notices as they are ordered and answered at the desk."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta

from services.api.types import LARGEST, Body, Code, Out, Period, Reason


class DeskNotice(Out):
    """A notice as its bureau sees it; `body` holds the public fields only."""

    id: UUID
    bureau: Code
    subject: Code
    kind: str
    title: str
    body: dict[str, Any]
    due_on: date | None
    published_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_why: str | None


class DraftOut(Out):
    """A notice that is not published; `id`: the one it gets, `body`: the public fields only."""

    id: UUID
    kind: str
    subject: Code
    title: str
    body: dict[str, Any]
    due_on: date | None


class WaitingOut(Out):
    """A record whose result is not public yet; `left`: working days, negative when late."""

    visit_id: UUID
    site_code: str
    state: str
    due: date
    left: int


class ResultsOrder(Body):
    """`visit_ids`: only these; left out, all accepted ones of the quarter."""

    period: Period
    visit_ids: Annotated[tuple[UUID, ...], Meta(max_length=10_000)] | None = None


class DrawNotice(Body):
    """Which draw."""

    draw_no: Annotated[int, Meta(ge=1, le=LARGEST)]


class PlanNotice(Body):
    """Which year."""

    year: Annotated[int, Meta(ge=2000, le=2999)]


class Withdrawal(Body):
    """`why` stays public."""

    why: Reason
