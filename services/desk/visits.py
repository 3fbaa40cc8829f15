"""Visit records at the desk: list, the record beside its checklist, accept or return."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from services.desk.forms import day_of, words_of
from services.ruling.calendars import calendar_for
from services.usecases.amend_visit import amend_visit
from services.usecases.follow_finding import link_case, note_corrected
from services.usecases.keep_file import kept_files, visit_file
from services.usecases.review_visit import around_visit, list_visits, read_visit, review_visit
from services.views.arrival import arrival_of
from services.views.desk import here, periods_of
from services.views.official import printed_parts
from services.views.people import people_of
from services.views.visits import file_faces, visit_face, visit_rows
from services.web.depends import InWork
from services.web.pages import page

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
STATES = ("recorded", "accepted", "returned")


@get("/desk/visits", action="visit.read")
async def listing(request: AnyRequest, work: InWork, period: FromQuery[str] = "") -> Template:
    """Records of a quarter, by time; `state` in the address shows one state only."""
    state = request.query_params.get("state", "")  # a reserved name among parameters
    shown, known = await periods_of(work, period)
    wanted = state if state in STATES else None
    rows = visit_rows(await list_visits(work, str(shown), wanted), work.today, await calendar_for(work))
    return page(
        request,
        "desk/visits.html",
        here=await here(work),
        rows=rows,
        period=shown,
        periods=known,
        state=wanted or "",
        states=STATES,
        printed=await printed_parts(work, shown),
    )


@get("/desk/visits/{visit:uuid}", action="visit.read")
async def one(request: AnyRequest, work: InWork, visit: FromPath[UUID]) -> Template:
    """A record, whole: the checklist beside arrival, photos, problems, and what came before and after."""
    file = await read_visit(work, visit)
    around = await around_visit(work, visit)
    return page(
        request,
        "desk/visit.html",
        here=await here(work),
        shown=file.seen,
        face=visit_face(file, work.today, await calendar_for(work, file.visit.bureau)),
        around=around,
        files=file_faces(file, await kept_files(work, file)),
        arrival=arrival_of(file.visit.form.get("position"), around.point),
        people=await people_of(work, file.visit.bureau) if "record" in file.seen else {},
        today=work.today,
    )


@get("/desk/visits/{visit:uuid}/files/{sha256:str}", action="visit.read", media_type="image/jpeg")
async def picture(work: InWork, visit: FromPath[UUID], sha256: FromPath[str]) -> Response[bytes]:
    """A photo or signature that the record names."""
    row, data = await visit_file(work, visit, sha256)
    return Response(data, media_type=row.media)


@post("/desk/visits/{visit:uuid}/review", action="visit.review", status_code=303)
async def review(work: InWork, visit: FromPath[UUID], data: Form) -> Redirect:
    """Accepts the record, or returns it with a note."""
    await review_visit(work, visit, accept=data.get("act") == "accept", note=data.get("note", ""))
    return Redirect(f"/desk/visits/{visit}", status_code=303)


@post("/desk/visits/{visit:uuid}/amendment", action="visit.amend", status_code=303)
async def amend(work: InWork, visit: FromPath[UUID], data: Form) -> Redirect:
    """Takes an accepted record back to its team, for a new version."""
    await amend_visit(work, visit, data.get("why", "")[:500])
    return Redirect(f"/desk/visits/{visit}", status_code=303)


@post("/desk/visits/{visit:uuid}/findings/{n:int}", action="visit.follow", status_code=303)
async def follow(work: InWork, visit: FromPath[UUID], n: FromPath[int], data: Form) -> Redirect:
    """Notes that a problem is corrected, or the case it led to."""
    if data.get("act") == "case":
        await link_case(work, visit, n, words_of(data, "ref"))
    else:
        await note_corrected(work, visit, n, day_of(data, "day", "整改日期"))
    return Redirect(f"/desk/visits/{visit}#findings", status_code=303)


routes = [listing, one, picture, review, amend, follow]
