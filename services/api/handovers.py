"""The roster's named keeper: who it is, handed over by one person and confirmed by the next."""

from datetime import datetime
from typing import Annotated, Literal

from litestar import Response
from litestar.params import JSONBody, PathParameter
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import LARGEST, NO_NUL, Body, Bureau, Code, Hash, Out, show
from services.keepers import keeping_of
from services.usecases.handover import LONGEST, hand_over, take_over, withdraw_handover
from services.web.depends import InWork
from tenants.role_rows import Handover

Line = Annotated[str, Meta(min_length=1, max_length=100, pattern=NO_NUL)]
Counted = Annotated[int, PathParameter(ge=1, le=LARGEST, description="Number of the handover.")]


class HandoverOrder(Body):
    """To whom the roster goes; another person who is registry keeper today."""

    taker: Line
    note: Annotated[str, Meta(max_length=LONGEST, pattern=NO_NUL)] = ""


class HandoverOut(Out):
    """A handover: rows of the rosters at that moment and a digest over them; `confirmed_at` by the taker.

    `giver_role`: the keeper so far, or the head where none was left.
    """

    bureau: Code
    n: int
    giver: str
    giver_name: str
    giver_role: Literal["registry_keeper", "bureau_head"]
    taker: str
    taker_name: str
    sites: int
    active: int
    officers: int
    digest: Hash
    note: str
    given_at: datetime
    confirmed_at: datetime | None
    withdrawn_at: datetime | None


class KeepingOut(Out):
    """Who keeps the roster today, null = nobody is named; what waits for its taker; the others."""

    keeper: HandoverOut | None
    open: HandoverOut | None
    past: list[HandoverOut]


@reads("/bureaus/{bureau:str}/organisation/keeper", action="organisation.read")
async def get_roster_keeper(work: InWork, bureau: Bureau) -> KeepingOut:
    """The named keeper of a bureau's roster, and how the roster came to that person."""
    work.require("organisation.read", bureau=bureau)
    found = await keeping_of(work, bureau)
    return KeepingOut(
        keeper=_row(found.keeper) if found.keeper else None,
        open=_row(found.open) if found.open else None,
        past=[_row(one) for one in found.past],
    )


@acts("/bureaus/{bureau:str}/organisation/keeper", action="roster.hand")
async def hand_over_roster(
    once: InOnce, bureau: Bureau, data: JSONBody[HandoverOrder]
) -> Response[HandoverOut]:
    """Hand the roster over as it stands; the taker confirms it unchanged."""
    return await once.run(lambda work: hand_over(work, data.taker, data.note), _row)


@acts("/bureaus/{bureau:str}/organisation/keeper/{n:int}/take", action="roster.take")
async def take_over_roster(once: InOnce, bureau: Bureau, n: Counted) -> Response[HandoverOut]:
    """Confirm a handover as its taker."""
    return await once.run(lambda work: take_over(work, n), _row)


@acts("/bureaus/{bureau:str}/organisation/keeper/{n:int}/withdraw", action="roster.hand")
async def withdraw_roster_handover(once: InOnce, bureau: Bureau, n: Counted) -> Response[HandoverOut]:
    """Take back or decline a handover that waits."""
    return await once.run(lambda work: withdraw_handover(work, n), _row)


def _row(one: Handover) -> HandoverOut:
    return show(one, HandoverOut)


routes = [get_roster_keeper, hand_over_roster, take_over_roster, withdraw_roster_handover]
