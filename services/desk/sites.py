"""The roster of sites: query form, keyset pages, exports, history."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from policies.roster.columns import POLLUTION
from policies.roster.extras import class_shown
from policies.roster.gaps import filled, wanted
from policies.terms import Site, SiteStatus, Stratum
from services.exporting import mark_export
from services.ruling.roster_form import roster_form
from services.ruling.ruleset import rules_for
from services.usecases.roster_sections import source_of
from services.views.copies import with_mark
from services.views.desk import here
from services.views.rosters import as_csv, as_json, history_rows, site_cells
from services.views.site_quality import gap_headings
from services.web.depends import InWork
from services.web.pages import page
from services.work import Work
from tenants.stores import sites

AnyRequest = Request[Any, Any, Any]
PAGE = 50
BATCH = 5000
MOST = 100_000
_WIDE = ("", "", "", "")
Narrower = tuple[str, str, str, str]  # division, industry, kind of pollution, field that is empty


@dataclass(frozen=True, slots=True)
class SiteQuery:
    """What the form asks for; empty = everything. Unknown words count as empty."""

    bureau: str
    text: str = ""
    stratum: str = ""
    status: str = ""
    division: str = ""
    industry: str = ""
    pollution: str = ""
    lacks: str = ""

    @classmethod
    def of(
        cls, work: Work, bureau: str, text: str, stratum: str, status: str, more: "Narrower" = _WIDE
    ) -> "SiteQuery":
        """A query as typed; the bureau is the one acted for unless another is named."""
        division, industry, pollution, lacks = more
        return cls(
            bureau or work.scope.bureau,
            text.strip()[:80],
            stratum if stratum in set(Stratum) else "",
            status if status in set(SiteStatus) else "",
            division.strip()[:12],
            industry.strip()[:40],
            pollution if pollution in POLLUTION else "",
            lacks.strip()[:40],
        )


@dataclass(frozen=True, slots=True)
class SiteList:
    """One page; `next` is the cursor after it, "" on the last. counts: see `stores.sites.counts`."""

    query: SiteQuery
    rows: tuple[Site, ...]
    counts: dict[str, int]
    next: str


@get("/desk/sites", action="site.read")
async def listing(
    request: AnyRequest,
    work: InWork,
    bureau: FromQuery[str] = "",
    q: FromQuery[str] = "",
    stratum: FromQuery[str] = "",
    status: FromQuery[str] = "",
    division: FromQuery[str] = "",
    industry: FromQuery[str] = "",
    pollution: FromQuery[str] = "",
    lacks: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Template:
    """The roster of a visible bureau."""
    query = SiteQuery.of(work, bureau, q, stratum, status, (division, industry, pollution, lacks))
    data = await listing_data(work, query, after)
    where = await here(work, data.query.bureau)
    form = await roster_form(work, data.query.bureau)
    gaps = gap_headings(form)
    return page(
        request,
        "desk/sites.html",
        here=where,
        data=data,
        strata=list(Stratum),
        statuses=list(SiteStatus),
        pollutions=POLLUTION,
        form=form,
        own_bureau=work.scope.bureau,
        lackable={key: gaps[key] for key in wanted(form.required, [one.code for one in form.extra]).keys},
        classes={site.code: class_shown(site, form.classes) for site in data.rows},
    )


@get(["/desk/sites.csv", "/desk/sites.json"], action="site.read", read_only=False)  # the copy is kept
async def export(
    request: AnyRequest,
    work: InWork,
    bureau: FromQuery[str] = "",
    q: FromQuery[str] = "",
    stratum: FromQuery[str] = "",
    status: FromQuery[str] = "",
    division: FromQuery[str] = "",
    industry: FromQuery[str] = "",
    pollution: FromQuery[str] = "",
    lacks: FromQuery[str] = "",
) -> Response[bytes]:
    """The same query as a file, without persons and telephones."""
    query = SiteQuery.of(work, bureau, q, stratum, status, (division, industry, pollution, lacks))
    work.require("site.read", bureau=query.bureau)
    rows = [site async for site in _every(work, query)]
    made = await mark_export(work, "sites", rows, lambda one: one.code, bureau=query.bureau, whole=True)
    form = await roster_form(work, query.bureau)
    cells = partial(site_cells, form=form)
    if request.url.path.endswith(".json"):
        data = as_json(query.bureau, made.rows, cells, made.lines)
        return Response(data, media_type="application/json")
    name = f"{query.bureau}-sites-{work.today.isoformat()}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    data = with_mark(made.lines, as_csv(form.layout, made.rows, cells))
    return Response(data, media_type="text/csv", headers=headers)


@get("/desk/sites/{code:str}", action="site.read")
async def one(
    request: AnyRequest, work: InWork, code: FromPath[str], bureau: FromQuery[str] = ""
) -> Template:
    """A site with everything the roster holds, and what was changed when by whom."""
    whose = bureau or work.scope.bureau
    work.require("site.read", bureau=whose)
    site = await sites.one(work.db, work.scope, whose, code)
    form = await roster_form(work, whose)
    history = history_rows(await sites.history(work.db, work.scope, whose, code), form.layout)
    cases = (await rules_for(work, whose)).get("class.special")
    words = dict(cases.value) if cases else {}
    return page(
        request,
        "desk/site.html",
        here=await here(work, whose),
        site=site,
        history=history,
        cases=words,
        form=form,
        fill=filled(site, wanted(form.required, [one.code for one in form.extra])),
        headings=gap_headings(form),
        classes=class_shown(site, form.classes),
        source=await source_of(work, whose, code),
    )


async def listing_data(work: Work, query: SiteQuery, after: str) -> SiteList:
    """One page of the roster. Raises Stranger for a bureau out of sight."""
    work.require("site.read", bureau=query.bureau)
    found = await page_of(work, query, after, PAGE + 1)
    rows = found[:PAGE]
    counts = await sites.counts(work.db, work.scope, query.bureau)
    return SiteList(query, rows, counts, rows[-1].code if len(found) > PAGE else "")


async def page_of(work: Work, query: SiteQuery, after: str, limit: int) -> tuple[Site, ...]:
    """The next `limit` rows of a query after a code."""
    return await sites.listing(
        work.db,
        work.scope,
        query.bureau,
        stratum=query.stratum or None,
        status=query.status or None,
        text=query.text or None,
        division=query.division,
        industry=query.industry,
        pollution=query.pollution,
        lacking=query.lacks,
        after=after,
        limit=limit,
    )


async def _every(work: Work, query: SiteQuery) -> AsyncIterator[Site]:
    after, seen = "", 0
    while seen < MOST and (rows := await page_of(work, query, after, BATCH)):
        for site in rows:
            yield site
        seen, after = seen + len(rows), rows[-1].code


routes = [listing, export, one]
