"""Waivers of duties kept apart: asked by a bureau, decided by two people above it, then public."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response
from litestar.params import JSONBody
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.etags import tagged
from services.api.once import InOnce
from services.api.types import NO_NUL, Body, Bureau, Code, KeyInPath, Number, Out, show
from services.usecases.ask_waiver import WaiverOrder, ask_waiver, drop_waiver, own_waivers
from services.usecases.decide_waiver import (
    Opinion,
    approve_waiver,
    asked_of_us,
    propose_waiver,
    refuse_waiver,
)
from services.usecases.withdraw_waiver import withdraw_waiver
from services.web.depends import InPublic, InWork
from tenants.stores import waiver_uses
from tenants.waiver_rows import Waiver

AnyRequest = Request[Any, Any, Any]
Pair = Literal[
    "registry_keeper+drawer",
    "registry_keeper+city_drawer",
    "dispatcher+drawer",
    "dispatcher+city_drawer",
    "bureau_admin+drawer",
    "bureau_admin+city_drawer",
    "roster_editor+drawer",
]
Words = Annotated[str, Meta(min_length=1, max_length=500, pattern=NO_NUL)]
Line = Annotated[str, Meta(min_length=1, max_length=100, pattern=NO_NUL)]


class WaiverBody(Body):
    """What a bureau asks for: one person, pairs of duties, days (less than a year), a reason, its staff.

    `subject`: login of somebody who holds a role in the bureau. `reason` is published: no names.
    """

    subject: Line
    pairs: Annotated[list[Pair], Meta(min_length=1, max_length=5)]
    since: date
    until: date
    reason: Words
    staff: Annotated[int, Meta(ge=1, le=9999)]


class OpinionBody(Body):
    """The first hand's opinion; days left out stay as asked, others may only be fewer."""

    opinion: Words
    since: date | None = None
    until: date | None = None


class WhyBody(Body):
    """A reason. Of a withdrawal it is published: no names."""

    why: Words


class WaiverOut(Out):
    """A waiver and what became of it. `above` decides; `state`: asked, proposed, granted, refused, dropped,
    withdrawn. `ended_on`: the last day in force of one that was withdrawn.
    """

    bureau: Code
    id: UUID
    above: Code
    subject: str
    name: str
    pairs: tuple[str, ...]
    since: date
    until: date
    reason: str
    staff: int
    state: str
    asked_by: str
    asked_at: datetime
    opinion: str | None
    proposed_by: str | None
    proposed_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    decided_why: str | None
    ended_by: str | None
    ended_at: datetime | None
    ended_why: str | None
    ended_on: date | None


class PublicWaiverOut(Out):
    """A granted waiver as everyone reads it: which duties, why, how long; never whose."""

    bureau: Code
    id: UUID
    above: Code
    pairs: tuple[str, ...]
    since: date
    until: date
    reason: str
    staff: int
    approved_at: datetime
    ended_at: datetime | None
    ended_why: str | None


class WaiverUseOut(Out):
    """A step of a draw (freeze, beacon, run) done under a waiver of duties."""

    act: str
    pair: str
    at: datetime
    waiver: UUID
    above: Code
    since: date
    until: date


@reads("/bureaus/{bureau:str}/waivers", action="waiver.read")
async def list_waivers(work: InWork, bureau: Bureau) -> list[WaiverOut]:
    """Every waiver the bureau asked for, the latest first."""
    return [_out(one) for one in await own_waivers(work)]


@acts("/bureaus/{bureau:str}/waivers", action="waiver.ask")
async def ask_for_waiver(once: InOnce, bureau: Bureau, data: JSONBody[WaiverBody]) -> Response[WaiverOut]:
    """Ask the superior; nothing is waived until two people there agreed."""
    days = (data.since, data.until)
    order = WaiverOrder(data.subject, tuple(data.pairs), *days, data.reason, data.staff)
    return await once.run(lambda work: ask_waiver(work, order), _out)


