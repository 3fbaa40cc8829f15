"""The yearly plan: made by one person, approved by another. Basis: obligations 13–18."""

from collections.abc import Mapping
from typing import Any

from services.drawing.draw_errors import NoPlan
from services.reading import note_reads
from services.ruling.approvers import require_approver
from services.ruling.filings import file_plan
from services.ruling.plan_errors import NothingToPlan, PlanReturned
from services.ruling.plan_steps import plan_step, require_version
from services.ruling.plans import draft_plans
from services.ruling.ruleset import rules_for
from services.starting import require_state
from services.work import Work
from tenants import journal
from tenants.rows import PlanRow
from tenants.stores import plans


async def make_plan(work: Work, year: int) -> PlanRow:
    """Draft the plan of `year` for the bureau acted for; every call makes a new version.

    Returns:
        The draft; `body` is `YearPlan.as_dict()` of the (first) subject, with all subjects under `plans`.

    Raises:
        NothingToPlan: no roster holds an active site.
    """
    work.require("plan.make")
    body = await draft_plans(work, work.scope.bureau, year)
    _require_sites(work, year, body)
    version = await plans.keep(work.db, work.scope, year, body, work.principal.subject, work.now)
    await _note(work, "plan.make", year, version, {"totals": body["totals"]})
    subjects = [one["subject"] for one in body["plans"]]  # a city plans over its districts' rosters
    await note_reads(work, subjects, "plan.make", f"plan/{work.scope.bureau}/{year}")
    return await _latest(work, year)


async def approve_plan(work: Work, year: int, version: int = 0) -> PlanRow:
    """Approve the latest draft, and file it with whom the rules name.

    Args:
        version: the one that was read; 0: the newest, whichever it is.

    Raises:
        PlanChanged: a newer version was made after that one.
        WrongState: the latest version is approved already.
        NoPlan: there is no draft. SameHand: the one who made it approves it. NothingToPlan: it is all 0.
    """
    work.require("plan.approve")
    await require_approver(work)
    row = await _latest(work, year)
    require_version(row, version)
    require_state("plan.approve", row.state)
    if (await plan_step(work, row.bureau, row)).returned:
        raise PlanReturned(f"{year}/{row.version}", year=year)
    _require_sites(work, year, row.body)
    await plans.approve(work.db, work.scope, year, row.version, work.principal.subject, work.now)
    await _note(work, "plan.approve", year, row.version, {"state": "approved"}, {"state": row.state})
    await file_plan(work, await rules_for(work, work.scope.bureau), row)
    return await _latest(work, year)


def _require_sites(work: Work, year: int, body: Mapping[str, Any]) -> None:
    if not any(any(one["counts"].values()) for one in body["plans"]):
        raise NothingToPlan(work.scope.bureau, year=year)


async def _latest(work: Work, year: int) -> PlanRow:
    row = await plans.latest(work.db, work.scope, work.scope.bureau, year)
    if row is None:
        raise NoPlan(work.scope.bureau, year=year)
    return row


async def _note(
    work: Work,
    action: str,
    year: int,
    version: int,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"plan/{year}/{version}",
        before=before,
        after=after,
        at=work.now,
    )
