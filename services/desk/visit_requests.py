"""Requests for visits no draw chose, at the desk: asked, decided by somebody else, taken back."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Missing, Problem
from policies.visiting.requests import STATES
from services.desk.forms import words_of
from services.usecases.ask_visit import ask_visit, drop_request, requests_of
from services.usecases.decide_visit_request import decide_request
from services.views.desk import here
from services.views.visit_requests import asked_of, asking, request_faces
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, Any]]
REQUESTS = "/desk/requests"
FILTERS = ("", *STATES)


@get(REQUESTS, action="request.read")
async def show(request: AnyRequest, work: InWork, only: FromQuery[str] = "") -> Template:
    """The latest requests, and the form to ask with."""
    return await _page(request, work, state=only if only in FILTERS else "")


@post(REQUESTS, action="request.ask", status_code=200)
async def ask(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Asks; a refusal brings the form back as it was typed."""
    try:
        await ask_visit(work, asked_of(data))
    except Problem as problem:
        return await _refused(request, work, problem, data)
    return Redirect(REQUESTS, status_code=303)


@post(f"{REQUESTS}/{{asked:uuid}}/decision", action="request.decide", status_code=200)
async def decide(request: AnyRequest, work: InWork, asked: FromPath[UUID], data: Form) -> Template | Redirect:
    """Approves or refuses."""
    try:
        await decide_request(work, asked, approve=data.get("approve") == "yes", why=words_of(data, "why"))
    except Problem as problem:
        return await _refused(request, work, problem, {})
    return Redirect(REQUESTS, status_code=303)


@post(f"{REQUESTS}/{{asked:uuid}}/drop", action="request.drop", status_code=200)
async def drop(request: AnyRequest, work: InWork, asked: FromPath[UUID], data: Form) -> Template | Redirect:
    """Takes a request back."""
    try:
        await drop_request(work, asked, words_of(data, "why"))
    except Problem as problem:
        return await _refused(request, work, problem, {})
    return Redirect(REQUESTS, status_code=303)


async def _refused(request: AnyRequest, work: Work, problem: Problem, data: dict[str, Any]) -> Template:
    """Refusals before anything was written come back on the page; any other undoes the transaction."""
    if problem.kind != "invalid" and not (data and isinstance(problem, Missing)):
        raise problem
    return await _page(request, work, status=422, problem=problem.as_dict(language(request)), data=data)


async def _page(
    request: AnyRequest, work: Work, *, state: str = "", status: int = 200, **found: Any
) -> Template:
    rows = await requests_of(work, state=state)
    context = {"problem": None, "data": {}} | found
    return page(
        request,
        "desk/requests.html",
        status=status,
        here=await here(work),
        faces=await request_faces(work, rows),
        form=await asking(work),
        states=FILTERS,
        shown=state,
        me=work.principal.subject,
        **context,
    )


routes = [show, ask, decide, drop]
