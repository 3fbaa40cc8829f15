"""Copies of unpublished lists: the plan of cars, and which copies were taken."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from policies.secrecy.exports import KINDS
from services.usecases.list_exports import list_exports
from services.usecases.plan_cars import cars, export_cars
from services.views.copies import cars_csv
from services.views.desk import here
from services.views.road_map import days_of
from services.web.depends import InWork
from services.web.pages import page

AnyRequest = Request[Any, Any, Any]


@get("/desk/draws/{draw_no:int}/cars", action="sealed.read")
async def plan(request: AnyRequest, work: InWork, draw_no: FromPath[int]) -> Template:
    """Names and places for today and the next working day; every look is journalled."""
    found = await cars(work, draw_no)
    days = days_of(found, work.scope.bureau)
    return page(request, "desk/cars.html", here=await here(work), draw_no=draw_no, days=days)


@get("/desk/draws/{draw_no:int}/cars.csv", action="sealed.read")
async def copy(work: InWork, draw_no: FromPath[int], label: FromQuery[str] = "") -> Response[bytes]:
    """The same as a file: numbered, marked, in an order of its own."""
    made = await export_cars(work, draw_no, label=label)
    headers = {"content-disposition": f'attachment; filename="{made.number}.csv"'}
    return Response(cars_csv(made), media_type="text/csv", headers=headers)


@get("/desk/exports", action="export.read", read_only=True)
async def listing(request: AnyRequest, work: InWork) -> Template:
    """Copies that were taken, newest first."""
    found = await list_exports(work)
    return page(request, "desk/exports.html", here=await here(work), marks=found, kinds=KINDS)


routes = [plan, copy, listing]
