"""Official documents of a visit at the desk: its record as a marked copy, and the order that follows."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from policies.errors import Missing
from services.exporting import mark_export
from services.usecases.archive_index import archive_index
from services.usecases.review_visit import read_visit
from services.views.desk import here, periods_of
from services.views.record_papers import archive_paper, order_paper, record_paper
from services.web.depends import InWork
from services.web.papers import as_answer, set_paper
from tenants.records import Visit

AnyRequest = Request[Any, Any, Any]


@get("/desk/visits/{visit:uuid}/document", action="visit.read", read_only=False)  # the copy is kept
async def record(request: AnyRequest, work: InWork, visit: FromPath[UUID]) -> Response[bytes]:
    """The sealed record as a numbered, marked copy."""
    file = await read_visit(work, visit)
    if "record" not in file.seen:
        raise Missing(visit, what="检查记录")
    marked = await mark_export(work, "visits", [file.visit], _id)
    data = record_paper((await here(work)).face.name, file, marked.lines)
    paper = await set_paper(work.app, "record", data, file.visit.recorded_at)
    return as_answer(request, paper, f"record-{marked.number}")


@get("/desk/visits/archive", action="visit.read", read_only=False)  # the copy is kept
async def archive(request: AnyRequest, work: InWork, period: FromQuery[str] = "") -> Response[bytes]:
    """The index of a quarter's records as a numbered, marked copy."""
    shown, _ = await periods_of(work, period)
    found = await archive_index(work, shown)
    where = await here(work)
    marked = await mark_export(work, "visits", found, _id)
    data = archive_paper(where.face.name, str(shown), found, marked.lines)
    paper = await set_paper(work.app, "archive", data, work.now)
    return as_answer(request, paper, f"archive-{shown}-{marked.number}")


@get("/desk/visits/{visit:uuid}/order", action="visit.read")
async def order(request: AnyRequest, work: InWork, visit: FromPath[UUID]) -> Response[bytes]:
    """The order to put right what an accepted record found."""
    file = await read_visit(work, visit)
    if "record" not in file.seen or file.visit.state != "accepted" or not file.findings:
        raise Missing(visit, what="责令改正决定书")
    data = order_paper((await here(work)).face.name, file)
    return as_answer(
        request, await set_paper(work.app, "order", data, file.visit.recorded_at), f"order-{visit}"
    )


def _id(visit: Visit) -> str:
    return str(visit.id)


routes = [archive, record, order]
