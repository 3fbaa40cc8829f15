"""The roster of sites, read; it changes by import only."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from litestar import Request, Response
from litestar.params import QueryParameter

from policies.terms import Site, SiteKind, SiteStatus, Stratum
from services.api.contract import reads
from services.api.etags import tagged
from services.api.pages import Page, paged, unpack_text
from services.api.types import Bureau, Cursor, Limit, Out, Search, SiteCode, show
from services.views.site_list import SiteQuery, counts_of, page_of
from services.views.site_list import cursor as after_site
from services.views.site_quality import site_quality
from services.web.depends import InWork
from tenants.stores import sites

AnyRequest = Request[Any, Any, Any]
InStratum = Annotated[Stratum | None, QueryParameter()]
InStatus = Annotated[SiteStatus | None, QueryParameter()]
Order = Annotated[Literal["code", "-code", "name", "-name"], QueryParameter()]


class SiteOut(Out):
    """A site of the roster; coordinates are decimal degrees of `datum`. `extra`: the bureau's own fields."""

    code: str
    name: str
    credit_code: str
    kind: SiteKind
    stratum: Stratum
    key: bool
    special: bool
    status: SiteStatus
    address: str
    site_address: str
    division: str
    lon: float
    lat: float
    datum: str
    industry: str
    pollution: tuple[str, ...]
    phone: str
    legal_person: str
    contact: str
    contact_phone: str
    env_officer: str
    authority: str
    basin: str
    started_on: str
    products: str
    class_basis: str
    special_cases: tuple[str, ...]
    special_evidence: str
    visits_this_year: int
    overrides: tuple[str, ...]
    extra: dict[str, str]


class OutlierOut(Out):
    """A site whose coordinates need a look: missing, impossible, outside, or together with others."""

    code: str
    name: str
    lon: float
    lat: float
    kind: str
    others: tuple[str, ...]
    swapped: bool


class QualityOut(Out):
    """`share`: filled fields among those asked, 0 to 1. `gaps`: field → sites that lack it.

    At most 500 outliers are listed.
    """

    sites: int
    whole: int
    share: float
    gaps: dict[str, int]
    outliers: list[OutlierOut]
    total_outliers: int


class ChangeOut(Out):
    """One change of a roster row; `before` is null when it was added."""

    at: datetime
    by: str
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any]


@reads("/bureaus/{bureau:str}/sites", action="site.read")
async def list_sites(
    request: AnyRequest,
    work: InWork,
    bureau: Bureau,
    stratum: InStratum = None,
    status: InStatus = None,
    text: Search = None,
    division: Search = None,
    industry: Search = None,
    pollution: Search = None,
    lacking: Search = None,
    sort: Order = "code",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response[Page[SiteOut]]:
    """Sites by code, or as `sort` says; with a minus the last first, equal names by code.

    `text` looks into names and beginnings of site and credit codes, `division` and `industry`
    into these; `pollution` is one of 废水, 废气, 噪声, 废渣; `lacking` is a field that is empty, a key of
    `gaps` in the roster's quality. A cursor goes on in the order it was given in.
    """
    work.require("site.read", bureau=bureau)
    query = SiteQuery(
        bureau,
        text or "",
        stratum or "",
        status or "",
        division or "",
        industry or "",
        pollution or "",
        lacking or "",
        sort,
    )
    rows = await page_of(work, query, unpack_text(cursor), limit + 1)
    return paged(request, rows, limit, key=partial(after_site, query), form=_site)


@reads("/bureaus/{bureau:str}/site-counts", action="site.read")
async def count_sites(work: InWork, bureau: Bureau) -> dict[str, int]:
    """Numbers of sites by status, by flag, and by the disjoint classes of a draw."""
    work.require("site.read", bureau=bureau)
    return await counts_of(work, bureau)


@reads("/bureaus/{bureau:str}/site-quality", action="site.read")
async def site_quality_of(work: InWork, bureau: Bureau) -> QualityOut:
    """How completely the sites in production are described, and which coordinates need a look."""
    found = await site_quality(work, bureau)
    return QualityOut(
        sites=found.tally.sites,
        whole=found.tally.whole,
        share=float(found.tally.share),
        gaps={one.key: one.count for one in found.gaps},
        outliers=[show(one, OutlierOut) for one in found.outliers],
        total_outliers=found.total,
    )


@reads("/bureaus/{bureau:str}/sites/{code:str}", action="site.read")
async def get_site(request: AnyRequest, work: InWork, bureau: Bureau, code: SiteCode) -> Response[SiteOut]:
    """One site."""
    work.require("site.read", bureau=bureau)
    return tagged(request, _site(await sites.one(work.db, work.scope, bureau, code)))


@reads("/bureaus/{bureau:str}/sites/{code:str}/history", action="site.read")
async def list_site_changes(work: InWork, bureau: Bureau, code: SiteCode) -> list[ChangeOut]:
    """Changes of one site, oldest first."""
    work.require("site.read", bureau=bureau)
    await sites.one(work.db, work.scope, bureau, code)
    found = await sites.history(work.db, work.scope, bureau, code)
    return [show(change, ChangeOut) for change in found]


def _site(site: Site) -> SiteOut:
    """`extra`: the bureau's own fields by code."""
    names = [name for name in SiteOut.__struct_fields__ if name != "extra"]
    return SiteOut(**{name: getattr(site, name) for name in names}, extra=dict(site.extra))


routes = [list_sites, count_sites, site_quality_of, get_site, list_site_changes]
