"""The page of one checked file: columns, summary, take or drop, and a bar while the worker has it."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, ServerSentEvent, Template
from litestar.response.sse import ServerSentEventMessage

from policies.errors import Problem
from services.usecases.import_check import check_again, choose_columns, drop_check, get_check
from services.usecases.import_columns import layout_for
from services.usecases.import_take import take_check
from services.views.desk import here
from services.views.imports import WORKING, check_face
from services.web.depends import InApp, InWork
from services.web.keys import channel
from services.web.pages import language, page
from services.web.peers import client_of
from services.web.state import principal_of, web_of
from services.web.streams import Shown, as_event
from services.work import Work
from tenants.import_rows import ImportCheck

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
ANY = "officer.import"  # the kind's own action is asked by the use cases
ADDRESS = "/desk/import/checks/{check:uuid}"
KEEP = "-"  # a heading left as it is


@get(ADDRESS, action=ANY)
async def show(request: AnyRequest, work: InWork, check: FromPath[UUID]) -> Template:
    """Where a file is on its way, and what can be done now; the same after every reload."""
    return await _page(request, work, await get_check(work, check))


@get(ADDRESS + "/events", action=ANY)
async def events(request: AnyRequest, work: InWork, app: InApp, check: FromPath[UUID]) -> Response[Any]:
    """A server-sent event whenever the worker got further; as JSON where no stream is asked for."""
    row = await get_check(work, check)
    if "text/event-stream" not in request.headers.get("accept", ""):
        return Response(_told(row), media_type="application/json")
    who = principal_of(request)

    async def read() -> Shown:
        async with app.work(who, read_only=True) as now:
            told = _told(await get_check(now, check))
        text = json.dumps(told)
        return Shown(f"{told['state']}-{told['stage']}-{told['done']}", text, told["state"] not in WORKING)

    name = channel(work.scope.bureau, "import", str(check))
    known = request.headers.get("last-event-id", "")
    client = client_of(request, app.settings.trusted_proxies)
    followed = web_of(request).streams.follow(name, read, known=known, client=client)

    async def sent() -> AsyncIterator[ServerSentEventMessage]:
        async for shown in followed:
            yield ServerSentEventMessage(**as_event(shown))

    return ServerSentEvent(sent())


@post(ADDRESS + "/columns", action=ANY, status_code=303)
async def columns(work: InWork, check: FromPath[UUID], data: Form) -> Redirect:
    """Says what headings mean, and checks anew with it."""
    row = await get_check(work, check)
    said = {m["text"]: data.get(f"column-{i}", KEEP) for i, m in enumerate(row.columns or ())}
    open_ = {m["text"]: m for m in row.columns or ()}
    chosen = {
        text: field
        for text, field in said.items()
        if field != KEEP and (field != open_[text]["field"] or open_[text]["why"] in ("suggested", "open"))
    }
    await choose_columns(work, check, chosen)
    return _back(check)


@post(ADDRESS + "/take", action=ANY)
async def take(request: AnyRequest, work: InWork, check: FromPath[UUID]) -> Template | Redirect:
    """Takes the valid rows: what the page said, or nothing at all."""
    try:
        await take_check(work, check)
    except Problem as problem:
        if problem.kind != "conflict":
            raise
        told = problem.as_dict(language(request))
        return await _page(request, work, await get_check(work, check), problem=told)
    return _back(check)


@post(ADDRESS + "/drop", action=ANY, status_code=303)
async def drop(work: InWork, check: FromPath[UUID]) -> Redirect:
    """Takes nothing of the file."""
    await drop_check(work, check)
    return _back(check)


@post(ADDRESS + "/again", action=ANY, status_code=303)
async def again(work: InWork, check: FromPath[UUID]) -> Redirect:
    """Checks the same file by the roster of now."""
    await check_again(work, check)
    return _back(check)


async def _page(
    request: AnyRequest, work: Work, row: ImportCheck, problem: dict[str, Any] | None = None
) -> Template:
    at = check_face(row, await layout_for(work, row.kind), language(request))
    return page(
        request,
        "desk/import_check.html",
        status=409 if problem else 200,
        here=await here(work),
        at=at,
        problem=problem or at.problem,
        over=row.expires_at <= work.now,
    )


def _told(row: ImportCheck) -> dict[str, Any]:
    return {"state": row.state, "stage": row.stage, "done": row.done, "total": row.total}


def _back(check: UUID) -> Redirect:
    return Redirect(f"/desk/import/checks/{check}", status_code=303)


routes = [show, events, columns, take, drop, again]
