"""Below the comparison: what its figures mean, the rows behind them, trends, and a district's timeline."""

from typing import Any
from uuid import UUID

from litestar import Request, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from policies.figures import FIGURES
from services.ruling.calendars import calendar_for
from services.ruling.ruleset import rules_for
from services.usecases.review_visit import around_visit, read_visit
from services.views.arrival import arrival_of
from services.views.desk import here
from services.views.district import district
from services.views.figure_rows import figure_rows
from services.views.trends import trend
from services.views.visits import file_faces, visit_face
from services.web.depends import InWork
from services.web.pages import page

AnyRequest = Request[Any, Any, Any]


@get("/city/figures", action="city.compare")
async def figures(request: AnyRequest, work: InWork) -> Template:
    """How every figure is counted, and the clause it is held against in the bureau's own rules."""
    rules = await rules_for(work, work.scope.bureau)
    return page(request, "city/figures.html", here=await here(work), figures=FIGURES, rules=rules)


@get("/city/trend", action="city.compare", noted=True)
async def trends(request: AnyRequest, work: InWork) -> Template:
    """Shares over the quarters, a small chart a district."""
    data = await trend(work)
    return page(request, "city/trend.html", here=data.here, data=data, figures=FIGURES)


@get("/city/districts/{bureau:str}", action="city.compare")
async def one(
    request: AnyRequest, work: InWork, bureau: FromPath[str], period: FromQuery[str] = ""
) -> Template:
    """A district's quarter, day by day."""
    data = await district(work, bureau, period)
    return page(request, "city/district.html", here=await here(work), data=data)


@get("/city/districts/{bureau:str}/figures/{figure:str}", action="city.compare")
async def rows(
    request: AnyRequest,
    work: InWork,
    bureau: FromPath[str],
    figure: FromPath[str],
    period: FromQuery[str] = "",
) -> Template:
    """The rows behind a figure of a district's quarter."""
    data = await figure_rows(work, bureau, figure, period)
    told = FIGURES[figure]
    return page(request, "city/rows.html", here=await here(work), data=data, figure=told)


@get("/city/districts/{bureau:str}/records/{visit:uuid}", action="visit.read", enter=True)
async def record(request: AnyRequest, work: InWork, bureau: FromPath[str], visit: FromPath[UUID]) -> Template:
    """A record of a district, as it was sealed there."""
    file, around = await read_visit(work, visit), await around_visit(work, visit)
    return page(
        request,
        "desk/visit.html",
        here=await here(work, bureau),
        shown=file.seen,
        face=visit_face(file, work.today, await calendar_for(work, bureau)),
        around=around,
        files=file_faces(file, ()),  # pictures stay with the bureau
        arrival=arrival_of(file.visit.form.get("position"), around.point),
        people={},
        today=work.today,
    )


routes = [figures, trends, one, rows, record]
