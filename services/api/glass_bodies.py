"""What break-glass calls say and answer."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from policies.access_glass import LONGEST, Glass
from services.api.types import NO_NUL, Body, Code, Out

Line = Annotated[str, Meta(min_length=5, max_length=300, pattern=NO_NUL)]


class GlassOrder(Body):
    """A request to look at `bureau`, the own one or one below it.

    `minutes`: 1 to 60, from the approval. `purpose`: what will be looked at, and what for.
    """

    bureau: Code
    reason: Line
    purpose: Line
    minutes: Annotated[int, Meta(ge=1, le=LONGEST)]


class GlassApproval(Body):
    """`request`: the request in one line, `said`, as it was read; the intent is made for these words."""

    request: Annotated[str, Meta(max_length=2000, pattern=NO_NUL)]


class GlassOut(Out):
    """A request. `state`: asked, lapsed, open or over. `left`: minutes left. `said`: it in one line."""

    id: UUID
    bureau: Code
    asker: str
    asker_name: str
    asker_bureau: Code
    asker_role: str
    reason: str
    purpose: str
    minutes: int
    asked_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    ends_at: datetime | None
    ended_by: str | None
    ended_at: datetime | None
    state: str
    left: int
    said: str


class GlassBoardOut(Out):
    """`about`: requests about this bureau. `mine`: the caller's own, about any bureau."""

    about: list[GlassOut]
    mine: list[GlassOut]


class LookOut(Out):
    """One read: entry `n` of the bureau's journal."""

    n: int
    at: datetime
    actor: str
    action: str
    target: str


class LooksOut(Out):
    """A page of reads, newest first; `next`: pass as `before`."""

    request: GlassOut
    rows: list[LookOut]
    next: int | None


def glass_out(one: Glass, now: datetime) -> GlassOut:
    """A request as it stands at a moment."""
    kept = {name: getattr(one, name) for name in GlassOut.__struct_fields__ if hasattr(Glass, name)}
    return GlassOut(**kept | {"state": one.state(now), "left": one.left(now)})
