"""The page behind the code at the door, and what keeps it for use without a network.

What the code says stands in the fragment of the address: browsers never send it, so nothing here can know,
log or leak which visit was checked. Basis: rd1 §9.
"""

import hashlib
import json
from typing import Any

from litestar import Request, Response, get
from litestar.response import Template

from services.views.bureaus import names_of, tree
from services.views.verification import trust_text
from services.web.depends import InApp, InPublic
from services.web.pages import STATIC, page
from services.web.parts import OFFLINE, kept, parts

SHORT_CACHE = "no-cache"


@get("/v", action="verify")
async def door(request: Request[Any, Any, Any], app: InApp, public: InPublic) -> Template:
    """The page; it checks what follows the # of its address in the visitor's own browser."""
    keys = trust_text(app.log.vkey, await app.log.superiors())
    names = dict(names_of(await tree(public)))
    return page(request, "portal/door.html", trust_text=keys, names=names, parts=parts())


@get(OFFLINE, action="verify", media_type="text/javascript", include_in_schema=False)
async def offline() -> Response[str]:
    """The service worker: a list of files and the program that keeps them."""
    files = kept()
    program = (STATIC / "verify" / "offline.js").read_text("utf-8")
    mark = hashlib.sha256("\n".join([*files, program]).encode()).hexdigest()[:12]
    head = f"const MARK = {json.dumps(mark)};\nconst KEPT = {json.dumps(files)};\n"
    return Response(head + program, media_type="text/javascript; charset=utf-8")


routes = [door, offline]
