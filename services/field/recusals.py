"""An officer's own recusals: what stands, and the form to declare one more."""

from datetime import date
from typing import Any

from litestar import Request, get, post
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from policies.roster.officer_days import RECUSAL_REASONS
from services.usecases.enter_span import declare_recusal
from services.usecases.own_recusals import own_recusals
from services.views.desk import here
from services.web.depends import InWork
from services.web.errors import BadRequest
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@get("/field/recusals", action="officer.declare")
async def mine(request: AnyRequest, work: InWork) -> Template:
    """Everything that stands or stood for the officer of the login."""
    return await _page(request, work)


@post("/field/recusals", action="officer.declare", status_code=303)
async def declare(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Declares one; what is refused comes back with everything that was typed."""
    last = data.get("last", "")
    try:
        day = date_of(last) if last else None
        await declare_recusal(work, data.get("site", ""), day, data.get("reason", ""), data.get("remark", ""))
    except Problem as problem:
        if problem.code not in ("NoOneSite", "RecusalStands", "BadSpan"):
            raise
        status = 409 if problem.kind == "conflict" else 422
        told = problem.as_dict(language(request))
        return await _page(request, work, status=status, given=data, problem=told)
    return Redirect("/field/recusals", status_code=303)


async def _page(request: AnyRequest, work: Work, *, status: int = 200, **found: Any) -> Template:
    context = {"given": {}, "problem": None} | found
    own = await own_recusals(work)
    return page(
        request,
        "field/recusals.html",
        status=status,
        here=await here(work),
        own=own,
        reasons=RECUSAL_REASONS,
        today=work.today,
        **context,
    )


def date_of(text: str) -> date:
    """A day of a form. Raises BadRequest."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest(text[:20], wanted="last: 2026-12-31") from None


routes = [mine, declare]
