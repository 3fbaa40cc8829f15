"""Official documents as PDF/A: the same bytes as at the desk, with their fingerprint as ETag."""

from typing import Annotated, Any

from litestar import Request, Response
from litestar.params import QueryParameter

from policies.terms import Period
from services.api.contract import reads
from services.api.types import NO_NUL, Bureau, InPeriod, KeyInPath, Number, Year
from services.views.official import (
    Printed,
    archive_document,
    filing_document,
    letter_document,
    minutes_document,
    plan_document,
    visit_document,
    visit_documents,
)
from services.web.depends import InWork
from services.web.papers import PDF, answered

AnyRequest = Request[Any, Any, Any]
Said = Annotated[str, QueryParameter(max_length=60, pattern=NO_NUL)]
Part = Annotated[int, QueryParameter(ge=1, le=10_000, description="1 for the first hundred, 2 for the next.")]
What = Annotated[Printed, QueryParameter(description="`records`: marked copies. `orders`: what follows.")]
VISITS = "/bureaus/{bureau:str}/visits"
ONE = VISITS + "/{visit_id:uuid}"


@reads("/bureaus/{bureau:str}/plans/{year:int}/document", action="plan.read", media_type=PDF)
async def plan_paper(request: AnyRequest, work: InWork, bureau: Bureau, year: Year) -> Response[bytes]:
    """The newest version of a year's plan."""
    return answered(request, await plan_document(work, year, bureau))


@reads("/bureaus/{bureau:str}/filings/document", action="plan.read", media_type=PDF)
async def filing_paper(
    request: AnyRequest, work: InWork, bureau: Bureau, about: Said, recipient: Said
) -> Response[bytes]:
    """The letter of one filing. `about` and `recipient` as the list of filings says them."""
    return answered(request, await filing_document(work, bureau, about, recipient))


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}/minutes/document", action="draw.read", media_type=PDF)
async def minutes_paper(
    request: AnyRequest, work: InWork, bureau: Bureau, draw_no: Number
) -> Response[bytes]:
    """The minutes of a draw, to be signed on paper."""
    return answered(request, await minutes_document(work, bureau, draw_no))


@reads("/bureaus/{bureau:str}/audits-told/{audit:uuid}/letter/document", action="audit.told", media_type=PDF)
async def letter_paper(
    request: AnyRequest, work: InWork, bureau: Bureau, audit: KeyInPath
) -> Response[bytes]:
    """A superior's letter about its audit, as it was sent."""
    return answered(request, await letter_document(work, audit))


@reads(
    f"{VISITS}/{{visit_id:uuid}}/document", action="visit.read", enter=True, read_only=False, media_type=PDF
)
async def record_paper(
    request: AnyRequest, work: InWork, bureau: Bureau, visit_id: KeyInPath
) -> Response[bytes]:
    """A sealed record as a numbered, marked copy; every call makes and notes a new copy."""
    return answered(request, await visit_document(work, visit_id, "records"))


@reads(f"{ONE}/order", action="visit.read", enter=True, media_type=PDF)
async def order_paper(
    request: AnyRequest, work: InWork, bureau: Bureau, visit_id: KeyInPath
) -> Response[bytes]:
    """The order to put right what an accepted record found."""
    return answered(request, await visit_document(work, visit_id, "orders"))


@reads(f"{VISITS}/documents", action="visit.read", enter=True, read_only=False, media_type=PDF)
async def visit_papers(
    request: AnyRequest,
    work: InWork,
    bureau: Bureau,
    period: InPeriod,
    what: What = "records",
    part: Part = 1,
) -> Response[bytes]:
    """The accepted records of a quarter, or their orders, in one file to be printed, a hundred at a time."""
    return answered(request, await visit_documents(work, Period.parse(period), what, part))


@reads(f"{VISITS}/archive", action="visit.read", enter=True, read_only=False, media_type=PDF)
async def archive_paper(
    request: AnyRequest, work: InWork, bureau: Bureau, period: InPeriod
) -> Response[bytes]:
    """The index of a quarter's records for the archive, as a numbered, marked copy."""
    return answered(request, await archive_document(work, Period.parse(period)))


routes = [
    archive_paper,
    filing_paper,
    letter_paper,
    minutes_paper,
    order_paper,
    plan_paper,
    record_paper,
    visit_papers,
]
