"""The witness at the desk: a key this browser holds, its registration, and keys of outsiders."""

import json
from typing import Any

from litestar import Request, get, post
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from services.usecases.register_witness import admit_witness
from services.views.desk import here
from services.web.depends import InApp, InWork
from services.web.pages import language, page
from services.web.state import principal_of
from services.work import Work
from tenants.stores import witness_keys

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
OUTSIDERS = frozenset({"bureau_admin", "system_admin"})
LONGEST = 300


@get("/desk/witness", action="session.use")
async def show(request: AnyRequest, work: InWork) -> Template:
    """The witness's own key and what is registered."""
    return await _page(request, work)


@post("/desk/witness", action="log.register", status_code=200)
async def register(request: AnyRequest, work: InWork, app: InApp, data: Form) -> Template | Redirect:
    """Registers a public key; a refusal brings the form back as it was typed."""
    vkey = data.get("vkey", "").strip()[:LONGEST]
    try:
        await admit_witness(app, principal_of(request), vkey, outsider=data.get("whose") == "outsider")
    except Problem as problem:
        told = problem.as_dict(language(request))
        return await _page(request, work, status=422, problem=told, typed=vkey)
    return Redirect("/desk/witness", status_code=303)


async def _page(request: AnyRequest, work: Work, status: int = 200, **more: Any) -> Template:
    keys = await witness_keys.all_(work.control)
    code, taken = work.scope.bureau, {key.name for key in keys}
    suggested = next(n for i in range(1, len(keys) + 2) if (n := f"{code}.witness/{i}") not in taken)
    context = {
        "here": await here(work),
        "keys": keys,
        "known": json.dumps([key.vkey for key in keys if key.bureau == code]),
        "suggested": suggested,
        "log": work.app.log,
        "site": work.app.settings.public_url,
        "outsiders": bool(work.principal.roles & OUTSIDERS),
        "problem": None,
        "typed": "",
    }
    return page(request, "desk/witness.html", status=status, **(context | more))


routes = [show, register]
