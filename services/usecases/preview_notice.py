"""A notice as it would be published, before it is: the same body, made by the same functions."""

from uuid import UUID

from policies.errors import Missing
from services.usecases.publish_notice import (
    Draft,
    draw_draft,
    names_of,
    plan_draft,
    result_draft,
    standing,
    waiting_results,
)
from services.visiting.visit_errors import NothingDue
from services.work import Work


async def preview_results(
    work: Work, period: str, visit_id: UUID | None = None, *, most: int = 50
) -> tuple[Draft, ...]:
    """Notices of the accepted results of a quarter that are not public, most urgent first; nothing is kept.

    Args:
        visit_id: only this one. most: at most so many.

    Raises:
        Missing: that one is not waiting.
    """
    found = [one.visit for one in await waiting_results(work, period) if one.visit.state == "accepted"]
    if visit_id is not None:
        found = [visit for visit in found if visit.id == visit_id]
        if not found:
            raise Missing(visit_id, what="检查记录")
    names = await names_of(work)
    return tuple(result_draft(visit, period, names) for visit in found[:most])


async def preview_draw(work: Work, draw_no: int) -> Draft:
    """The notice of a draw. Raises WrongState without a result; NothingDue: it is public."""
    work.require("notice.make")
    return await _to_come(work, await draw_draft(work, draw_no))


async def preview_plan(work: Work, year: int) -> Draft:
    """The notice of the approved plan of a year. Raises NoPlan; NothingDue: it is public."""
    work.require("notice.make")
    return await _to_come(work, await plan_draft(work, year))


async def _to_come(work: Work, draft: Draft) -> Draft:
    if await standing(work, draft) is not None:
        raise NothingDue(draft.title, need="尚未发布的公告")
    return draft
