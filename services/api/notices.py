"""Notices at the desk: what waits, what is published, what is withdrawn."""

from litestar import Response
from litestar.params import JSONBody

from services.api.contract import acts, reads
from services.api.notice_bodies import (
    DeskNotice,
    DraftOut,
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
    Number,
    Year,
    show,
)
from services.usecases.preview_notice import preview_draw, preview_plan, preview_results
from services.usecases.publish_notice import (
    Draft,
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


@reads("/bureaus/{bureau:str}/notices/drafts", action="notice.make", read_only=True)
async def preview_result_notices(work: InWork, bureau: Bureau, period: InPeriod) -> list[DraftOut]:
    """Notices of accepted results as they would be published, persons masked; nothing is kept."""
    return [_draft(one) for one in await preview_results(work, period)]


@reads("/bureaus/{bureau:str}/notices/drafts/draws/{draw_no:int}", action="notice.make", read_only=True)
async def preview_draw_notice(work: InWork, bureau: Bureau, draw_no: Number) -> DraftOut:
    """The notice of a draw as it would be published: numbers and fingerprints."""
    return _draft(await preview_draw(work, draw_no))


@reads("/bureaus/{bureau:str}/notices/drafts/plans/{year:int}", action="notice.make", read_only=True)
async def preview_plan_notice(work: InWork, bureau: Bureau, year: Year) -> DraftOut:
    """The notice of the approved plan of a year as it would be published."""
    return _draft(await preview_plan(work, year))


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


def _draft(one: Draft) -> DraftOut:
    return DraftOut(
        id=one.id, kind=one.kind, subject=one.about, title=one.title, body=one.body, due_on=one.due_on
    )


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
    preview_result_notices,
    preview_draw_notice,
    preview_plan_notice,
    publish_result_notices,
    publish_draw_notice,
    publish_plan_notice,
    withdraw,
]
