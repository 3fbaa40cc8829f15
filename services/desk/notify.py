"""Channels of notification at the desk: set up by the administrator; the log of messages; the own choice."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Missing, Problem
from services.desk.forms import words_of
from services.notify.errors import OF_CODE
from services.usecases.keep_channel import end_channel, keep_channel
from services.usecases.message_log import message_log, send_again, send_test
from services.usecases.my_notices import NewChoice, keep_my_notices, my_notices
from services.views.desk import here
from services.views.notify import channel_board, channel_order
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work
from tenants.notify_rows import MessageState

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, Any]]
NOTIFY, MESSAGES, MINE = "/desk/notify", "/desk/notify/messages", "/desk/my/notify"
STATES: dict[str, MessageState | None] = {"": None, "waiting": "waiting", "sent": "sent", "dead": "dead"}


@get(NOTIFY, action="notify.read")
async def show(request: AnyRequest, work: InWork) -> Template:
    """The channels; the administrator also gets the forms."""
    return await _channels(request, work)


@post(NOTIFY, action="notify.manage", status_code=200)
async def keep(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Sets a channel up or changes it; a refusal brings the form back as it was typed, secrets aside."""
    try:
        await keep_channel(work, channel_order(data))
    except Problem as problem:
        return await _refused(request, work, problem, data)
    return Redirect(f"{NOTIFY}#{words_of(data, 'kind')}", status_code=303)


@post(f"{NOTIFY}/{{channel:uuid}}/end", action="notify.manage", status_code=303)
async def end(work: InWork, channel: FromPath[UUID]) -> Redirect:
    """Ends a channel."""
    await end_channel(work, channel)
    return Redirect(NOTIFY, status_code=303)


@post(f"{NOTIFY}/{{channel:uuid}}/test", action="notify.send", status_code=200)
async def test(request: AnyRequest, work: InWork, channel: FromPath[UUID]) -> Template | Redirect:
    """Sends a test message; the log shows what became of it."""
    try:
        await send_test(work, channel)
    except Problem as problem:
        return await _refused(request, work, problem, {})
    return Redirect(MESSAGES, status_code=303)


@get(MESSAGES, action="notify.read")
async def messages(
    request: AnyRequest, work: InWork, after: FromQuery[str] = "", status: FromQuery[str] = ""
) -> Template:
    """What was sent, what waits, what was given up."""
    if status not in STATES:
        raise Missing(status[:20], what="页面")
    found = await message_log(work, after, STATES[status])
    lang = language(request)
    codes = {one.message.last_error for one in found.sent} | {
        attempt.outcome for one in found.sent for attempt in one.attempts
    }
    problems = {code: OF_CODE[code]("—", host="—").wording(lang) for code in codes if code in OF_CODE}
    return page(
        request,
        "desk/messages.html",
        here=await here(work),
        log=found,
        state=status,
        problems=problems,
    )


@post(f"{MESSAGES}/{{message:uuid}}/again", action="notify.send", status_code=303)
async def again(work: InWork, message: FromPath[UUID]) -> Redirect:
    """Sends a message that was given up once more."""
    await send_again(work, message)
    return Redirect(MESSAGES, status_code=303)


@get(MINE, action="notify.own", read_only=True)
async def mine(request: AnyRequest, work: InWork) -> Template:
    """The own choice."""
    return await _mine(request, work)


@post(MINE, action="notify.own", status_code=200)
async def choose(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Keeps the own choice; a refusal brings the form back as it was typed."""
    forget = tuple(kind for kind in ("mail", "sms") if data.get(f"forget_{kind}"))
    events = {name[6:]: str(way) for name, way in data.items() if name.startswith("event.")}
    order = NewChoice(words_of(data, "mail"), words_of(data, "mobile"), forget, events)
    try:
        await keep_my_notices(work, order)
    except Problem as problem:
        if problem.kind != "invalid":
            raise
        told = problem.as_dict(language(request))
        return await _mine(request, work, status=422, problem=told, data=data)
    return Redirect(f"{MINE}?kept=1", status_code=303)


async def _refused(request: AnyRequest, work: Work, problem: Problem, data: dict[str, Any]) -> Template:
    if problem.kind not in ("invalid", "conflict", "failed"):
        raise problem
    return await _channels(request, work, status=422, problem=problem.as_dict(language(request)), data=data)


async def _channels(request: AnyRequest, work: Work, *, status: int = 200, **found: Any) -> Template:
    context = {"problem": None, "data": {}} | found
    board = await channel_board(work)
    return page(request, "desk/notify.html", status=status, here=await here(work), board=board, **context)


async def _mine(request: AnyRequest, work: Work, *, status: int = 200, **found: Any) -> Template:
    context: dict[str, Any] = {"problem": None, "data": {}}
    context |= {"kept": request.query_params.get("kept") == "1"} | found
    shown = await my_notices(work)
    return page(request, "desk/my_notify.html", status=status, here=await here(work), mine=shown, **context)


routes = [show, keep, end, test, messages, again, mine, choose]
