"""The roster of officers: certificates, posts, leave, recusals."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromQuery
from litestar.response import Template

from policies.roster import OFFICER_LAYOUT
from services.exporting import mark_export
from services.views.copies import with_mark
from services.views.desk import here
from services.views.rosters import OfficerRow, as_csv, as_json, officer_cells, officer_rows
from services.web.depends import InWork
from services.web.pages import page
from services.work import Work
from tenants.stores import officers

AnyRequest = Request[Any, Any, Any]


@get("/desk/officers", action="officer.read")
async def listing(request: AnyRequest, work: InWork, bureau: FromQuery[str] = "") -> Template:
    """Every officer of a visible bureau, with what needs attention."""
    whose = bureau or work.scope.bureau
    return page(request, "desk/officers.html", here=await here(work, whose), rows=await rows_of(work, whose))


@get(["/desk/officers.csv", "/desk/officers.json"], action="officer.read", read_only=False)  # kept
async def export(request: AnyRequest, work: InWork, bureau: FromQuery[str] = "") -> Response[bytes]:
    """The roster as a file, without logins and recusals."""
    whose = bureau or work.scope.bureau
    found = [row.officer for row in await rows_of(work, whose)]
    made = await mark_export(work, "officers", found, lambda one: one.certificate, bureau=whose, whole=True)
    if request.url.path.endswith(".json"):
        data = as_json(whose, made.rows, officer_cells, made.lines)
        return Response(data, media_type="application/json")
    headers = {"content-disposition": f'attachment; filename="{whose}-officers-{work.today.isoformat()}.csv"'}
    data = with_mark(made.lines, as_csv(OFFICER_LAYOUT, made.rows, officer_cells))
    return Response(data, media_type="text/csv", headers=headers)


async def rows_of(work: Work, bureau: str) -> tuple[OfficerRow, ...]:
    """Officers by certificate. Raises Stranger for a bureau out of sight."""
    work.require("officer.read", bureau=bureau)
    return officer_rows(await officers.all_of(work.db, work.scope, bureau), work.today)


routes = [listing, export]
