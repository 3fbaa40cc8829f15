"""Break-glass: requests to look at a bureau's data, their approval, their end, what was read.

Whoever's request is open sends `X-Glass` with its id, beside the token: the other routes then answer for that
bureau in the role `support`, read only.
"""

from typing import Annotated

from litestar import Response
from litestar.params import JSONBody, QueryParameter

from services.api.contract import acts, reads
from services.api.glass_bodies import (
    GlassApproval,
    GlassBoardOut,
    GlassOrder,
    GlassOut,
    LookOut,
    LooksOut,
    glass_out,
)
from services.api.once import InOnce
from services.api.types import Bureau, KeyInPath, Limit
from services.usecases.approve_glass import approve_glass
from services.usecases.ask_glass import ask_glass
from services.usecases.end_glass import end_glass
from services.usecases.show_glass import glass_board, glass_reads
from services.web.depends import InWork

Before = Annotated[
    int | None, QueryParameter(ge=1, le=2**53, description="`next` of the page before: older reads.")
]


@reads("/bureaus/{bureau:str}/glass", action="glass.read")
async def list_glass(work: InWork, bureau: Bureau) -> GlassBoardOut:
    """Break-glass requests about a bureau, and the caller's own, the latest first."""
    del bureau  # the guard let only the own one through
    found = await glass_board(work)
    about = [glass_out(one, found.now) for one in found.about]
    return GlassBoardOut(about=about, mine=[glass_out(one, found.now) for one in found.mine])


@acts("/bureaus/{bureau:str}/glass", action="glass.ask")
async def ask_for_glass(once: InOnce, bureau: Bureau, data: JSONBody[GlassOrder]) -> Response[GlassOut]:
    """Ask to look at the data of the own bureau or of one below it."""
    now = once.work.now
    return await once.run(
        lambda work: ask_glass(work, data.bureau, data.reason, data.purpose, data.minutes),
        lambda made: glass_out(made, now),
    )


@acts("/bureaus/{bureau:str}/glass/{glass:uuid}/approval", action="glass.approve")
async def approve_glass_request(
    once: InOnce, bureau: Bureau, glass: KeyInPath, data: JSONBody[GlassApproval]
) -> Response[GlassOut]:
    """Approve that somebody looks at this bureau's data; the time runs from now."""
    now = once.work.now
    return await once.run(
        lambda work: approve_glass(work, glass, data.request), lambda made: glass_out(made, now)
    )


@acts("/bureaus/{bureau:str}/glass/{glass:uuid}/end", action="glass.end")
async def end_glass_request(once: InOnce, bureau: Bureau, glass: KeyInPath) -> Response[GlassOut]:
    """End, decline or withdraw a request; the next read is refused."""
    now = once.work.now
    return await once.run(lambda work: end_glass(work, glass), lambda made: glass_out(made, now))


@reads("/bureaus/{bureau:str}/glass/{glass:uuid}/reads", action="glass.read")
async def list_glass_reads(
    work: InWork, bureau: Bureau, glass: KeyInPath, before: Before = None, limit: Limit = 50
) -> LooksOut:
    """What was read under a request, as this bureau's journal tells."""
    del bureau
    found = await glass_reads(work, glass, before=before, limit=limit)
    rows = [LookOut(n=e.n, at=e.at, actor=e.actor, action=e.action, target=e.target) for e in found.rows]
    return LooksOut(request=glass_out(found.request, work.now), rows=rows, next=found.next)


routes = [
    list_glass,
    ask_for_glass,
    approve_glass_request,
    end_glass_request,
    list_glass_reads,
]
