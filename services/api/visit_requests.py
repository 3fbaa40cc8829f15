"""Requests for visits that no draw chose: asked beforehand, decided by somebody else."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from policies.visiting.requests import Asked
from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.pages import Page, moment_key, paged
from services.api.types import NO_NUL, Body, Bureau, Code, Cursor, KeyInPath, Limit, Out, show
from services.usecases.ask_visit import ask_visit, drop_request, own_requests, requests_of
from services.usecases.decide_visit_request import decide_request
from services.web.depends import InWork
from tenants.request_rows import VisitRequest

AnyRequest = Request[Any, Any, Any]
State = Literal["asked", "approved", "refused", "dropped"]
Kind = Literal["special", "case", "followup", "complaint", "revisit"]
Line = Annotated[str, Meta(min_length=1, max_length=500, pattern=NO_NUL)]
HOME = "/bureaus/{bureau:str}/visit-requests"


class VisitRequestBody(Body):
    """Where, why, who goes (certificates), and on which days; `source`: number of the complaint or case."""

    visit_type: Kind
    site_code: Annotated[str, Meta(max_length=64)]
    matter: Line
    officers: Annotated[tuple[Annotated[str, Meta(max_length=64)], ...], Meta(max_length=20)]
    since: date
    until: date
    source: Annotated[str, Meta(max_length=100, pattern=NO_NUL)] = ""


class DecisionBody(Body):
    """Approved, or refused with a reason."""

    approve: bool
    why: Annotated[str, Meta(max_length=500, pattern=NO_NUL)] = ""


class DropBody(Body):
    """Why it is taken back."""

    why: Line


class VisitRequestOut(Out):
    """A request. `urgent_why`: of one filed after the visit, to be decided by `file_by`.
    `visit_id`: the record made of it.
    """

    bureau: Code
    id: UUID
    visit_type: str
    site_code: str
    matter: str
    source: str
    officers: tuple[str, ...]
    since: date
    until: date
    state: str
    asked_by: str
    asked_at: datetime
    urgent_why: str | None
    file_by: date | None
    decided_by: str | None
    decided_at: datetime | None
    decided_why: str | None
    dropped_at: datetime | None
    dropped_why: str | None
    visit_id: UUID | None


@reads(HOME, action="request.read")
async def list_visit_requests(
    request: AnyRequest,
    work: InWork,
    bureau: Bureau,
    request_state: Annotated[State | None, QueryParameter()] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response[Page[VisitRequestOut]]:
    """Requests of the bureau, the latest first."""
    found = await requests_of(work, state=request_state or "", after=moment_key(cursor))
    return paged(request, found, limit, key=_key, form=_out)


@reads("/bureaus/{bureau:str}/my-visit-requests", action="request.own")
async def list_own_visit_requests(work: InWork, bureau: Bureau) -> list[VisitRequestOut]:
    """Requests the officer asked for or is named in, the latest 200."""
    return [_out(one) for one in await own_requests(work)]


@acts(HOME, action="request.ask")
async def ask_for_visit(
    once: InOnce, bureau: Bureau, data: JSONBody[VisitRequestBody]
) -> Response[VisitRequestOut]:
    """Ask for a visit; it may be made once somebody else approved it."""
    days = (data.since, data.until)
    asked = Asked(data.visit_type, data.site_code, data.matter, data.source, tuple(data.officers), *days)
    return await once.run(lambda work: ask_visit(work, asked), _out)


@acts(f"{HOME}/{{asked:uuid}}/decision", action="request.decide")
async def decide_on_visit(
    once: InOnce, bureau: Bureau, asked: KeyInPath, data: JSONBody[DecisionBody]
) -> Response[VisitRequestOut]:
    """Approve or refuse; neither by who asked nor by who goes."""
    return await once.run(lambda work: decide_request(work, asked, approve=data.approve, why=data.why), _out)


@acts(f"{HOME}/{{asked:uuid}}/drop", action="request.drop")
async def take_back_visit_request(
    once: InOnce, bureau: Bureau, asked: KeyInPath, data: JSONBody[DropBody]
) -> Response[VisitRequestOut]:
    """Take a request back before a visit is made of it."""
    return await once.run(lambda work: drop_request(work, asked, data.why), _out)


def _key(row: VisitRequest) -> str:
    return f"{row.asked_at.isoformat()} {row.id}"


def _out(row: VisitRequest) -> VisitRequestOut:
    return show(row, VisitRequestOut)


routes = [
    list_visit_requests,
    list_own_visit_requests,
    ask_for_visit,
    decide_on_visit,
    take_back_visit_request,
]
