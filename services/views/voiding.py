"""What a void would do in public, before anybody confirms it: numbers and the very words, no site."""

from dataclasses import dataclass

from policies.access import states_of
from services.drawing.avoidance import still_sealed
from services.usecases.ceremony import draw_in
from services.usecases.void_draw import void_proposal
from services.views.draw_board import draw_board
from services.work import Work
from tenants.rows import Draw, VoidProposal
from tenants.stores import draws

OPEN = ("drawn", "dispatched", "arrived")  # states of visits that are called off
RECENT = 500


@dataclass(frozen=True, slots=True)
class Voiding:
    """Data of the page.

    Attributes:
        calls_off: visits that nobody goes on any more. kept: records that stay as they are.
        waits: (bureau, draw_no) of a sealed draw this one avoided; its material opens only with that one.
        next_no: number of the draw that may then be made for the same period.
        proposal: made already and waiting for another person; None before.
        logged: the public log gets an entry; not for a draw taken over from the platform.
    """

    draw: Draw
    calls_off: int
    kept: int
    waits: tuple[str, int] | None
    next_no: int
    proposal: VoidProposal | None
    logged: bool


async def voiding_of(work: Work, draw_no: int) -> Voiding:
    """The consequences for a draw of the bureau acted for; blank numbers for who does not see them.

    Raises:
        Missing: no such draw. WrongState: it cannot be void.
    """
    work.require("draw.read")
    draw = await draw_in(work, draw_no, *states_of("draw.void"))
    states = (await draw_board(work, draw.bureau, draw_no)).progress.states
    known = await draws.recent(work.db, work.scope, draw.bureau, RECENT)
    found = Voiding(
        draw=draw,
        calls_off=sum(states.get(one, 0) for one in OPEN),
        kept=sum(states.get(one, 0) for one in ("recorded", "reviewed", "published")),
        waits=await still_sealed(work, draw),
        next_no=max(one.draw_no for one in known) + 1,
        proposal=await void_proposal(work, draw_no),
        logged=draw.authority == "own",
    )
    seen = work.seen("draw.read")
    return seen.of("voiding", found, draw=seen.of("draw", found.draw))
