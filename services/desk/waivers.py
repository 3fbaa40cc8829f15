"""Waivers of duties at the desk: a bureau too small asks, sees what became of it, gives it up."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from policies.waivers import PAIRS, latest
from services.desk.forms import day_of, words_of
from services.ruling.rule_choice_errors import FieldMissing
from services.usecases.ask_waiver import WaiverOrder, ask_waiver, candidates, drop_waiver, own_waivers
from services.usecases.waiver_errors import BadWaiver, NoSuperior
from services.usecases.withdraw_waiver import withdraw_waiver
from services.views.desk import here
from services.views.waivers import waiver_faces
from services.visiting.public_words import NotForPublic
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
WAIVERS = "/desk/waivers"
# Refusals before anything was written: the page says them.
TOLD = (BadWaiver, NoSuperior, FieldMissing, NotForPublic)


@get(WAIVERS, action="waiver.read")
async def show(request: AnyRequest, work: InWork) -> Template:
    """What the bureau asked for and what became of it; heads and administrators also get the form."""
    return await _page(request, work)


@post(WAIVERS, action="waiver.ask", status_code=200)
async def ask(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Asks the superior; a refusal brings the form back as it was typed."""
    try:
        await ask_waiver(work, _order(data))
    except TOLD as problem:
        return await _refused(request, work, problem, data)
    return Redirect(WAIVERS, status_code=303)


@post(f"{WAIVERS}/{{waiver:uuid}}/drop", action="waiver.drop", status_code=200)
async def drop(request: AnyRequest, work: InWork, waiver: FromPath[UUID], data: Form) -> Template | Redirect:
    """Takes a request back."""
    try:
        await drop_waiver(work, waiver, words_of(data, "why"))
    except TOLD as problem:
        return await _refused(request, work, problem, {})
    return Redirect(WAIVERS, status_code=303)


@post(f"{WAIVERS}/{{waiver:uuid}}/withdraw", action="waiver.withdraw", status_code=200)
async def give_up(
    request: AnyRequest, work: InWork, waiver: FromPath[UUID], data: Form
) -> Template | Redirect:
    """Gives a waiver up; the roles that stand on it end at once."""
    try:
        await withdraw_waiver(work, waiver, words_of(data, "why"))
    except TOLD as problem:
        return await _refused(request, work, problem, {})
    return Redirect(WAIVERS, status_code=303)


def _order(data: dict[str, str]) -> WaiverOrder:
    return WaiverOrder(
        subject=words_of(data, "subject"),
        pairs=tuple(pair for pair in PAIRS if data.get(f"pair-{pair}")),
        since=day_of(data, "since", "第一天"),
        until=day_of(data, "until", "最后一天"),
        reason=words_of(data, "reason"),
        staff=_number(words_of(data, "staff")),
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise FieldMissing(text[:20], field="现有人数", need="1 至 9999 的整数")
    return int(text)


async def _refused(request: AnyRequest, work: Work, problem: Problem, data: dict[str, str]) -> Template:
    return await _page(request, work, status=422, problem=problem.as_dict(language(request)), data=data)


async def _page(request: AnyRequest, work: Work, *, status: int = 200, **found: Any) -> Template:
    where = await here(work)
    return page(
        request,
        "desk/waivers.html",
        status=status,
        here=where,
        waivers=waiver_faces(await own_waivers(work), where.names, work.today),
        people=await candidates(work),
        pairs=PAIRS,
        today=work.today,
        latest=latest(work.today),
        **{"problem": None, "data": {}} | found,
    )


routes = [show, ask, drop, give_up]
