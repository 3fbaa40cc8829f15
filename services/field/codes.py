"""The code at the door, shown on the inspector's phone or printed with the task."""

import io
from typing import Any

import segno
from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Template
from markupsafe import Markup

from services.usecases.show_door_code import show_door_code
from services.views.desk import here
from services.visiting.visit_errors import NotYours
from services.web.depends import InWork
from services.web.pages import page


@get("/field/tasks/{bureau:str}/{draw_no:int}/{slot:int}/code", action="task.read_own")
async def show(
    request: Request[Any, Any, Any],
    work: InWork,
    bureau: FromPath[str],
    draw_no: FromPath[int],
    slot: FromPath[int],
) -> Template:
    """A QR code that proves to whoever stands at the gate who was drawn, and when."""
    if bureau != work.scope.bureau:
        raise NotYours(f"{draw_no}/{slot}")
    shown = await show_door_code(work, draw_no, slot)
    return page(
        request, "field/code.html", here=await here(work), code=shown, qr=qr_svg(shown.url), bureau=bureau
    )


def qr_svg(url: str) -> Markup:
    """The address as an SVG picture: least redundancy, so that the squares stay as large as they can be."""
    out = io.BytesIO()
    picture = segno.make_qr(url, error="l", boost_error=False)
    picture.save(
        out, kind="svg", xmldecl=False, svgns=True, nl=False, border=4, omitsize=True, title="核验码"
    )
    return Markup(out.getvalue().decode())  # noqa: S704  segno's own markup; the address is base64url


routes = [show]