@acts("/bureaus/{bureau:str}/waivers/{waiver:uuid}/drop", action="waiver.drop")
async def take_back_waiver(
    once: InOnce, bureau: Bureau, waiver: KeyInPath, data: JSONBody[WhyBody]
) -> Response[WaiverOut]:
    """Take a request back before it is decided."""
    return await once.run(lambda work: drop_waiver(work, waiver, data.why), _out)


@acts("/bureaus/{bureau:str}/waivers/{waiver:uuid}/withdraw", action="waiver.withdraw")
async def withdraw_granted_waiver(
    once: InOnce, bureau: Bureau, waiver: KeyInPath, data: JSONBody[WhyBody]
) -> Response[WaiverOut]:
    """End a granted waiver, as the bureau it was granted to or as its superior; roles on it end at once."""
    return await once.run(lambda work: withdraw_waiver(work, waiver, data.why), _out)


@reads("/bureaus/{bureau:str}/waiver-requests", action="waiver.read")
async def list_waiver_requests(work: InWork, bureau: Bureau) -> list[WaiverOut]:
    """Every waiver bureaus directly below asked of this one, the latest first."""
    return [_out(one) for one in await asked_of_us(work)]


@acts("/bureaus/{bureau:str}/waiver-requests/{waiver:uuid}/propose", action="waiver.propose")
async def propose_to_grant_waiver(
    once: InOnce, bureau: Bureau, waiver: KeyInPath, data: JSONBody[OpinionBody]
) -> Response[WaiverOut]:
    """Be for it, as the superior's first hand."""
    opinion = Opinion(data.opinion, data.since, data.until)
    return await once.run(lambda work: propose_waiver(work, waiver, opinion), _out)


@acts("/bureaus/{bureau:str}/waiver-requests/{waiver:uuid}/approve", action="waiver.approve")
async def approve_proposed_waiver(once: InOnce, bureau: Bureau, waiver: KeyInPath) -> Response[WaiverOut]:
    """Grant it as proposed, from today at the earliest, as the superior's second hand; public at once."""
    return await once.run(lambda work: approve_waiver(work, waiver), _out)


@acts("/bureaus/{bureau:str}/waiver-requests/{waiver:uuid}/refuse", action="waiver.refuse")
async def refuse_asked_waiver(
    once: InOnce, bureau: Bureau, waiver: KeyInPath, data: JSONBody[WhyBody]
) -> Response[WaiverOut]:
    """Refuse it, with a reason the bureau reads."""
    return await once.run(lambda work: refuse_waiver(work, waiver, data.why), _out)


@reads("/waivers/{bureau:str}", action="public.read")
async def list_public_waivers(
    request: AnyRequest, public: InPublic, bureau: Bureau
) -> Response[list[PublicWaiverOut]]:
    """Waivers granted to a bureau, the latest first; those that ran out or were withdrawn included."""
    found = await waiver_uses.public_waivers(public, bureau)
    return tagged(request, [show(one, PublicWaiverOut) for one in found])


@reads("/draws/{bureau:str}/{draw_no:int}/waivers", action="public.read")
async def list_waivers_of_draw(
    request: AnyRequest, public: InPublic, bureau: Bureau, draw_no: Number
) -> Response[list[WaiverUseOut]]:
    """Steps of a draw done under waivers; empty for nearly every draw. Not part of the bundle's bytes."""
    found = await waiver_uses.public_uses(public, bureau, draw_no)
    return tagged(request, [show(one, WaiverUseOut) for one in found])


def _out(row: Waiver) -> WaiverOut:
    return show(row, WaiverOut)


routes = [
    list_waivers,
    ask_for_waiver,
    take_back_waiver,
    withdraw_granted_waiver,
    list_waiver_requests,
    propose_to_grant_waiver,
    approve_proposed_waiver,
    refuse_asked_waiver,
]
public_routes = [list_public_waivers, list_waivers_of_draw]
