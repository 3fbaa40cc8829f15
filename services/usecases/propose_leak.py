"""A finding and measures for a leak case, proposed by one person; the head decides. Basis: obligation 25."""

from collections.abc import Sequence

from policies.secrecy.leak import LINKED, Measure, check_proposal
from services.leaks.papers import as_paper, keep, note, proposal_part
from services.notify.telling import tell
from services.usecases.show_leak import sanctions_of
from services.work import Work
from tenants.secrecy_rows import LeakCase
from tenants.stores import leaks


async def propose_leak(
    work: Work, n: int, finding: str, words: str, measures: Sequence[Measure] = ()
) -> LeakCase:
    """Propose what a case comes to.

    Args:
        finding: "founded" or "unfounded". words: the reasons; sealed.
        measures: a void or a change names the proposal that carries it out, where there is one already.

    Raises:
        BadProposal: it does not hold together. WrongState: proposed or decided already.
    """
    work.require("leak.handle")
    check_proposal(finding, measures, (await sanctions_of(work)).names)
    before = await leaks.locked(work.db, work.scope, n)
    kinds = [(one.kind, one.ref if one.kind in LINKED else None) for one in measures]
    case = await leaks.propose(work.db, work.scope, n, finding, kinds, work.now)
    await keep(work, case.draw_no, proposal_part(n, case.proposal), as_paper(words.strip(), measures))
    facts = {"state": case.state, "proposal": case.proposal, "finding": finding}
    after = facts | {"measures": [one.kind for one in measures]}
    await note(work, "leak.handle", n, before={"state": before.state}, after=after)
    await tell(work, "approval.waiting", act="leak.decide")
    return case
