"""Visits a person took part in: whole for the officers, the own part for those who came along."""

from typing import Any

from litestar import Request, get
from litestar.response import Template

from services.usecases.own_visits import own_visits
from services.views.desk import here
from services.web.depends import InWork
from services.web.pages import page


@get("/field/visits", action="visit.read", read_only=False)
async def took_part(request: Request[Any, Any, Any], work: InWork) -> Template:
    """This quarter's, latest first; the look at a sealed site is journalled."""
    found = await own_visits(work)
    return page(request, "field/visits.html", here=await here(work), visits=found)


routes = [took_part]
