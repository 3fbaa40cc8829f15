"""Yearly plans: made by one person, approved by another, every version kept."""

from datetime import datetime
from typing import Annotated, Any, Literal

from litestar import Request, Response
from litestar.params import JSONBody
from msgspec import Meta

from policies.errors import Missing
from services.api.contract import acts, reads
from services.api.etags import tagged
from services.api.once import InOnce
from services.api.types import NO_NUL, Body, Bureau, Code, Flag, Out, Version, Year, show
from services.ruling.plan_steps import PlanStep
from services.usecases.make_plan import approve_plan, make_plan
from services.usecases.submit_plan import return_plan, submit_plan
from services.web.depends import InWork
from tenants.rows import PlanRow
from tenants.stores import plans


class PlanOut(Out):
    """One version of a plan; `body` holds lines by class and quarter, each with number, minimum and basis."""

    bureau: Code
    year: int
    version: int
    state: Literal["draft", "approved"]
    made_at: datetime
    made_by: str
    approved_at: datetime | None
    approved_by: str | None
    body: dict[str, Any]


class StepBody(Body):
    """What is said with the step; a return needs its reason."""

    words: Annotated[str, Meta(max_length=500, pattern=NO_NUL)] = ""


class StepOut(Out):
    """The newest step of a draft: it waits for the head, or was sent back."""

    at: datetime | None
    submitted: bool
    returned: bool
    by: str
    words: str


@reads("/bureaus/{bureau:str}/plans/{year:int}", action="plan.read")
async def get_plan(
    request: Request[Any, Any, Any], work: InWork, bureau: Bureau, year: Year, approved: Flag = False
) -> Response[PlanOut]:
    """The newest version of a year, or with `approved` the newest approved one."""
    work.require("plan.read", bureau=bureau)
    row = await plans.latest(work.db, work.scope, bureau, year, approved_only=approved)
    if row is None:
        raise Missing(year, what="年度计划")
    return tagged(request, _out(row))


@reads("/bureaus/{bureau:str}/plans/{year:int}/versions", action="plan.read")
async def list_plan_versions(work: InWork, bureau: Bureau, year: Year) -> list[PlanOut]:
    """All versions of a year, oldest first."""
    work.require("plan.read", bureau=bureau)
    return [_out(row) for row in await plans.versions(work.db, work.scope, bureau, year)]


@acts("/bureaus/{bureau:str}/plans/{year:int}", action="plan.make")
async def draft_plan(once: InOnce, bureau: Bureau, year: Year) -> Response[PlanOut]:
    """Draft the plan from the roster and the rules of today; every call makes a new version."""
    return await once.run(lambda work: make_plan(work, year), _out)


@acts("/bureaus/{bureau:str}/plans/{year:int}/submission", action="plan.submit")
async def submit(
    once: InOnce, bureau: Bureau, year: Year, data: JSONBody[StepBody], version: Version = 0
) -> Response[StepOut]:
    """Submit the newest draft to the head."""
    return await once.run(lambda work: submit_plan(work, year, data.words, version), _step)


@acts("/bureaus/{bureau:str}/plans/{year:int}/return", action="plan.return")
async def send_back(
    once: InOnce, bureau: Bureau, year: Year, data: JSONBody[StepBody], version: Version = 0
) -> Response[StepOut]:
    """Send the newest draft back, with the reason."""
    return await once.run(lambda work: return_plan(work, year, data.words, version), _step)


@acts("/bureaus/{bureau:str}/plans/{year:int}/approval", action="plan.approve")
async def approve(once: InOnce, bureau: Bureau, year: Year, version: Version = 0) -> Response[PlanOut]:
    """Approve the latest draft; not by the one who made it."""
    return await once.run(lambda work: approve_plan(work, year, version), _out)


def _step(step: PlanStep) -> StepOut:
    return show(step, StepOut)


def _out(row: PlanRow) -> PlanOut:
    return show(row, PlanOut)


routes = [get_plan, list_plan_versions, draft_plan, submit, send_back, approve]
