"""Webhooks at the desk: endpoints of other systems, the log of what was told, and telling anew."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from policies.hooking.events import EVENTS, TEST
from services.desk.forms import words_of
from services.usecases.keep_hook import (
    end_hook,
    hook_log,
    keep_hook,
    list_hooks,
    renew_secret,
    tell_again,
    try_hook,
)
from services.views.desk import here
from services.views.record_form import many_of
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work
from tenants.hook_rows import HookState

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, Any]]
HOOKS = "/desk/hooks"
STATES: tuple[HookState, ...] = ("waiting", "sent", "dead")


@get(HOOKS, action="hook.read")
async def show(request: AnyRequest, work: InWork, only: FromQuery[str] = "") -> Template:
    """Endpoints and the latest deliveries."""
    return await _page(request, work, only=only)


@post(HOOKS, action="hook.manage", status_code=200)
async def make(request: AnyRequest, work: InWork, data: Form) -> Template:
    """Enters an endpoint and shows its secret, this once."""
    try:
        made = await keep_hook(work, words_of(data, "url"), words_of(data, "words"), many_of(data, "events"))
    except Problem as problem:
        if problem.kind not in ("invalid", "denied"):
            raise
        return await _page(request, work, status=422, problem=problem.as_dict(language(request)), data=data)
    return await _page(request, work, made=made)


@post(f"{HOOKS}/{{hook:uuid}}/secret", action="hook.manage", status_code=200)
async def renew(request: AnyRequest, work: InWork, hook: FromPath[UUID]) -> Template:
    """Another secret, shown this once."""
    return await _page(request, work, made=await renew_secret(work, hook))


@post(f"{HOOKS}/{{hook:uuid}}/end", action="hook.manage", status_code=303)
async def end(work: InWork, hook: FromPath[UUID]) -> Redirect:
    """Ends an endpoint."""
    await end_hook(work, hook)
    return Redirect(HOOKS, status_code=303)


@post(f"{HOOKS}/{{hook:uuid}}/test", action="hook.send", status_code=303)
async def trial(work: InWork, hook: FromPath[UUID]) -> Redirect:
    """Sends a test event."""
    await try_hook(work, hook)
    return Redirect(HOOKS, status_code=303)


@post(f"{HOOKS}/deliveries/{{told:uuid}}/again", action="hook.send", status_code=303)
async def again(work: InWork, told: FromPath[UUID]) -> Redirect:
    """Tells a delivery anew."""
    await tell_again(work, told)
    return Redirect(HOOKS, status_code=303)


async def _page(
    request: AnyRequest, work: Work, *, only: str = "", status: int = 200, **found: Any
) -> Template:
    state = next((one for one in STATES if one == only), None)
    context = {"problem": None, "data": {}, "made": None} | found
    answer = page(
        request,
        "desk/hooks.html",
        status=status,
        here=await here(work),
        hooks=await list_hooks(work),
        log=await hook_log(work, state=state),
        events={**EVENTS, TEST.name: TEST},
        offered=EVENTS,
        states=STATES,
        only=state or "",
        **context,
    )
    if context["made"] is not None:
        answer.headers["cache-control"] = "no-store"
    return answer


routes = [show, make, renew, end, trial, again]
