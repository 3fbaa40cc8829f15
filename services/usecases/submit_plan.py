"""The draft of the yearly plan goes to the head, and comes back with words when it will not do.

Basis: our own steps before the approval that obligation 18 files upwards.
"""

from policies.errors import Missing
from services.notify.telling import tell
from services.ruling.plan_errors import PlanReturned, PlanSubmitted
from services.ruling.plan_steps import RETURN, SUBMIT, PlanStep, plan_step, require_version
from services.ruling.rule_choice_errors import FieldMissing
from services.starting import require_state
from services.work import Work
from tenants import journal
from tenants.rows import PlanRow
from tenants.stores import plans

_LONGEST = 500


async def submit_plan(work: Work, year: int, words: str = "", version: int = 0) -> PlanStep:
    """Submit the newest draft.

    Args:
        version: the one that was read; 0: the newest, whichever it is.

    Raises:
        PlanChanged: a newer version was made after that one.
        Missing: there is none. WrongState: it is approved. PlanSubmitted: it waits already.
    """
    work.require(SUBMIT)
    row = await _newest(work, year)
    require_version(row, version)
    require_state("plan.submit", row.state)
    if (await plan_step(work, row.bureau, row)).submitted:
        raise PlanSubmitted(f"{year}/{row.version}", year=year)
    await tell(work, "approval.waiting", act="plan.approve")
    return await _note(work, SUBMIT, row, words.strip()[:_LONGEST])


async def return_plan(work: Work, year: int, words: str, version: int = 0) -> PlanStep:
    """Send the newest draft back, with the reason.

    Raises:
        PlanChanged, Missing, WrongState: as above. FieldMissing: no reason. PlanReturned: it is back already.
    """
    work.require(RETURN)
    row = await _newest(work, year)
    require_version(row, version)
    require_state("plan.return", row.state)
    if not 0 < len(words.strip()) <= _LONGEST:
        raise FieldMissing(words[:40], field="退回意见", need=f"退回的理由，最多 {_LONGEST} 字")
    if (await plan_step(work, row.bureau, row)).returned:
        raise PlanReturned(f"{year}/{row.version}", year=year)
    return await _note(work, RETURN, row, words.strip())


async def _newest(work: Work, year: int) -> PlanRow:
    row = await plans.latest(work.db, work.scope, work.scope.bureau, year)
    if row is None:
        raise Missing(year, what="年度计划")
    return row


async def _note(work: Work, action: str, row: PlanRow, words: str) -> PlanStep:
    before = await plan_step(work, row.bureau, row)
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"plan/{row.year}/{row.version}",
        why=words,
        before={"submitted": before.submitted},
        after={"submitted": action == SUBMIT},
        at=work.now,
    )
    return await plan_step(work, row.bureau, row)
