"""A freeze tried without freezing: would the lists of now be drawn from, or what stands in the way?

Nothing is kept but the journal: which sites are covered is read from sealed tasks, as at the freeze itself.
"""

from dataclasses import dataclass

from policies.access import states_of
from policies.errors import Problem
from policies.planning.freezing import crew_count
from policies.rd1.candidates import check_candidates
from services.drawing.compute import WORKER
from services.drawing.lists import Filled, fill_urn
from services.usecases.ceremony import draw_in, note
from services.usecases.freeze_draw import most_crews
from services.work import Work


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the freeze would say.

    Attributes:
        problem: the first thing that stands in the way; None = it would be frozen.
        size, take: sites that may be drawn, visits that would be. short: class → planned visits missing.
    """

    problem: Problem | None
    size: int = 0
    take: int = 0
    short: tuple[tuple[str, int], ...] = ()


async def rehearse_freeze(work: Work, draw_no: int) -> Rehearsal:
    """Fill the lists as of now and check that teams are assured; says what refuses it instead of raising.

    Raises:
        Missing, WrongState: there is nothing to freeze.
    """
    work.require("draw.difference")
    draw = await draw_in(work, draw_no, *states_of("draw.difference"))
    try:
        filled = await fill_urn(work, draw, list_key=bytes(32), suite=draw.suite)
        await _teams(filled)
    except Problem as problem:
        found = Rehearsal(problem)
    else:
        takes = sum(filled.quota.takes.values())
        found = Rehearsal(None, sum(n for _, n in filled.urn.sizes), takes, tuple(filled.quota.short.items()))
    told = {"rehearsed": type(found.problem).__name__ if found.problem else "ok"}
    await note(work, "draw.difference", draw_no, told)
    return found


async def _teams(filled: Filled) -> None:
    rules, urn = filled.rules, filled.urn
    lists = urn.lists
    await WORKER.call(  # every pair of site and officer is looked at
        check_candidates,
        lists.units,
        lists.officers,
        lists.bans,
        rules.integer("team.size"),
        crew_count(rules, None, most_crews(rules, urn)),
        rules.integer("candidates.min"),
    )
