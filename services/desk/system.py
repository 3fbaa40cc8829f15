"""How the system stands: the own bureau's database and its moves; for the three administrators."""

from typing import Any

from litestar import Request, get
from litestar.response import Template

from services.views.desk import here
from services.views.system import system_board
from services.web.depends import InWork
from services.web.pages import page


@get("/desk/system", action="system.status")
async def show(request: Request[Any, Any, Any], work: InWork) -> Template:
    """The own database, whether it is being moved, its moves; the deployment's health in numbers."""
    return page(request, "desk/system.html", here=await here(work), board=await system_board(work))


routes = [show]
