"""The ledger of visits at the desk: every site visited this year, against the cap."""

import json
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from services.exporting import mark_export
from services.sheets.writer import write_csv
from services.views.copies import with_mark
from services.views.ledger import ONLY, ORDERS, ledger_face, named, read_ledger
from services.views.ledger_site import ledger_site
from services.web.depends import InWork
from services.web.pages import page

AnyRequest = Request[Any, Any, Any]
HEADS = ("code", "name", "visits", "random", "counted", "left", "state")


@get("/desk/ledger", action="ledger.read")
async def show(
    request: AnyRequest,
    work: InWork,
    year: FromQuery[int] = 0,
    only: FromQuery[str] = "",
    order: FromQuery[str] = "most",
    after: FromQuery[str] = "",
) -> Template:
    """A page of the ledger, with the year in a picture."""
    only, order = only if only in ONLY else "", order if order in ORDERS else "most"
    shown = year if 2000 <= year <= 2999 else work.today.year
    face = await ledger_face(work, work.scope.bureau, shown, only=only, order=order, after=after)
    here = face.here
    return page(
        request, "desk/ledger.html", here=here, face=face, only=only, order=order, after=after, district="",
        now_year=work.today.year,
    )  # fmt: skip


@get(["/desk/ledger.csv", "/desk/ledger.json"], action="ledger.read", read_only=False)  # the copy is kept
async def export(
    request: AnyRequest, work: InWork, year: FromQuery[int] = 0, only: FromQuery[str] = ""
) -> Response[bytes]:
    """The whole ledger of a year as a numbered, marked copy."""
    shown, bureau = year if 2000 <= year <= 2999 else work.today.year, work.scope.bureau
    found = await read_ledger(work, bureau, shown, only=only if only in ONLY else "", order="code")
    made = await mark_export(work, "visits", found.lines, lambda one: one.code, whole=True)
    lines = await named(work, bureau, made.rows)
    if request.url.path.endswith(".json"):
        body = {
            "bureau": bureau,
            "year": shown,
            "marks": made.lines,
            "sites": [one.as_dict() for one in lines],
        }
        return Response(json.dumps(body, ensure_ascii=False).encode(), media_type="application/json")
    rows = [
        [one.code, one.name, one.total, one.kinds.get("random", 0), one.counted, one.left, one.state]
        for one in lines
    ]
    headers = {"content-disposition": f'attachment; filename="{bureau}-ledger-{shown}.csv"'}
    return Response(with_mark(made.lines, write_csv(HEADS, rows)), media_type="text/csv", headers=headers)


@get("/desk/ledger/sites/{code:str}", action="ledger.read")
async def one_site(
    request: AnyRequest, work: InWork, code: FromPath[str], year: FromQuery[int] = 0
) -> Template:
    """The visits behind a line of the ledger."""
    site = await ledger_site(work, work.scope.bureau, code, year if 2000 <= year <= 2999 else work.today.year)
    return page(request, "desk/ledger_site.html", here=site.here, site=site, district="")


routes = [show, export, one_site]
