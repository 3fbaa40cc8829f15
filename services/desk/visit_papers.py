"""Official documents of visits at the desk: records as marked copies, and the orders that follow."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from policies.errors import Missing
from services.views.desk import periods_of
from services.views.official import Printed, archive_document, visit_document, visit_documents
from services.web.depends import InWork
from services.web.papers import answered

AnyRequest = Request[Any, Any, Any]
PRINTED: dict[str, Printed] = {"records": "records", "orders": "orders"}


@get("/desk/visits/{visit:uuid}/document", action="visit.read", read_only=False)  # the copy is kept
async def record(request: AnyRequest, work: InWork, visit: FromPath[UUID]) -> Response[bytes]:
    """The sealed record as a numbered, marked copy."""
    return answered(request, await visit_document(work, visit, "records"))


@get("/desk/visits/archive", action="visit.read", read_only=False)  # the copy is kept
async def archive(request: AnyRequest, work: InWork, period: FromQuery[str] = "") -> Response[bytes]:
    """The index of a quarter's records as a numbered, marked copy."""
    shown, _ = await periods_of(work, period)
    return answered(request, await archive_document(work, shown))


@get("/desk/visits/print", action="visit.read", read_only=False)  # the copy is kept
async def batch(
    request: AnyRequest,
    work: InWork,
    period: FromQuery[str] = "",
    what: FromQuery[str] = "records",
    part: FromQuery[int] = 1,
) -> Response[bytes]:
    """The accepted records of a quarter, or their orders, in one file to be printed."""
    if what not in PRINTED:
        raise Missing(what[:20], what="文书")
    shown, _ = await periods_of(work, period)
    return answered(request, await visit_documents(work, shown, PRINTED[what], part))


@get("/desk/visits/{visit:uuid}/order", action="visit.read")
async def order(request: AnyRequest, work: InWork, visit: FromPath[UUID]) -> Response[bytes]:
    """The order to put right what an accepted record found."""
    return answered(request, await visit_document(work, visit, "orders"))


routes = [archive, batch, record, order]
