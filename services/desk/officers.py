"""The roster of officers as of a day: certificates, posts, leave, recusals, training, work."""

from datetime import date
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from policies.roster import OFFICER_LAYOUT
from policies.roster.officer_days import LEAVE_REASONS, RECUSAL_REASONS
from services.exporting import mark_export
from services.views.copies import with_mark
from services.views.desk import here
from services.views.officers import officer_face, officers_face
from services.views.rosters import as_csv, as_json, officer_cells
from services.views.trainings import training_year
from services.web.depends import InWork
from services.web.errors import BadRequest
from services.web.pages import page

AnyRequest = Request[Any, Any, Any]


@get("/desk/officers", action="officer.read")
async def listing(
    request: AnyRequest, work: InWork, bureau: FromQuery[str] = "", on: FromQuery[str] = ""
) -> Template:
    """Every officer of a visible bureau, with what needs attention, as of today or a day gone by."""
    whose = bureau or work.scope.bureau
    face = await officers_face(work, whose, day_of(on))
    return page(request, "desk/officers.html", here=await here(work, whose), face=face)


@get(["/desk/officers.csv", "/desk/officers.json"], action="officer.read", read_only=False)  # kept
async def export(
    request: AnyRequest, work: InWork, bureau: FromQuery[str] = "", on: FromQuery[str] = ""
) -> Response[bytes]:
    """The roster as a file, without logins and recusals."""
    whose = bureau or work.scope.bureau
    face = await officers_face(work, whose, day_of(on))
    found = [line.officer for line in face.lines]
    made = await mark_export(work, "officers", found, lambda one: one.certificate, bureau=whose, whole=True)
    if request.url.path.endswith(".json"):
        data = as_json(whose, made.rows, officer_cells, made.lines)
        return Response(data, media_type="application/json")
    headers = {"content-disposition": f'attachment; filename="{whose}-officers-{face.on.isoformat()}.csv"'}
    data = with_mark(made.lines, as_csv(OFFICER_LAYOUT, made.rows, officer_cells))
    return Response(data, media_type="text/csv", headers=headers)


@get("/desk/officers/trainings", action="officer.read")
async def trainings(
    request: AnyRequest, work: InWork, bureau: FromQuery[str] = "", year: FromQuery[int] = 0
) -> Template:
    """The training log of a year: by officer and row by row."""
    whose = bureau or work.scope.bureau
    face = await training_year(work, whose, year or work.today.year)
    return page(
        request,
        "desk/trainings.html",
        here=await here(work, whose),
        face=face,
        own=whose == work.scope.bureau,
        today=work.today,
    )


@get("/desk/officers/{certificate:str}", action="officer.read")
async def one(
    request: AnyRequest, work: InWork, certificate: FromPath[str], bureau: FromQuery[str] = ""
) -> Template:
    """One officer: certificate, leave, recusals, training, work, changes."""
    whose = bureau or work.scope.bureau
    face = await officer_face(work, whose, certificate)
    return page(
        request,
        "desk/officer.html",
        here=await here(work, whose),
        face=face,
        own=whose == work.scope.bureau,
        today=work.today,
        leave_reasons=LEAVE_REASONS,
        recusal_reasons=RECUSAL_REASONS,
    )


def day_of(text: str) -> date | None:
    """A day of an address, None where none is said. Raises BadRequest."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadRequest(text[:20], wanted="2026-03-31") from None


routes = [listing, export, trainings, one]
