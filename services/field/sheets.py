"""One's own task sheets to print: numbered, marked, journalled."""

from typing import Any

from litestar import Request, get
from litestar.params import FromQuery
from litestar.response import Template

from services.usecases.print_sheets import print_sheets
from services.views.desk import here
from services.web.depends import InWork
from services.web.pages import page


@get("/field/sheets", action="task.read_own")
async def sheets(request: Request[Any, Any, Any], work: InWork, label: FromQuery[str] = "") -> Template:
    """Visits that are not made yet; persons and telephones stay on the screen of the task."""
    made = await print_sheets(work, label=label)
    return page(request, "field/sheets.html", here=await here(work), made=made)


routes = [sheets]
