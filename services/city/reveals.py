"""Draws below that are past their day of opening: the superior takes out its own sealed copy."""

import json
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from services.usecases.overdue_draws import overdue_draws
from services.usecases.superior_open import superior_open
from services.views.desk import here
from services.web.depends import InWork
from services.web.pages import page

AnyRequest = Request[Any, Any, Any]


@get("/city/reveals", action="draw.read", noted=True)
async def show(request: AnyRequest, work: InWork) -> Template:
    """What is overdue, and how many visits each still lacks."""
    return page(request, "city/reveals.html", here=await here(work), data=await overdue_draws(work))


@post("/city/reveals/{bureau:str}/{draw_no:int}", action="draw.superior_open", status_code=200)
async def take(work: InWork, bureau: FromPath[str], draw_no: FromPath[int]) -> Response[bytes]:
    """The copy as a file that only the superior's own device can open; journalled in both bureaus."""
    pack = await superior_open(work, bureau, draw_no)
    body = json.dumps(pack.body, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"content-disposition": f'attachment; filename="{bureau}-{draw_no}-superior.json"'}
    return Response(body, media_type="application/json", headers=headers)


routes = [show, take]
