"""The ledger of visits of a district, for who audits or supervises it: read only."""

from typing import Any

from litestar import Request, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from services.views.ledger import ONLY, ORDERS, ledger_face
from services.views.ledger_site import ledger_site
from services.web.depends import InWork
from services.web.pages import page


@get("/city/districts/{district:str}/ledger", action="ledger.read")
async def show(
    request: Request[Any, Any, Any],
    work: InWork,
    district: FromPath[str],
    year: FromQuery[int] = 0,
    only: FromQuery[str] = "",
    order: FromQuery[str] = "most",
    after: FromQuery[str] = "",
) -> Template:
    """A page of the ledger of one district; the district's journal tells of the look."""
    only, order = only if only in ONLY else "", order if order in ORDERS else "most"
    shown = year if 2000 <= year <= 2999 else work.today.year
    face = await ledger_face(work, district, shown, only=only, order=order, after=after)
    return page(
        request, "desk/ledger.html", here=face.here, face=face, only=only, order=order, after=after,
        district=district, now_year=work.today.year,
    )  # fmt: skip


@get("/city/districts/{district:str}/ledger/{code:str}", action="ledger.read")
async def one_site(
    request: Request[Any, Any, Any],
    work: InWork,
    district: FromPath[str],
    code: FromPath[str],
    year: FromQuery[int] = 0,
) -> Template:
    """The visits behind a line of a district's ledger."""
    site = await ledger_site(work, district, code, year if 2000 <= year <= 2999 else work.today.year)
    return page(request, "desk/ledger_site.html", here=site.here, site=site, district=district)


routes = [show, one_site]
