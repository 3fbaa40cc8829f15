"""How many leak cases the bureaus below have, and how far each is; nothing of what they are about."""

from typing import Any

from litestar import Request, get
from litestar.response import Template

from policies.secrecy.leak import STATES
from services.usecases.show_leak import leak_counts
from services.views.desk import here
from services.web.depends import InWork
from services.web.pages import page


@get("/city/leaks", action="leak.count", noted=True)
async def show(request: Request[Any, Any, Any], work: InWork) -> Template:
    """Counts by bureau and state."""
    found = await leak_counts(work)
    told: dict[str, Any] = {"counts": dict(found.found), "absent": found.absent, "states": STATES}
    return page(request, "city/leaks.html", here=await here(work), **told)


routes = [show]
