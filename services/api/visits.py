"""Records of visits: kept once by the team, read and reviewed by a second person."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response
from litestar.params import JSONBody
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.etags import require_match, tagged
from services.api.once import InOnce
from services.api.pages import Page, after, paged
from services.api.types import (
    NO_NUL,
    Body,
    Bureau,
    Cursor,
    InPeriod,
    KeyInPath,
    Limit,
    Number,
    Out,
    Slot,
    Words,
    show,
    show_cut,
)
from services.api.visit_bodies import AnyState, RecordedOut, VisitBody, VisitRow
from services.usecases.amend_visit import amend_visit
from services.usecases.follow_finding import link_case, note_corrected
from services.usecases.record_other_visit import record_other_visit
from services.usecases.record_visit import Recorded, record_visit
from services.usecases.review_visit import VisitFile, list_visits, read_visit, review_visit
from services.visiting.approval import Backing
from services.web.depends import InWork
from services.work import Work
from tenants.records import Finding, Visit

AnyRequest = Request[Any, Any, Any]


class UrgentBody(Body):
    """Why a visit could not wait for an approval; `matter`: why it was made, `source`: number of the case."""

    why: Annotated[str, Meta(min_length=1, max_length=500, pattern=NO_NUL)]
    matter: Annotated[str, Meta(min_length=1, max_length=500, pattern=NO_NUL)]
    source: Annotated[str, Meta(max_length=100, pattern=NO_NUL)] = ""


class OtherVisit(Body):
    """A visit that no draw chose, to a site of the own roster: with its approval, or what made it urgent."""

    site_code: Annotated[str, Meta(max_length=64)]
    visit_type: Literal["special", "case", "followup", "complaint", "revisit"]
    record: VisitBody
    request: UUID | None = None
    urgent: UrgentBody | None = None

    def backing(self) -> Backing:
        """What the visit stands on."""
        if self.urgent is None:
            return Backing(self.request)
        return Backing(self.request, self.urgent.why, self.urgent.matter, self.urgent.source)


class Review(Body):
    """Accepted, or returned with a note that says why."""

    accept: bool
    note: Words = ""


class Amendment(Body):
    """What is wrong with the record."""

    why: Annotated[str, Meta(min_length=1, max_length=500, pattern=NO_NUL)]


class FollowUp(Body):
    """`corrected`: the day on which it was found corrected. `case`: number of the case it led to."""

    corrected: date | None = None
    case: Annotated[str, Meta(max_length=100, pattern=NO_NUL)] = ""


class FindingOut(Out):
    """A problem found, and what became of it."""

    n: int
    item: str
    text: str
    order_no: str
    order_due: date | None
    corrected_at: datetime | None
    penalty_ref: str


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/tasks/{slot:int}/record", action="visit.record")
async def record(
    once: InOnce, bureau: Bureau, draw_no: Number, slot: Slot, data: JSONBody[VisitBody]
) -> Response[RecordedOut]:
    """Keep the record of a drawn visit, by a member of its team; the same again answers as before."""
    return await once.run(lambda work: record_visit(work, draw_no, slot, data.form()), _recorded)


@acts("/bureaus/{bureau:str}/visits", action="visit.record")
async def record_other(once: InOnce, bureau: Bureau, data: JSONBody[OtherVisit]) -> Response[RecordedOut]:
    """Keep the record of a visit no draw chose: it counts toward the caps, never toward a ratio."""
    form = data.record.form()
    return await once.run(
        lambda work: record_other_visit(work, data.site_code, data.visit_type, form, data.backing()),
        _recorded,
    )


@reads("/bureaus/{bureau:str}/visits", action="visit.read", enter=True)
async def list_records(
    request: AnyRequest,
    work: InWork,
    bureau: Bureau,
    period: InPeriod,
    visit_state: AnyState = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response[Page[VisitRow]]:
    """Records of visits that began in a quarter, in time order."""
    seen = work.seen("visit.read")
    found = after(await list_visits(work, period, visit_state), cursor, _key)
    return paged(request, found, limit, key=_key, form=lambda one: show_cut(one, VisitRow, "visit_row", seen))


@reads("/bureaus/{bureau:str}/visits/{visit_id:uuid}", action="visit.read", enter=True)
async def get_record(
    request: AnyRequest, work: InWork, bureau: Bureau, visit_id: KeyInPath
) -> Response[dict[str, Any]]:
    """One record whole, with its findings; `sha256` is the hash over the canonical form of `record`."""
    return tagged(request, (await read_visit(work, visit_id)).as_dict())


@acts("/bureaus/{bureau:str}/visits/{visit_id:uuid}/review", action="visit.review")
async def review(
    request: AnyRequest, once: InOnce, bureau: Bureau, visit_id: KeyInPath, data: JSONBody[Review]
) -> Response[VisitRow]:
    """Accept a record, or return it; not by the one who wrote it.

    With `If-Match`, only while the record is the one that was read: 409 otherwise.
    """

    async def act(work: Work) -> VisitFile:
        await _same(request, work, visit_id)
        return await review_visit(work, visit_id, accept=data.accept, note=data.note)

    return await once.run(act, _reviewed)


@acts("/bureaus/{bureau:str}/visits/{visit_id:uuid}/amendment", action="visit.amend")
async def amend_record(
    request: AnyRequest, once: InOnce, bureau: Bureau, visit_id: KeyInPath, data: JSONBody[Amendment]
) -> Response[VisitRow]:
    """Take an accepted record back to its team for a new version; the old one stays, with the reason.

    With `If-Match`, only while the record is the one that was read: 409 otherwise.
    """

    async def act(work: Work) -> VisitFile:
        await _same(request, work, visit_id)
        return await amend_visit(work, visit_id, data.why)

    return await once.run(act, _reviewed)


@acts("/bureaus/{bureau:str}/visits/{visit_id:uuid}/findings/{n:int}", action="visit.follow", status_code=200)
async def follow_up(
    request: AnyRequest,
    once: InOnce,
    bureau: Bureau,
    visit_id: KeyInPath,
    n: Number,
    data: JSONBody[FollowUp],
) -> Response[FindingOut]:
    """Note that a problem was found corrected on a day, or the number of the case it led to, or both.

    With `If-Match`, only while the record is the one that was read: 409 otherwise.
    """

    async def act(work: Work) -> Finding:
        await _same(request, work, visit_id)
        if data.corrected is not None:
            found = await note_corrected(work, visit_id, n, data.corrected)
        if data.case or data.corrected is None:
            found = await link_case(work, visit_id, n, data.case)
        return found

    return await once.run(act, lambda done: show(done, FindingOut))


async def _same(request: AnyRequest, work: Work, visit_id: UUID) -> None:
    if "if-match" in request.headers:
        require_match(request, (await read_visit(work, visit_id)).as_dict())


def _key(visit: Visit) -> str:
    return str(visit.id)


def _recorded(done: Recorded) -> RecordedOut:
    return show(done, RecordedOut)


def _reviewed(file: VisitFile) -> VisitRow:
    return show(file.visit, VisitRow)


routes = [record, record_other, list_records, get_record, review, amend_record, follow_up]
