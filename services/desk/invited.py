"""The invited witness's own pages: a link, six digits, then one draw in numbers. No login, no staff cookie.

The browser holds a random number in a cookie of its own that is sent to these pages only; Redis holds under
its digest which invitation it entered by. The invitation itself is asked for at every request.
"""

import hashlib
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, ServerSentEvent, Template
from litestar.response.sse import ServerSentEventMessage

from policies.errors import Missing, Problem
from services.drawing.witness_errors import NoInvitation
from services.usecases.confirm_minutes import confirm_invited, minutes_for_invited
from services.usecases.witness_invited import (
    Pass,
    call_invited,
    commit_invited,
    enter_by_code,
    look_at,
    principal_of_pass,
    reveal_invited,
    see_draw,
)
from services.views.bureaus import names_of
from services.views.ceremony import steps_of
from services.views.live import live_of
from services.web.errors import BadRequest
from services.web.keys import channel, tenant_key
from services.web.pages import language, page
from services.web.peers import client_of
from services.web.state import web_of
from services.web.streams import Shown, as_event
from services.work import Work
from tenants.stores import bureaus

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
HOME, COOKIE, SECONDS = "/w", "witness", 8 * 60 * 60
_CODE, _HEX = re.compile(r"[0-9]{6}"), re.compile(r"(?:[0-9a-f]{2})*")


@get("/w/{bureau:str}/{token:str}", action="witness.enter")
async def knock(request: AnyRequest, bureau: FromPath[str], token: FromPath[str]) -> Template:
    """The link: asks for the six digits, and tells nothing of the draw."""
    await look_at(web_of(request).app, _code(bureau), token)
    return page(request, "invited/enter.html", problem=None)


@post("/w/{bureau:str}/{token:str}", action="witness.enter", status_code=200)
async def enter(
    request: AnyRequest, bureau: FromPath[str], token: FromPath[str], data: Form
) -> Template | Redirect:
    """Checks the digits; wrong ones are counted."""
    app, typed = web_of(request).app, "".join(data.get("code", "").split())
    try:
        held = await enter_by_code(app, _code(bureau), token, typed if _CODE.fullmatch(typed) else "")
    except Problem as problem:
        if problem.kind == "missing":
            raise
        told = problem.as_dict(language(request))
        return page(request, "invited/enter.html", status=403, problem=told)
    number = secrets.token_urlsafe(32)
    value = f"{held.draw_no}.{held.n}"
    await app.redis.set(_key(held.bureau, number), value, ex=SECONDS)
    return Redirect(HOME, status_code=303, cookies=[_cookie(request, f"{held.bureau}.{number}", SECONDS)])


@get(HOME, action="witness.enter")
async def show(request: AnyRequest) -> Template:
    """The draw in numbers, and what is the witness's turn to do."""
    return await _page(request)


@post("/w/commit", action="witness.enter", status_code=200)
async def commit(request: AnyRequest, data: Form) -> Template | Redirect:
    """Commitment, sealed copy and the device's key, as the page's script or the command line made them."""
    c, copy, key = (data.get(name, "").strip().lower() for name in ("c", "copy", "device_key"))

    async def act(work: Work, held: Pass) -> None:
        sight = await see_draw(work, held)
        suite = _number(data.get("suite", "")) or sight.suite
        await commit_invited(work, held, c[:100], _bytes(copy), suite, key)

    return await _acted(request, act)


@post("/w/beacon", action="witness.enter", status_code=200)
async def call(request: AnyRequest, data: Form) -> Template | Redirect:
    """The digits that were called aloud."""
    digits = "".join(data.get("digits", "").split())[:100]

    async def act(work: Work, held: Pass) -> None:
        await call_invited(work, held, digits)

    return await _acted(request, act)


@post("/w/secret", action="witness.enter", status_code=200)
async def reveal(request: AnyRequest, data: Form) -> Template | Redirect:
    """The secret, with the digits called where they are the beacon."""
    digits = "".join(data.get("digits", "").split())[:100] or None
    key = _bytes(data.get("key", "").strip().lower())

    async def act(work: Work, held: Pass) -> None:
        await reveal_invited(work, held, key, digits)

    return await _acted(request, act)


@post("/w/minutes", action="witness.enter", status_code=200)
async def confirm(request: AnyRequest, data: Form) -> Template | Redirect:
    """The witness stands by the minutes, with the device's signature."""
    h, sig = data.get("h", "")[:64], data.get("sig", "")[:200]

    async def act(work: Work, held: Pass) -> None:
        await confirm_invited(work, held, h, sig)

    return await _acted(request, act)


