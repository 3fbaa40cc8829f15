"""Measures of a decided leak case are carried out one by one; then the case is closed."""

from policies.secrecy.leak import LINKED, check_close
from services.leaks.papers import note
from services.usecases.show_leak import carried_out, open_measures
from services.work import Work
from tenants.errors import WrongState
from tenants.secrecy_rows import LeakCase
from tenants.stores import leaks


async def note_measure(work: Work, n: int, k: int, ref: int | None = None) -> LeakCase:
    """Note that a measure is carried out.

    Args:
        ref: for a change, the number of its proposal: it counts once that is approved, not by this note.

    Raises:
        WrongState: the case is not decided, the measure is done or linked to another act. Missing: no such
            case.
    """
    work.require("leak.handle")
    case = await leaks.locked(work.db, work.scope, n)
    found = [one for one in await open_measures(work, case) if one.measure.k == k]
    if case.state != "decided" or not found or found[0].done:
        raise WrongState(case.state, wanted="decided")
    kind = found[0].measure.kind
    if kind in LINKED:
        await _require_linked(work, n, kind, ref)
    await leaks.done(work.db, work.scope, n, case.proposal, k, ref, work.now)
    after = {"proposal": case.proposal, "measure": k, "kind": kind, "ref": ref}
    await note(work, "leak.handle", n, before={"done": False}, after=after)
    return case


async def close_leak(work: Work, n: int) -> LeakCase:
    """Close a decided case.

    Raises:
        MeasuresOpen: something is not carried out. WrongState: not decided. Missing: no such case.
    """
    work.require("leak.handle")
    case = await leaks.locked(work.db, work.scope, n)
    if case.state != "decided":
        raise WrongState(case.state, wanted="decided")
    check_close([one.name for one in await open_measures(work, case) if not one.done])
    await leaks.close(work.db, work.scope, n, work.now)
    await note(work, "leak.handle", n, before={"state": "decided"}, after={"state": "closed"})
    return await leaks.get(work.db, work.scope, work.scope.bureau, n)


async def _require_linked(work: Work, n: int, kind: str, ref: int | None) -> None:
    """A void or a change is not noted by hand: the act itself must have been approved by its two people."""
    case = await leaks.get(work.db, work.scope, work.scope.bureau, n)
    if not await carried_out(work, case, kind, ref):
        raise WrongState("—", wanted={"void": "作废已批准 / void", "change": "变更已批准 / change"}[kind])
