"""The code of the firm's own page, on the inspector's phone: from the arrival on."""

from typing import Any

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Template

from services.field.codes import qr_svg
from services.usecases.show_firm_door import show_firm_door
from services.views.desk import here
from services.visiting.visit_errors import NotYours
from services.web.depends import InWork
from services.web.pages import page


@get("/field/tasks/{bureau:str}/{draw_no:int}/{slot:int}/firm", action="task.read_own")
async def show(
    request: Request[Any, Any, Any],
    work: InWork,
    bureau: FromPath[str],
    draw_no: FromPath[int],
    slot: FromPath[int],
) -> Template:
    """A QR code of the page the firm reads, rates and complains on."""
    if bureau != work.scope.bureau:
        raise NotYours(f"{draw_no}/{slot}")
    shown = await show_firm_door(work, draw_no, slot)
    qr = qr_svg(shown.url)
    made = page(request, "field/firm.html", here=await here(work), code=shown, qr=qr, bureau=bureau)
    made.headers["cache-control"] = "no-store"
    return made


routes = [show]