@post("/w/leave", action="witness.enter", status_code=303)
async def leave(request: AnyRequest) -> Redirect:
    """Forgets the entry in this browser; the secret stays on the device."""
    bureau, _, number = _entry(request).partition(".")
    if number and _is_code(bureau):
        await web_of(request).app.redis.delete(_key(bureau, number))
    return Redirect("/", status_code=303, cookies=[_cookie(request, "", 0)])


async def _acted(request: AnyRequest, act: Any) -> Template | Redirect:
    """One act in one transaction; a refusal comes back on the page with what is the case now."""
    try:
        async with _inside(request) as (work, held):
            await act(work, held)
    except Problem as problem:
        if isinstance(problem, NoInvitation) or problem.kind in ("failed", "unavailable"):
            raise
        told = problem.as_dict(language(request))
        return await _page(request, status=422, problem=told)
    return Redirect(HOME, status_code=303)


async def _page(request: AnyRequest, status: int = 200, problem: Any = None) -> Template:
    async with _inside(request) as (work, held):
        sight = await see_draw(work, held)
        found = await minutes_for_invited(work, held)
        names = names_of(await bureaus.all_(work.control))
        at = await steps_of(work, held.bureau, held.draw_no)
    shown = {"sight": sight, "minutes": found, "names": names, "at": at, "live": live_of(sight.face)}
    return page(request, "invited/draw.html", status=status, problem=problem, **shown)


@get("/w/events", action="witness.enter")
async def events(request: AnyRequest) -> Response[Any]:
    """A server-sent event whenever the draw went on: its mark only. Without a stream, the present one."""
    async with _inside(request) as (work, held):
        first = await steps_of(work, held.bureau, held.draw_no)
    if "text/event-stream" not in request.headers.get("accept", ""):
        return Response({"mark": first.mark, "over": first.over}, media_type="application/json")

    async def read() -> Shown:
        async with _inside(request) as (work, held):
            now = await steps_of(work, held.bureau, held.draw_no)
        return Shown(now.mark, now.mark, now.over)

    name = channel(held.bureau, "invited", str(held.draw_no), str(held.n))
    known = request.headers.get("last-event-id", "")
    client = client_of(request, web_of(request).app.settings.trusted_proxies)
    followed = web_of(request).streams.follow(name, read, known=known, client=client)

    async def sent() -> AsyncIterator[ServerSentEventMessage]:
        async for shown in followed:
            yield ServerSentEventMessage(**as_event(shown))

    return ServerSentEvent(sent())


@asynccontextmanager
async def _inside(request: AnyRequest) -> AsyncIterator[tuple[Work, Pass]]:
    """The transaction of the invitation this browser entered by.

    Raises:
        NoInvitation: it entered by none, or too long ago.
    """
    app = web_of(request).app
    bureau, _, number = _entry(request).partition(".")
    kept = await app.redis.get(_key(bureau, number)) if number and _is_code(bureau) else None
    if kept is None:
        raise NoInvitation
    draw_no, _, n = (kept.decode() if isinstance(kept, bytes) else str(kept)).partition(".")
    held = Pass(bureau, int(draw_no), int(n))
    async with app.work(principal_of_pass(held, f"受邀见证人{n}")) as work:
        yield work, held


def _entry(request: AnyRequest) -> str:
    return request.cookies.get(web_of(request).identity.config.cookie(COOKIE), "")


def _cookie(request: AnyRequest, value: str, age: int) -> Cookie:
    config = web_of(request).identity.config
    return Cookie(
        key=config.cookie(COOKIE),
        value=value,
        max_age=age,
        path=HOME,
        httponly=True,
        samesite="strict",
        secure=config.secure,
    )


def _key(bureau: str, number: str) -> str:
    return tenant_key(bureau, "invited", hashlib.sha256(number.encode()).hexdigest())


def _is_code(bureau: str) -> bool:
    return bureau.isascii() and bureau.isdigit() and len(bureau) == 6


def _code(bureau: str) -> str:
    if not _is_code(bureau):
        raise Missing(bureau[:20], what="邀请")
    return bureau


def _bytes(text: str) -> bytes:
    if len(text) > 4096 or not _HEX.fullmatch(text):
        raise BadRequest(text[:20], wanted="hex")
    return bytes.fromhex(text)


def _number(text: str) -> int:
    return int(text) if text in ("1", "2") else 0


routes = [knock, enter, show, events, commit, call, reveal, confirm, leave]
