"""Programs of the province at the desk: which may read for this bureau, until when, who let them in."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from services.desk.forms import day_of, words_of
from services.usecases.allow_client import LONGEST, NewClient, allow_client, clients, end_client
from services.views.desk import here
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
CLIENTS = "/desk/people/clients"


@get(CLIENTS, action="client.read")
async def show(request: AnyRequest, work: InWork) -> Template:
    """Registrations, ended ones included; the administrator also gets the form."""
    return await _page(request, work)


@post(CLIENTS, action="client.allow", status_code=200)
async def allow(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Lets a program in; a refusal brings the form back as it was typed."""
    try:
        order = NewClient(
            client=words_of(data, "client"),
            name=words_of(data, "name"),
            until=day_of(data, "until", "最后一天"),
            subject=words_of(data, "account"),
        )
        await allow_client(work, order)
    except Problem as problem:
        return await _refused(request, work, problem, data)
    return Redirect(CLIENTS, status_code=303)


@post(f"{CLIENTS}/{{client:uuid}}/end", action="client.allow", status_code=200)
async def end(request: AnyRequest, work: InWork, client: FromPath[UUID]) -> Template | Redirect:
    """Ends a registration; it is gone with the program's next request."""
    try:
        await end_client(work, client)
    except Problem as problem:
        return await _refused(request, work, problem, {})
    return Redirect(CLIENTS, status_code=303)


async def _refused(request: AnyRequest, work: Work, problem: Problem, data: dict[str, str]) -> Template:
    if problem.kind not in ("invalid", "conflict"):
        raise problem
    return await _page(request, work, status=422, problem=problem.as_dict(language(request)), data=data)


async def _page(request: AnyRequest, work: Work, *, status: int = 200, **found: Any) -> Template:
    context = {"problem": None, "data": {}} | found
    return page(
        request,
        "desk/clients.html",
        status=status,
        here=await here(work),
        clients=await clients(work),
        today=work.today,
        latest=work.today + LONGEST,
        **context,
    )


routes = [show, allow, end]
