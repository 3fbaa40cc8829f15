"""The ledger of visits: how often each site was visited in a year, against the cap."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response
from litestar.params import QueryParameter

from services.api.contract import reads
from services.api.etags import tagged
from services.api.pages import Page, after, paged
from services.api.types import Bureau, Cursor, Limit, Out, SiteCode, show
from services.views.ledger import LedgerLine, named, read_ledger
from services.views.ledger_site import ledger_site
from services.web.depends import InWork

OfYear = Annotated[int, QueryParameter(ge=2000, le=2999, description="Calendar year in China.")]
Only = Annotated[Literal["", "over", "full"], QueryParameter(description="Sites beyond, or at, the cap.")]


class LedgerOut(Out):
    """A visited site. `kinds`: visit type → visits. `left`: what the cap leaves, null without a cap."""

    code: str
    name: str
    kinds: dict[str, int]
    total: int
    counted: int
    left: int | None
    state: Literal["over", "full", ""]


class LedgerVisitOut(Out):
    """One visit. `approval`: drawn, approved, missing, or "" of a kind that needs none."""

    visit_id: UUID
    kind: str
    day: date
    officers: int
    result: str
    state: str
    approval: Literal["drawn", "approved", "missing", ""]


class LedgerSiteOut(Out):
    """A visited site in a year. `above`: visits by the bureaus above, a number only."""

    code: str
    name: str
    year: int
    visits: list[LedgerVisitOut]
    above: int


@reads("/bureaus/{bureau:str}/ledger", action="ledger.read")
async def get_ledger(
    request: Request[Any, Any, Any],
    work: InWork,
    bureau: Bureau,
    year: OfYear,
    only: Only = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response[Page[LedgerOut]]:
    """Every site visited in a year, by code; visits of the bureaus above count, and are numbers only."""
    found = await read_ledger(work, bureau, year, only=only, order="code")
    rest = after(found.lines, cursor, _key)
    lines = await named(work, bureau, [*rest][: limit + 1])
    return paged(request, lines, limit, key=_key, form=lambda one: show(one, LedgerOut))


@reads("/bureaus/{bureau:str}/ledger/{code:str}", action="ledger.read")
async def get_ledger_site(
    request: Request[Any, Any, Any], work: InWork, bureau: Bureau, code: SiteCode, year: OfYear
) -> Response[LedgerSiteOut]:
    """The visits behind a line of the ledger; of the bureaus above only their number."""
    found = await ledger_site(work, bureau, code, year)
    lines = [show(one, LedgerVisitOut) for one in found.visits]
    return tagged(request, LedgerSiteOut(found.code, found.name, found.year, lines, found.above))


def _key(line: LedgerLine) -> tuple[str]:
    return (line.code,)


routes = [get_ledger, get_ledger_site]
