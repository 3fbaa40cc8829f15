"""Which copy does a found list come from? Its order of rows against that of every copy given out."""

from collections.abc import Sequence

from services.exporting.found import Tracing, trace_roster, trace_visits
from services.leaks.papers import list_part, note, opened
from services.work import Work
from tenants.errors import WrongState
from tenants.stores import leaks


async def trace_leak(work: Work, n: int) -> Tracing:
    """Trace the list of a case and keep the result with it.

    Raises:
        WrongState: no list was handed in, or the case is proposed already. NothingToTrace: too few rows.
    """
    work.require("leak.handle")
    case = await leaks.locked(work.db, work.scope, n)
    if case.list_mac is None or case.state != "reported":
        raise WrongState(case.state, wanted="reported + 名单 / list")
    made = await trace_visits(work, case.draw_no, await opened(work, case, list_part(n)))
    result = made.as_dict()
    await leaks.traced(work.db, work.scope, n, result)
    await note(work, "leak.handle", n, before={"trace": case.trace}, after={"trace": result})
    return made


async def trace_list(work: Work, lines: Sequence[str], *, draw_no: int = 0, roster: str = "sites") -> Tracing:
    """Trace a list without a case: of a draw's visits, else of a roster ("sites" or "officers").

    Raises:
        NothingToTrace: too few rows. Missing: no such draw.
    """
    work.require("leak.handle")
    made = await (trace_visits(work, draw_no, lines) if draw_no else trace_roster(work, roster, lines))
    await note(work, "leak.handle", 0, after={"draw_no": draw_no, "trace": made.as_dict()})
    return made
