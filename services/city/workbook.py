"""The yearly workbook of audits: as xlsx, and as a page to print."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromQuery
from litestar.response import Template

from services.auditing.forms import WORDS
from services.usecases.audit_workbook import audit_workbook
from services.views.audit_year import audit_year
from services.web.depends import InWork
from services.web.pages import page
from services.work import Work

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST, LAST = 2000, 2999


@get("/city/workbook", action="city.compare", noted=True)
async def show(request: Request[Any, Any, Any], work: InWork, year: FromQuery[str] = "") -> Template:
    """A year of comparisons and audits, to be read and printed."""
    data = await audit_year(work, year_of(work, year))
    return page(request, "city/workbook.html", here=data.here, data=data, **WORDS)


@get("/city/workbook.xlsx", action="city.compare", noted=True)
async def copy(work: InWork, year: FromQuery[str] = "") -> Response[bytes]:
    """The same as a numbered, marked copy."""
    wanted = year_of(work, year)
    made = await audit_workbook(work, wanted)
    headers = {"content-disposition": f'attachment; filename="audit-{wanted}-{made.number}.xlsx"'}
    return Response(made.body, media_type=XLSX, headers=headers)


def year_of(work: Work, text: str) -> int:
    """The year asked for, else the present one."""
    if text.isascii() and text.isdigit() and FIRST <= int(text[:5]) <= LAST:
        return int(text)
    return work.today.year


routes = [show, copy]
