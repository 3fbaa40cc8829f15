"""Draws at the desk: numbers of every draw, and the first step of a new one."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response
from litestar.params import JSONBody
from msgspec import Meta

from policies.terms import DrawKind
from services.api.contract import acts, reads
from services.api.etags import tagged
from services.api.once import InOnce
from services.api.pages import Page, after, paged
from services.api.types import (
    AnyPeriod,
    Body,
    Bureau,
    Code,
    Cursor,
    Id,
    Limit,
    Moment,
    Number,
    Out,
    Period,
    show,
)
from services.seen import Seen
from services.usecases.amend_draw import amend_draw
from services.usecases.prepare_draw import Prepared, PrepareDraw, prepare_draw
from services.views.readiness import readiness_of
from services.web.depends import InWork
from tenants.rows import Draw, DrawIntent
from tenants.stores import draws

AnyRequest = Request[Any, Any, Any]
MOST = 1000  # draws of one bureau read at once; a decade of four a year, overlays included, is far below


class DrawOut(Out):
    """What may be told of a draw before it is open: numbers and fingerprints, no site, no officer.

    `authority` platform: taken over from the provincial platform; `verifiable` is false, there is no
    manifest, no log entry and no bundle, and its number stands outside the gapless ones of our own.

    `m`, `r`, `z` are the hashes of manifest, beacon and result; `summary` has strata with size and take.

    What the matrix does not show to the caller's role is null.
    """

    bureau: Code
    draw_no: int
    subject: Code
    item: str
    kind: DrawKind
    period: Period
    state: Literal["prepared", "frozen", "drawn", "opened", "void"]
    authority: Literal["own", "platform"]
    verifiable: bool
    m: str | None
    prev: str | None
    manifest: dict[str, Any] | None
    rules: dict[str, Any] | None
    frozen_at: datetime | None
    beacon_at: datetime | None
    reveal_by: date | None
    beacon: dict[str, Any] | None
    r: str | None
    z: str | None
    drawn_at: datetime | None
    late: bool
    opened_at: datetime | None
    void_reason: str | None
    voided_at: datetime | None
    summary: dict[str, Any] | None


class DrawOrder(Body):
    """A draw to prepare.

    `subject` is the bureau whose roster is drawn from; `beacon_at` lies in the draw window of `period`.
    """

    subject: Code
    period: Period
    beacon_at: Moment
    item: Id = "routine-source"
    kind: DrawKind = DrawKind.ROUTINE
    reveal_by: date | None = None


class PreparedOut(Out):
    """The number of the draw, and the X25519 key (hex) of the superior to which secrets are sealed.

    `suite`: 1 (SHA-256) or 2 (SM3); devices commit to their secrets by it.

    `reused`: the number is that of an unfrozen draw whose beacon's time had passed; its commitments stay.
    """

    bureau: Code
    draw_no: int
    platform_c: str
    superior: Annotated[str, Meta(examples=["zhumadian.example/witness"])]
    escrow_public: str
    reveal_by: date
    reused: bool
    suite: Literal[1, 2]


class Amendment(Body):
    """What a draw that is not frozen is to be; whatever is null stays as it is."""

    beacon_at: Moment | None = None
    reveal_by: date | None = None
    subject: Code | None = None
    period: Period | None = None
    item: Id | None = None
    kind: DrawKind | None = None


class IntentOut(Out):
    """What the draw is to be now."""

    draw_no: int
    subject: Code
    item: str
    kind: DrawKind
    period: Period
    beacon_at: datetime
    reveal_by: date


class PointOut(Out):
    """A point of the list before a freeze: `why` names what it says, with the numbers of `facts`."""

    id: str
    state: Literal["good", "warn", "bad"]
    why: str
    facts: dict[str, Any]


class ReadinessOut(Out):
    """The points of a draw that is being prepared; none once its list is frozen, null if not shown."""

    draw_no: int
    state: str
    points: tuple[PointOut, ...] | None


@reads("/bureaus/{bureau:str}/draws", action="draw.read")
async def list_draws(
    request: AnyRequest,
    work: InWork,
    bureau: Bureau,
    period: AnyPeriod = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response[Page[DrawOut]]:
    """Draws of a bureau, newest first, void ones included."""
    work.require("draw.read", bureau=bureau)
    seen = work.seen("draw.read", bureau=bureau)
    every = await draws.recent(work.db, work.scope, bureau, MOST)
    found = after([d for d in every if period in (None, d.period)], cursor, _number)
    return paged(request, found, limit, key=_number, form=lambda one: draw_out(one, seen))


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}", action="draw.read")
async def get_draw(request: AnyRequest, work: InWork, bureau: Bureau, draw_no: Number) -> Response[DrawOut]:
    """One draw."""
    work.require("draw.read", bureau=bureau)
    found = await draws.get(work.db, work.scope, bureau, draw_no)
    return tagged(request, draw_out(found, work.seen("draw.read", bureau=bureau)))


@acts("/bureaus/{bureau:str}/draws", action="draw.prepare")
async def prepare(once: InOnce, bureau: Bureau, data: JSONBody[DrawOrder]) -> Response[PreparedOut]:
    """Prepare a draw: it gets its number, the platform commits to its own secret."""
    order = PrepareDraw(data.subject, data.period, data.beacon_at, data.item, data.kind.value, data.reveal_by)
    return await once.run(lambda work: prepare_draw(work, order), _prepared)


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/amendment", action="draw.prepare")
async def amend(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[Amendment]
) -> Response[IntentOut]:
    """Change a draw that is not frozen, as after a mistyped period or a missed window.

    Number and commitments stay. Another unfrozen draw with the new intent takes over the former one.
    """
    names = {"subject": data.subject, "period": data.period, "item": data.item, "kind": data.kind}
    return await once.run(
        lambda work: amend_draw(work, draw_no, data.beacon_at, data.reveal_by, **names),
        lambda done: _intent(draw_no, done),
    )


def draw_out(draw: Draw, seen: Seen) -> DrawOut:
    """Of the numbers of a draw what the reader is shown."""
    return seen.of("draw", show(draw, DrawOut))


def _number(draw: Draw) -> int:
    return draw.draw_no


def _intent(draw_no: int, done: DrawIntent) -> IntentOut:
    return msgspec.convert({"draw_no": draw_no, **asdict(done)}, IntentOut)


def _prepared(done: Prepared) -> PreparedOut:
    return PreparedOut(
        bureau=done.bureau,
        draw_no=done.draw_no,
        platform_c=done.platform_c,
        superior=done.superior,
        escrow_public=done.escrow_public.hex(),
        suite=2 if done.suite == 2 else 1,
        reveal_by=done.reveal_by,
        reused=done.reused,
    )


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}/readiness", action="draw.read", enter=True, read_only=True)
async def get_readiness(work: InWork, bureau: Bureau, draw_no: Number) -> ReadinessOut:
    """What stands in the way of a freeze, point by point; numbers of people, no name."""
    found = await readiness_of(work, draw_no)
    points = tuple(show(one, PointOut) for one in found.points)
    whole = ReadinessOut(draw_no=draw_no, state=found.state, points=points)
    return work.seen("draw.read").of("readiness", whole)


routes = [get_readiness, list_draws, get_draw, prepare, amend]
