"""Who of other departments and the monitoring station comes along, at the desk; no site is named."""

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from services.usecases.bring_along import bring_along, companion_board, leave_out
from services.views.desk import here
from services.web.depends import InWork
from services.web.errors import BadRequest
from services.web.pages import page

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, Any]]


@get("/desk/draws/{draw_no:int}/companions", action="task.accompany", read_only=True)
async def board(request: AnyRequest, work: InWork, draw_no: FromPath[int]) -> Template:
    """Who comes along on which visit, and the form for one more."""
    found = await companion_board(work, draw_no)
    return page(request, "desk/companions.html", here=await here(work), board=found)


@post("/desk/draws/{draw_no:int}/companions", action="task.accompany", status_code=303)
async def name(work: InWork, draw_no: FromPath[int], data: Form) -> Redirect:
    """Names somebody for a visit and a part of it."""
    slot, parts = str(data.get("slot", "")), data.get("parts", [])
    if not (slot.isascii() and slot.isdigit() and len(slot) < 7):
        raise BadRequest(slot[:40], wanted="slot: 17")
    chosen = [parts] if isinstance(parts, str) else [str(one) for one in parts]
    await bring_along(work, draw_no, int(slot), str(data.get("subject", "")), chosen)
    return _to(draw_no)


@post("/desk/draws/{draw_no:int}/companions/{slot:int}/{n:int}/end", action="task.accompany", status_code=303)
async def end(work: InWork, draw_no: FromPath[int], slot: FromPath[int], n: FromPath[int]) -> Redirect:
    """Ends it at once."""
    await leave_out(work, draw_no, slot, n)
    return _to(draw_no)


def _to(draw_no: int) -> Redirect:
    return Redirect(f"/desk/draws/{draw_no}/companions", status_code=303)


routes = [board, name, end]
