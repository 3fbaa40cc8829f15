"""The roster of inspecting officers: imported, with leave, recusals and training entered apart."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import JSONBody, PathParameter
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.etags import tagged
from services.api.once import InOnce
from services.api.pages import Page, after, paged
from services.api.types import NO_NUL, Body, Bureau, Cursor, Day, KeyInPath, Limit, Out, show
from services.usecases.end_span import end_span
from services.usecases.enter_span import declare_recusal, enter_leave, enter_recusal
from services.usecases.own_recusals import own_recusals
from services.views.officers import OfficerFace, OfficerLine, officer_face, officers_face
from services.web.depends import InWork
from tenants.officer_rows import Span

AnyRequest = Request[Any, Any, Any]
Certificate = Annotated[str, PathParameter(max_length=64, pattern=NO_NUL, description="Certificate number.")]
Short = Annotated[str, Meta(max_length=200, pattern=NO_NUL)]
Code = Annotated[str, Meta(max_length=20, description="A reason.", examples=["family", "annual"])]


class OfficerOut(Out):
    """An officer: `lead` may lead a team, `on_post` counts in the ratio, `leave` is first and last days."""

    certificate: str
    name: str
    unit: str
    valid_until: date
    lead: bool
    on_post: bool
    leave: tuple[tuple[date, date], ...]
    recusals: tuple[str, ...]


class WorkloadOut(Out):
    """As of a day: `left` days of the certificate; `matters`: first quarter it does not last through.

    `quarters`: dispatched visits of the day's year by quarter; `year` their sum; `minutes` of training.
    """

    certificate: str
    left: int
    level: str
    matters: str
    away: bool
    quarters: tuple[int, ...]
    year: int
    minutes: int


class SpanOut(Out):
    """A leave or recusal; the reason's words stay at the desk."""

    id: UUID
    certificate: str
    kind: str
    site: str | None
    first: date
    last: date | None
    declared: bool
    at: datetime
    ended_at: datetime | None


class LeaveOrder(Body):
    """Leave, both days included. `reason`: annual, sick, study, seconded or other (with a remark)."""

    first: date
    last: date
    reason: Code
    remark: Short = ""


class RecusalOrder(Body):
    """`site`: code, credit code or whole name. `last`: day of review; it does not lapse then.

    `reason`: family, interest, former or other (with a remark).
    """

    site: Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_NUL)]
    reason: Code
    last: date | None = None
    remark: Short = ""


class EndOrder(Body):
    """Why it ends."""

    why: Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_NUL)]


@reads("/bureaus/{bureau:str}/officers", action="officer.read")
async def list_officers(
    request: AnyRequest, work: InWork, bureau: Bureau, cursor: Cursor = "", limit: Limit = 50, on: Day = None
) -> Response[Page[OfficerOut]]:
    """Officers by certificate; with `on`, as the roster was kept at the end of that day."""
    face = await officers_face(work, bureau, on)
    rows = after([line.officer for line in face.lines], cursor, lambda one: one.certificate)
    return paged(
        request, rows, limit, key=lambda one: one.certificate, form=lambda one: show(one, OfficerOut)
    )


@reads("/bureaus/{bureau:str}/officers/workload", action="officer.read")
async def list_workload(work: InWork, bureau: Bureau, on: Day = None) -> list[WorkloadOut]:
    """Certificates and work of every officer as of a day."""
    return [_load(line) for line in (await officers_face(work, bureau, on)).lines]


@reads("/bureaus/{bureau:str}/officers/{certificate:str}", action="officer.read")
async def get_officer(
    request: AnyRequest, work: InWork, bureau: Bureau, certificate: Certificate
) -> Response[OfficerOut]:
    """One officer."""
    face = await officer_face(work, bureau, certificate)
    return tagged(request, show(face.line.officer, OfficerOut))


@reads("/bureaus/{bureau:str}/officers/{certificate:str}/spans", action="officer.read")
async def list_spans(work: InWork, bureau: Bureau, certificate: Certificate) -> list[SpanOut]:
    """Leave and recusals entered or declared, newest first; those of the roster file stand in `officers`."""
    return _spans(await officer_face(work, bureau, certificate))


@acts("/bureaus/{bureau:str}/officers/{certificate:str}/leaves", action="officer.keep")
async def add_leave(
    once: InOnce, bureau: Bureau, certificate: Certificate, data: JSONBody[LeaveOrder]
) -> Response[SpanOut]:
    """Enter leave; what overlaps is refused."""
    given = (certificate, data.first, data.last, data.reason, data.remark)
    return await once.run(lambda work: enter_leave(work, *given), _span)


@acts("/bureaus/{bureau:str}/officers/{certificate:str}/recusals", action="officer.keep")
async def add_recusal(
    once: InOnce, bureau: Bureau, certificate: Certificate, data: JSONBody[RecusalOrder]
) -> Response[SpanOut]:
    """Enter a recusal from a site, from today on."""
    given = (certificate, data.site, data.last, data.reason, data.remark)
    return await once.run(lambda work: enter_recusal(work, *given), _span)


@acts("/bureaus/{bureau:str}/officers/{certificate:str}/spans/{span:uuid}/end", action="officer.keep")
async def finish_span(
    once: InOnce, bureau: Bureau, certificate: Certificate, span: KeyInPath, data: JSONBody[EndOrder]
) -> Response[SpanOut]:
    """End a leave or recusal; it stays in sight."""
    return await once.run(lambda work: end_span(work, certificate, span, data.why), _span)


@reads("/me/recusals", action="officer.declare")
async def list_own_recusals(work: InWork) -> list[SpanOut]:
    """Recusals of the caller, newest first."""
    return [_span(one) for one in (await own_recusals(work)).spans if one.kind == "recusal"]


@acts("/bureaus/{bureau:str}/own-recusals", action="officer.declare")
async def add_own_recusal(once: InOnce, bureau: Bureau, data: JSONBody[RecusalOrder]) -> Response[SpanOut]:
    """The caller, an officer of the bureau, declares a recusal."""
    given = (data.site, data.last, data.reason, data.remark)
    return await once.run(lambda work: declare_recusal(work, *given), _span)


def _load(line: OfficerLine) -> WorkloadOut:
    return WorkloadOut(
        certificate=line.officer.certificate,
        left=line.valid.left,
        level=line.valid.level,
        matters=str(line.valid.matters),
        away=line.away,
        quarters=line.quarters,
        year=line.year,
        minutes=line.minutes,
    )


def _spans(face: OfficerFace) -> list[SpanOut]:
    every = sorted((*face.leave, *face.recusals), key=lambda one: one.at, reverse=True)
    return [_span(one) for one in every]


def _span(one: Span) -> SpanOut:
    return show(one, SpanOut)


routes = [
    list_officers,
    list_workload,
    get_officer,
    list_spans,
    add_leave,
    add_recusal,
    finish_span,
    list_own_recusals,
    add_own_recusal,
]
