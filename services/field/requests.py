"""An officer's own requests for visits no draw chose, and the record of such a visit."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, get, post
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Missing, Problem
from policies.visiting.visit_errors import RecordRefused
from policies.visiting.visits import RESULTS
from services.ruling.ruleset import rules_for
from services.usecases.ask_visit import ask_visit, own_requests
from services.usecases.record_other_visit import record_other_visit
from services.views.desk import here
from services.views.record_form import form_of, many_of, text_of
from services.views.visit_requests import asked_of, asking, request_faces
from services.visiting.approval import Backing
from services.visiting.kinds import TYPES
from services.visiting.task_form import form_by
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work
from tenants.records import VisitType
from tenants.request_rows import VisitRequest

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, Any]]
REQUESTS, VISIT = "/field/requests", "/field/requests/visit"


@get(REQUESTS, action="request.own")
async def mine(request: AnyRequest, work: InWork) -> Template:
    """What the officer asked for or is named in, and the form to ask with."""
    return await _list(request, work)


@post(REQUESTS, action="request.ask", status_code=200)
async def ask(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Asks; a refusal brings the form back as it was typed."""
    try:
        await ask_visit(work, asked_of(data))
    except Problem as problem:
        if problem.kind != "invalid" and not isinstance(problem, Missing):
            raise
        told = problem.as_dict(language(request))
        return await _list(request, work, status=422, problem=told, data=data)
    return Redirect(REQUESTS, status_code=303)


@get(VISIT, action="request.own")
async def visit(request: AnyRequest, work: InWork, asked: FromQuery[str] = "") -> Template:
    """The record of an approved visit, or, without one, of a visit that could not wait."""
    return await _form(request, work, await _approved(work, asked))


@post(VISIT, action="visit.record", status_code=200)
async def record(
    request: AnyRequest, work: InWork, data: Form, asked: FromQuery[str] = ""
) -> Template | Redirect:
    """Keeps the record; what is refused comes back with everything that was typed."""
    approved = await _approved(work, asked)
    backing = (
        Backing(approved.id)
        if approved
        else Backing(None, text_of(data, "urgent"), text_of(data, "matter"), text_of(data, "source"))
    )
    kind, code = (
        (approved.visit_type, approved.site_code)
        if approved
        else (text_of(data, "visit_type"), text_of(data, "site_code"))
    )
    try:
        await record_other_visit(work, code, _kind(kind), form_of(_people(data)), backing)
    except Problem as problem:
        if problem.kind != "invalid" and not isinstance(problem, Missing):
            raise
        return await _form(
            request, work, approved, status=422, data=data, problem=problem.as_dict(language(request))
        )
    return Redirect(REQUESTS, status_code=303)


def _kind(text: str) -> VisitType:
    for known in TYPES:
        if known == text:
            return known
    raise RecordRefused(text, need=f"检查类型为其中之一：{'、'.join(TYPES)}")


def _people(data: Mapping[str, Any]) -> dict[str, Any]:
    return {**data, "present": tuple(one for one in many_of(data, "present") if one)}


async def _approved(work: Work, asked: str) -> VisitRequest | None:
    """The request named in the address, of those the officer asked for or is named in. Raises Missing."""
    if not asked:
        return None
    for one in await own_requests(work):
        if str(one.id) == asked and one.state == "approved" and one.urgent_why is None:
            return one
    raise Missing(asked[:40], what="检查申请")


async def _list(request: AnyRequest, work: Work, *, status: int = 200, **found: Any) -> Template:
    context = {"problem": None, "data": {}} | found
    return page(
        request,
        "field/requests.html",
        status=status,
        here=await here(work),
        faces=await request_faces(work, await own_requests(work)),
        form=await asking(work),
        **context,
    )


async def _form(
    request: AnyRequest, work: Work, approved: VisitRequest | None, *, status: int = 200, **found: Any
) -> Template:
    rules = await rules_for(work, work.scope.bureau, on=work.today)
    context: dict[str, Any] = {"problem": None, "data": {}} | found
    offered = await asking(work)
    people = [one for one in offered["people"] if approved is None or one.certificate in approved.officers]
    return page(
        request,
        "field/request_visit.html",
        status=status,
        here=await here(work),
        face=(await request_faces(work, [approved]))[0] if approved else None,
        form=form_by(rules),
        kinds=offered["kinds"],
        limits=offered["limits"],
        people=people,
        days=rules.integer("visit.urgent_days"),
        results=RESULTS,
        **context,
    )


routes = [mine, ask, visit, record]
