"""What the worker did last for the own bureau, and what is open; for the three administrators."""

from typing import Any

from litestar import Request, get
from litestar.response import Template

from services.jobs.status import job_board
from services.views.desk import here
from services.web.depends import InWork
from services.web.pages import page


@get("/desk/jobs", action="system.status")
async def show(request: Request[Any, Any, Any], work: InWork) -> Template:
    """Jobs of the clock with their last result, orders of the outbox, the deployment's own jobs."""
    work.require("system.status")
    return page(request, "desk/jobs.html", here=await here(work), board=await job_board(work))


routes = [show]
