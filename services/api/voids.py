"""A draw is void by two people: one proposes, another approves; only then it is opened."""

from datetime import datetime
from typing import Annotated

from litestar import Response
from litestar.params import JSONBody
from msgspec import Meta

from policies.errors import Missing
from services.api.ceremony import LoggedOut
from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import Body, Bureau, Code, Number, Out, Reason, show
from services.usecases.void_draw import approve_void, propose_void, void_proposal
from services.views.voiding import voiding_of
from services.web.depends import InWork

Count = Annotated[int, Meta(ge=1, description="Number of the proposal.", examples=[1])]


class Void(Body):
    """`reason` is published upon approval, so it names nobody."""

    reason: Reason


class Approval(Body):
    """`proposal` is the number of the one read: another one made meanwhile is not approved unread."""

    proposal: Count


class ProposalOut(Out):
    """The proposal that counts: `by` and `approved_by` are logins, never the same one; null if not shown."""

    draw_no: int
    n: Count
    reason: str
    by: str | None
    at: datetime
    approved_by: str | None
    approved_at: datetime | None


class WaitsOut(Out):
    """A sealed draw of another bureau, which this one avoided."""

    bureau: Code
    draw_no: int


class VoidingOut(Out):
    """Consequences of a void.

    `calls_off`: visits nobody goes on any more, `kept`: records that stay. `waits`: the material opens only
    with that draw. `next_no`: number of the draw that may follow. `logged`: the public log gets an entry.
    """

    calls_off: int | None
    kept: int | None
    waits: WaitsOut | None
    next_no: int
    logged: bool


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}/void", action="draw.read", read_only=True)
async def get_void_proposal(work: InWork, bureau: Bureau, draw_no: Number) -> ProposalOut:
    """The proposal to void a draw, for those who see the draw; the public learns of an approved one only."""
    found = await void_proposal(work, draw_no, bureau)
    if found is None:
        raise Missing(draw_no, what="作废提议")
    return work.seen("draw.read", bureau=bureau).of("void", show(found, ProposalOut))


@reads(
    "/bureaus/{bureau:str}/draws/{draw_no:int}/void/preview", action="draw.read", enter=True, read_only=True
)
async def preview_void(work: InWork, bureau: Bureau, draw_no: Number) -> VoidingOut:
    """What a void would do in public, before anybody proposes it: numbers, no site."""
    found = await voiding_of(work, draw_no)
    waits = found.waits and WaitsOut(bureau=found.waits[0], draw_no=found.waits[1])
    whole = VoidingOut(
        calls_off=found.calls_off,
        kept=found.kept,
        waits=waits or None,
        next_no=found.next_no,
        logged=found.logged,
    )
    return work.seen("draw.read").of("voiding", whole)


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/void", action="draw.void")
async def void(once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[Void]) -> Response[ProposalOut]:
    """Propose to void a frozen or drawn draw; nothing of it is public until another person approves."""
    return await once.run(
        lambda work: propose_void(work, draw_no, data.reason), lambda made: show(made, ProposalOut)
    )


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/void/approval", action="draw.void_approve")
async def approve_void_proposal(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[Approval]
) -> Response[LoggedOut]:
    """Approve a proposal of somebody else: the draw is opened at once and its number stays used."""
    return await once.run(
        lambda work: approve_void(work, draw_no, data.proposal), lambda index: LoggedOut(index=index)
    )


routes = [get_void_proposal, preview_void, void, approve_void_proposal]
