"""The first page after the login."""

from typing import Any

from litestar import Request, get
from litestar.response import Template

from services.views.desk import here
from services.views.workbench import workbench
from services.web.depends import InWork
from services.web.pages import page


@get("/desk", action="session.use")
async def show(request: Request[Any, Any, Any], work: InWork) -> Template:
    """To-dos, clocks, the next window, progress of the draws."""
    return page(request, "desk/workbench.html", here=await here(work), bench=await workbench(work))


routes = [show]
