"""Waivers that bureaus below ask for: the first hand proposes, the head approves."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from services.usecases.decide_waiver import (
    Opinion,
    approve_waiver,
    asked_of_us,
    propose_waiver,
    refuse_waiver,
    waiver_text,
)
from services.usecases.waiver_errors import BadWaiver, WaiverHand, WaiverOver
from services.usecases.withdraw_waiver import withdraw_waiver
from services.views.desk import here
from services.views.waivers import waiver_faces
from services.visiting.public_words import NotForPublic
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
WAIVERS = "/city/waivers"
# Refusals before anything was written: the page says them.
TOLD = (BadWaiver, NotForPublic, WaiverHand, WaiverOver)


@get(WAIVERS, action="waiver.read")
async def show(request: AnyRequest, work: InWork) -> Template:
    """What bureaus below asked of this one, and what became of it."""
    return await _page(request, work)


@post(f"{WAIVERS}/{{waiver:uuid}}/propose", action="waiver.propose", status_code=200)
async def propose(
    request: AnyRequest, work: InWork, waiver: FromPath[UUID], data: Form
) -> Template | Redirect:
    """The first hand is for it, perhaps for fewer days."""
    try:
        since, until = _day(data, "since"), _day(data, "until")
        await propose_waiver(work, waiver, Opinion(_words(data, "opinion"), since, until))
    except TOLD as problem:
        return await _refused(request, work, problem)
    return Redirect(WAIVERS, status_code=303)


@post(f"{WAIVERS}/{{waiver:uuid}}/refuse", action="waiver.refuse", status_code=200)
async def refuse(
    request: AnyRequest, work: InWork, waiver: FromPath[UUID], data: Form
) -> Template | Redirect:
    """Refuses it, with a reason the bureau reads."""
    try:
        await refuse_waiver(work, waiver, _words(data, "why"))
    except TOLD as problem:
        return await _refused(request, work, problem)
    return Redirect(WAIVERS, status_code=303)


@post(f"{WAIVERS}/{{waiver:uuid}}/approve", action="waiver.approve", status_code=200)
async def approve(
    request: AnyRequest, work: InWork, waiver: FromPath[UUID], data: Form
) -> Template | Redirect:
    """The second hand grants what was read; it is public at once."""
    try:
        await approve_waiver(work, waiver, _words(data, "waiver") or "—")
    except TOLD as problem:
        return await _refused(request, work, problem)
    return Redirect(WAIVERS, status_code=303)


@post(f"{WAIVERS}/{{waiver:uuid}}/withdraw", action="waiver.withdraw", status_code=200)
async def withdraw(
    request: AnyRequest, work: InWork, waiver: FromPath[UUID], data: Form
) -> Template | Redirect:
    """Withdraws a granted one, in public; the roles that stand on it end at once."""
    try:
        await withdraw_waiver(work, waiver, _words(data, "why"))
    except TOLD as problem:
        return await _refused(request, work, problem)
    return Redirect(WAIVERS, status_code=303)


def _words(data: dict[str, str], name: str) -> str:
    return str(data.get(name, "")).replace("\x00", "").replace("\r\n", "\n").strip()


def _day(data: dict[str, str], name: str) -> date | None:
    text = _words(data, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadWaiver(text[:20], need="日期，如 2026-01-01") from None


async def _refused(request: AnyRequest, work: Work, problem: Problem) -> Template:
    return await _page(request, work, status=422, problem=problem.as_dict(language(request)))


async def _page(request: AnyRequest, work: Work, *, status: int = 200, **found: Any) -> Template:
    where = await here(work)
    return page(
        request,
        "city/waivers.html",
        status=status,
        here=where,
        waivers=waiver_faces(await asked_of_us(work), where.names, work.today),
        text=waiver_text,
        me=work.principal.subject,
        **{"problem": None} | found,
    )


routes = [show, propose, refuse, approve, withdraw]
