"""What changed in the roster since the draw before, shown before the freeze; the freeze starts from here."""

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from services.drawing.external_errors import DifferenceUnseen
from services.usecases.freeze_draw import FreezeDraw, freeze_draw
from services.usecases.show_difference import read_difference, show_difference
from services.views.desk import here
from services.views.duty_bars import draw_bars
from services.views.people import people_of
from services.web.depends import InWork
from services.web.errors import BadRequest
from services.web.pages import page
from tenants.stores import draws

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@get("/desk/draws/{draw_no:int}/difference", action="draw.difference_read")
async def show(
    request: AnyRequest, work: InWork, draw_no: FromPath[int], bureau: FromQuery[str] = ""
) -> Template:
    """Numbers for everyone who sees the draw, names for who may read the roster; journalled."""
    whose = bureau or work.scope.bureau
    shown = await read_difference(work, draw_no, whose)
    draw = await draws.get(work.db, work.scope, whose, draw_no)
    return page(
        request,
        "desk/difference.html",
        here=await here(work, whose),
        shown=shown,
        draw_no=draw_no,
        state=draw.state,
        bars=await draw_bars(work, draw),
        own=whose == work.scope.bureau,
        people=await people_of(work, whose),
    )


@post("/desk/draws/{draw_no:int}/difference", action="draw.difference", status_code=303)
async def compute(work: InWork, draw_no: FromPath[int]) -> Redirect:
    """Compares the roster of now; witness and city see the same from then on."""
    await show_difference(work, draw_no)
    return Redirect(f"/desk/draws/{draw_no}/difference", status_code=303)


@post("/desk/draws/{draw_no:int}/freeze", action="draw.freeze", status_code=303)
async def freeze(work: InWork, draw_no: FromPath[int], data: Form) -> Redirect:
    """Freezes the lists whose difference was seen; the fingerprint goes into the public log."""
    seen = data.get("difference", "")
    if not seen:
        raise DifferenceUnseen(draw_no)
    sources = tuple(_issue(line) for line in data.get("sources", "").splitlines() if line.strip())
    order = FreezeDraw(draw_no, beacon=data.get("beacon") or None, sources=sources, difference=seen)
    await freeze_draw(work, order)
    return Redirect(f"/desk/ceremony/{work.scope.bureau}/{draw_no}", status_code=303)


def _issue(line: str) -> tuple[str, str]:
    """双色球:2025150 → name and issue."""
    name, mark, issue = line.replace("：", ":").strip().rpartition(":")
    if not mark or not name:
        raise BadRequest(line[:40], wanted="双色球:2025150")
    return name, issue


routes = [show, compute, freeze]
