"""Draws at the desk: prepare, void, open. Running one needs outside secrets: CLI."""

from datetime import datetime
from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from services.clock import CHINA
from services.ruling.filings import draw_target, filings_of
from services.ruling.plans import subjects_of
from services.ruling.ruleset import rules_for
from services.usecases.open_draw import open_draw, publish_bundle
from services.usecases.prepare_draw import PrepareDraw, prepare_draw
from services.usecases.void_draw import approve_void, propose_void, void_proposal
from services.views.desk import here
from services.views.draw_board import cut_board, draw_board
from services.views.draws import cut_face, draw_face
from services.views.duty_bars import draw_bars
from services.views.people import people_of
from services.views.periods import next_period, period_of
from services.views.voiding import voiding_of
from services.views.waivers import draw_uses
from services.web.depends import InApp, InWork
from services.web.errors import BadRequest
from services.web.pages import page
from services.web.state import principal_of
from tenants.stores import draws

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
MOST = 200


@get("/desk/draws", action="draw.read")
async def listing(request: AnyRequest, work: InWork, bureau: FromQuery[str] = "") -> Template:
    """Draws of a visible bureau, newest first, and the form for the next one."""
    whose = bureau or work.scope.bureau
    work.require("draw.read", bureau=whose)
    seen = work.seen("draw.read", bureau=whose)
    found = await draws.recent(work.db, work.scope, whose, MOST)
    now = period_of(work.today)
    return page(
        request,
        "desk/draws.html",
        here=await here(work, whose),
        draws=tuple(cut_face(draw_face(d), seen) for d in found),
        seen=seen,
        subjects=await subjects_of(work, whose),
        periods=(next_period(now), now),
        own=whose == work.scope.bureau,
        authority=(await rules_for(work, whose)).value("draw.authority"),
    )


@get("/desk/draws/{draw_no:int}", action="draw.read")
async def one(
    request: AnyRequest, work: InWork, draw_no: FromPath[int], bureau: FromQuery[str] = ""
) -> Template:
    """States, commitments, checklist, progress of the visits; no site is named."""
    whose = bureau or work.scope.bureau
    work.require("draw.read", bureau=whose)
    seen = work.seen("draw.read", bureau=whose)
    board = await draw_board(work, whose, draw_no)
    parts = {
        "board": cut_board(board, seen),
        "filings": await filings_of(work, whose, draw_target(draw_no)),
        "proposal": await void_proposal(work, draw_no, whose),
        "people": await people_of(work, whose),
        "bars": await draw_bars(work, board.draw),
    }
    cut = dict.fromkeys(parts) | seen.members("page", parts)
    where = await here(work, whose)
    return page(
        request,
        "desk/draw.html",
        here=where,
        own=whose == work.scope.bureau,
        uses=await draw_uses(work, whose, draw_no, where.names),
        shown=seen,
        board=cut["board"],
        filings=cut["filings"],
        proposal=cut["proposal"],
        people=cut["people"],
        bars=cut["bars"],
    )


@post("/desk/draws", action="draw.prepare", status_code=303)
async def prepare(work: InWork, data: Form) -> Redirect:
    """Opens a draw: number, dates, the platform's commitment."""
    subject = data.get("subject", work.scope.bureau)
    kind = "routine" if subject == work.scope.bureau else "overlay"
    order = PrepareDraw(subject, data.get("period", ""), _moment(data.get("beacon_at", "")), kind=kind)
    made = await prepare_draw(work, order)
    return _to(made.draw_no)


@get("/desk/draws/{draw_no:int}/void", action="draw.read")
async def consequences(
    request: AnyRequest, work: InWork, draw_no: FromPath[int], reason: FromQuery[str] = ""
) -> Template:
    """What a void would do in public, with the words as everybody will read them; nothing is proposed yet."""
    found = await voiding_of(work, draw_no)
    people = await people_of(work, work.scope.bureau) if found.proposal else {}
    words = reason.replace("\x00", "").strip()[:500]
    where = await here(work)
    return page(request, "desk/void.html", here=where, at=found, reason=words, people=people)


@post("/desk/draws/{draw_no:int}/void", action="draw.void", status_code=303)
async def void(work: InWork, draw_no: FromPath[int], data: Form) -> Redirect:
    """Proposes to void a draw, with the reason that is published once another person approves."""
    await propose_void(work, draw_no, data.get("reason", ""))
    return _to(draw_no)


@post("/desk/draws/{draw_no:int}/void/approval", action="draw.void_approve", status_code=303)
async def approve(work: InWork, draw_no: FromPath[int], data: Form) -> Redirect:
    """Voids a draw as somebody else proposed; the form names the proposal that was read."""
    number = data.get("proposal", "")
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        raise BadRequest(number[:40], wanted="proposal: 1")
    await approve_void(work, draw_no, int(number))
    return _to(draw_no)


@post("/desk/draws/{draw_no:int}/open", action="draw.open", status_code=303)
async def open_(work: InWork, draw_no: FromPath[int]) -> Redirect:
    """Ends secrecy once nothing is outstanding."""
    await open_draw(work, draw_no)
    return _to(draw_no)


@post("/desk/draws/{draw_no:int}/bundle", action="draw.open", status_code=303)
async def bundle(request: AnyRequest, app: InApp, draw_no: FromPath[int]) -> Redirect:
    """Writes the public files; the superior's cosignature must be there."""
    await publish_bundle(app, principal_of(request), draw_no)
    return _to(draw_no)


def _to(draw_no: int) -> Redirect:
    return Redirect(f"/desk/draws/{draw_no}", status_code=303)


def _moment(text: str) -> datetime:
    """A form's date and time, Chinese time."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=CHINA)
    except ValueError:
        raise BadRequest(text[:40], wanted="beacon_at: 2026-03-30T15:00") from None


routes = [listing, one, prepare, consequences, void, approve, open_, bundle]
