"""Filings received: by the government of the own area, and by the superior of the bureaus below."""

import base64
import json
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from services.usecases.note_receipt import acknowledge_filing, receive_filing
from services.usecases.received_filings import received_filings, sealed_filing
from services.views.desk import here
from services.web.depends import InWork
from services.web.pages import page

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@get("/desk/received", action="filing.read", noted=True)
async def show(request: AnyRequest, work: InWork) -> Template:
    """What was filed, with receipts; those still waiting first."""
    return page(request, "desk/received.html", here=await here(work), data=await received_filings(work))


@get("/desk/received/{bureau:str}/{draw_no:int}", action="filing.read")
async def copy(work: InWork, bureau: FromPath[str], draw_no: FromPath[int]) -> Response[bytes]:
    """The sealed copy as a file: nobody reads it without the bureau's key."""
    filed, parts = await sealed_filing(work, bureau, draw_no)
    body = {
        "bureau": bureau,
        "draw_no": draw_no,
        "root": filed.fingerprint,
        "sha256": filed.sealed,
        "parts": {name: base64.b64encode(blob).decode() for name, blob in parts},
    }
    headers = {"content-disposition": f'attachment; filename="{bureau}-{draw_no}-sealed.json"'}
    return Response(json.dumps(body).encode(), media_type="application/json", headers=headers)


@post("/desk/received/{bureau:str}", action="filing.receive", status_code=303)
async def receive(work: InWork, bureau: FromPath[str], data: Form) -> Redirect:
    """The superior acknowledges."""
    await receive_filing(work, bureau, data.get("about", ""))
    return Redirect("/desk/received", status_code=303)


@post("/desk/received", action="filing.acknowledge", status_code=303)
async def acknowledge(work: InWork, data: Form) -> Redirect:
    """The government acknowledges."""
    await acknowledge_filing(work, data.get("about", ""), data.get("recipient", ""))
    return Redirect("/desk/received", status_code=303)


routes = [show, copy, receive, acknowledge]
