"""What came in from other systems: what waits, the newest fetches, one button each to fetch and to decide."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from policies.planning.platform import is_external
from services.connectors.profiles import incoming
from services.desk.exchange import reasons_of
from services.desk.forms import words_of
from services.desk.platform import ListForm, list_page, refused_list
from services.ruling.plans import subjects_of
from services.usecases.decide_inbound import drop_inbound, inbound_of, read_again, roster_file
from services.usecases.fetch_inbound import fetch_now
from services.usecases.use_inbound_list import compare_inbound, take_inbound
from services.views.desk import here
from services.views.periods import next_period, period_of
from services.web.depends import InApp, InWork
from services.web.errors import BadRequest
from services.web.pages import language, page
from services.web.state import principal_of
from tenants.stores import draws

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, Any]]
HOME = "/desk/exchange/inbound"
ONE = HOME + "/files/{inbound:uuid}"
DRAWN = ("drawn", "opened")


@get(HOME, action="inbound.read", read_only=True)
async def show(request: AnyRequest, work: InWork) -> Template:
    """Every connection by which files come in, what waits, and the newest files."""
    found, lang, now = await inbound_of(work), language(request), period_of(work.today)
    codes = {one.problem for one in found.last.values() if one.problem}
    recent = await draws.recent(work.db, work.scope, work.scope.bureau, 20)
    return page(
        request,
        "desk/inbound.html",
        here=await here(work),
        found=found,
        systems=incoming(),
        standing={one.profile: one for one in found.connections},
        waiting={one.id for one in found.waiting()},
        reasons=reasons_of(codes, lang),
        lang=lang,
        draws=[one for one in recent if one.state in DRAWN],
        is_external=is_external,
        periods=(next_period(now), now),
        subjects=await subjects_of(work, work.scope.bureau),
    )


@post(HOME + "/{connection:uuid}/fetch", action="inbound.fetch", status_code=303)
async def fetch(request: AnyRequest, app: InApp, connection: FromPath[UUID]) -> Redirect:
    """Fetches what is new at once."""
    await fetch_now(app, principal_of(request), connection)
    return Redirect(HOME, status_code=303)


@post(ONE + "/again", action="inbound.fetch", status_code=303)
async def again(work: InWork, inbound: FromPath[UUID]) -> Redirect:
    """Reads a file once more, by the columns as they are set now."""
    await read_again(work, inbound)
    return Redirect(HOME, status_code=303)


@post(ONE + "/drop", action="inbound.fetch", status_code=303)
async def drop(work: InWork, inbound: FromPath[UUID]) -> Redirect:
    """Uses nothing of a file."""
    await drop_inbound(work, inbound)
    return Redirect(HOME, status_code=303)


@get(ONE, action="site.import")
async def file(work: InWork, inbound: FromPath[UUID]) -> Response[bytes]:
    """A roster as it came in."""
    row, data = await roster_file(work, inbound)
    headers = {"content-disposition": f'attachment; filename="{row.key}"'}
    return Response(data, media_type="application/octet-stream", headers=headers)


@post(ONE + "/comparison", action="draw.compare", status_code=200)
async def compare(request: AnyRequest, work: InWork, inbound: FromPath[UUID], data: Form) -> Template:
    """Compares a list with a draw; what differs is named to the dispatcher only."""
    draw_no = _number(words_of(data, "draw_no"))
    try:
        compared = await compare_inbound(work, inbound, draw_no)
    except Problem as problem:
        return await refused_list(request, work, draw_no, ListForm(), problem)
    return await list_page(request, work, draw_no, ListForm(), compared=compared)


@post(ONE + "/taking", action="draw.take_in", status_code=200)
async def take(request: AnyRequest, work: InWork, inbound: FromPath[UUID], data: Form) -> Template:
    """Takes a list over as a draw, whole or not at all."""
    form = ListForm(period=words_of(data, "period"), subject=words_of(data, "subject"))
    try:
        taken = await take_inbound(work, inbound, form.subject or work.scope.bureau, form.period)
    except Problem as problem:
        return await refused_list(request, work, None, form, problem)
    return await list_page(request, work, None, form, taken=taken)


def _number(text: str) -> int:
    if not text.isascii() or not text.removeprefix("-").isdigit() or len(text) > 9:
        raise BadRequest(text[:40], wanted="draw_no")
    return int(text)


routes = [show, fetch, again, drop, file, compare, take]
