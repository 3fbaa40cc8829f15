"""Notices at the desk: what waits, what is published, what is withdrawn."""

from litestar import Response
from litestar.params import JSONBody

from services.api.contract import acts, reads
from services.api.notice_bodies import (
    DeskNotice,
    DrawNotice,
    PlanNotice,
    ResultsOrder,
    WaitingOut,
    Withdrawal,
)
from services.api.once import InOnce
from services.api.types import (
    Bureau,
    InPeriod,
    KeyInPath,
    Limit,
    show,
)
from services.usecases.publish_notice import (
    Waiting,
    publish_draw,
    publish_plan,
    publish_results,
    waiting_results,
    withdraw_notice,
)
from services.web.depends import InWork
from tenants.records import Notice
from tenants.stores import notices


@reads("/bureaus/{bureau:str}/notices", action="notice.make", read_only=True)
async def list_desk_notices(work: InWork, bureau: Bureau, limit: Limit = 100) -> list[DeskNotice]:
    """Notices of the bureau, withdrawn ones included."""
    work.require("notice.make", bureau=bureau)
    return [_out(one) for one in await notices.listing(work.db, work.scope, bureau, limit=limit)]


@reads("/bureaus/{bureau:str}/notices/waiting", action="notice.make", read_only=True)
async def list_waiting_results(work: InWork, bureau: Bureau, period: InPeriod) -> list[WaitingOut]:
    """Records of a quarter whose result is not public, most urgent first."""
    return [_waiting(one) for one in await waiting_results(work, period)]


@acts("/bureaus/{bureau:str}/notices/results", action="notice.publish")
async def publish_result_notices(
    once: InOnce, bureau: Bureau, data: JSONBody[ResultsOrder]
) -> Response[list[DeskNotice]]:
    """Publish results of accepted visits, one notice each; a notice names no person."""
    return await once.run(
        lambda work: publish_results(work, data.period, data.visit_ids),
        lambda made: [_out(one) for one in made],
    )


@acts("/bureaus/{bureau:str}/notices/draws", action="notice.publish")
async def publish_draw_notice(
    once: InOnce, bureau: Bureau, data: JSONBody[DrawNotice]
) -> Response[DeskNotice]:
    """Publish that a draw was made: numbers and fingerprints; again, the first notice answers."""
    return await once.run(lambda work: publish_draw(work, data.draw_no), _out)


@acts("/bureaus/{bureau:str}/notices/plans", action="notice.publish")
async def publish_plan_notice(
    once: InOnce, bureau: Bureau, data: JSONBody[PlanNotice]
) -> Response[DeskNotice]:
    """Publish the approved plan of a year."""
    return await once.run(lambda work: publish_plan(work, data.year), _out)


@acts("/bureaus/{bureau:str}/notices/{notice_id:uuid}/withdrawal", action="notice.withdraw")
async def withdraw(
    once: InOnce, bureau: Bureau, notice_id: KeyInPath, data: JSONBody[Withdrawal]
) -> Response[DeskNotice]:
    """Withdraw a notice; its place, date and reason stay public."""
    return await once.run(lambda work: withdraw_notice(work, notice_id, data.why), _out)


def _out(notice: Notice) -> DeskNotice:
    return show(notice, DeskNotice)


def _waiting(one: Waiting) -> WaitingOut:
    visit = one.visit
    return WaitingOut(
        visit_id=visit.id, site_code=visit.site_code, state=visit.state, due=one.due, left=one.left
    )


routes = [
    list_desk_notices,
    list_waiting_results,
    publish_result_notices,
    publish_draw_notice,
    publish_plan_notice,
    withdraw,
]
