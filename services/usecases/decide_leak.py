"""The head decides a leak case: another person than the one who proposed, with a fresh second factor."""

from services.leaks.papers import note
from services.ruling.approvers import require_approver
from services.work import Work
from tenants.secrecy_rows import LeakCase
from tenants.stores import leaks


async def decide_leak(work: Work, n: int, proposal: int) -> LeakCase:
    """Approve the proposal that was read.

    Raises:
        SameHand: who proposed may not decide. WrongState: another proposal counts now, or none.
    """
    work.require("leak.decide")
    await require_approver(work)
    before = await leaks.get(work.db, work.scope, work.scope.bureau, n)
    case = await leaks.decide(work.db, work.scope, n, proposal, work.now)
    after = {"state": case.state, "proposal": proposal, "proposed_by": case.proposed_by}
    await note(work, "leak.decide", n, before={"state": before.state}, after=after)
    return case


async def send_leak_back(work: Work, n: int, proposal: int) -> LeakCase:
    """Do not approve; the case is open for another proposal. Raises WrongState."""
    work.require("leak.decide")
    await leaks.send_back(work.db, work.scope, n, proposal)
    await note(work, "leak.decide", n, before={"state": "proposed"}, after={"state": "reported"})
    return await leaks.get(work.db, work.scope, work.scope.bureau, n)
