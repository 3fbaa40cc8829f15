"""The roster of sites: query form, keyset pages, exports, history."""

from collections.abc import AsyncIterator
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
from services.ruling.roster_form import RosterForm, roster_form
from services.usecases.roster_sections import sources_of
from services.usecases.site_successor import successors_of
from services.views.copies import with_mark
from services.views.desk import here
from services.views.evidence import evidence_face
from services.views.rosters import as_csv, as_json, history_rows, site_cells
from services.views.site_list import SiteQuery, cursor, listing_data, page_of
from services.views.site_quality import gap_headings
from services.web.depends import InWork
from services.web.pages import page
from services.work import Work
from tenants.stores import key_takes, sites

AnyRequest = Request[Any, Any, Any]
BATCH = 5000
MOST = 100_000
# columns beside code and name, as the list shows them from the left
COLUMNS = ("class", "status", "industry", "address", "pollution", "division", "credit_code", "authority",
           "basin", "visits")  # fmt: skip
USUAL = ("class", "status", "industry", "address", "pollution", "visits")
COOKIE, YEAR = "site_columns", 365 * 86_400


@get("/desk/sites", action="site.read")
async def listing(
    request: AnyRequest, work: InWork, bureau: FromQuery[str] = "", after: FromQuery[str] = ""
) -> Template:
    """The roster of a visible bureau."""
    query = SiteQuery.of(work, bureau, request.query_params)
    data = await listing_data(work, query, after)
    where = await here(work, data.query.bureau)
    form = await roster_form(work, data.query.bureau)
    gaps, columns = gap_headings(form), (*COLUMNS, *(f"own:{one.code}" for one in form.extra))
    chosen = _columns(request, columns, form)
    answer = page(
        request,
        "desk/sites.html",
        here=where,
        data=data,
        strata=list(Stratum),
        statuses=list(SiteStatus),
        pollutions=POLLUTION,
        form=form,
        own_bureau=work.scope.bureau,
        after=after,
        columns=columns,
        owns={one.code: one.heading for one in form.extra},
        chosen=chosen,
        lackable={key: gaps[key] for key in wanted(form.required, [one.code for one in form.extra]).keys},
        classes={site.code: class_shown(site, form.classes) for site in data.rows},
    )
    if "columns" in request.query_params:
        answer.set_cookie(
            COOKIE, ",".join(chosen), max_age=YEAR, path="/desk/sites", httponly=True, samesite="lax",
            secure=request.url.scheme == "https",
        )  # fmt: skip
    return answer


@get(["/desk/sites.csv", "/desk/sites.json"], action="site.read", read_only=False)  # the copy is kept
async def export(request: AnyRequest, work: InWork, bureau: FromQuery[str] = "") -> Response[bytes]:
    """The same query as a file, without persons and telephones."""
    query = SiteQuery.of(work, bureau, request.query_params)
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
    shown = await evidence_face(work, whose, site)
    return page(
        request,
        "desk/site.html",
        here=await here(work, whose),
        site=site,
        history=history,
        evidence=shown,
        ends=await successors_of(work, whose, code),
        today=work.today,
        form=form,
        fill=filled(site, wanted(form.required, [one.code for one in form.extra]), shown.evidenced),
        headings=gap_headings(form),
        classes=class_shown(site, form.classes),
        sources=await sources_of(work, whose, code),
        own=whose == work.scope.bureau,
        taking=await key_takes.of_site(work.db, work.scope, whose, code),
    )


async def _every(work: Work, query: SiteQuery) -> AsyncIterator[Site]:
    after, seen = "", 0
    while seen < MOST and (rows := await page_of(work, query, after, BATCH)):
        for site in rows:
            yield site
        seen, after = seen + len(rows), cursor(query, rows[-1])


def _columns(request: AnyRequest, known: tuple[str, ...], form: RosterForm) -> tuple[str, ...]:
    """The columns asked for now, or before in this browser; unknown ones count as not asked."""
    asked = request.query_params.getall("columns", [])
    if not asked:
        kept = request.cookies.get(COOKIE)
        if kept is None:
            return (*USUAL, *(f"own:{one.code}" for one in form.listed))
        asked = kept.split(",")
    return tuple(one for one in known if one in asked)


routes = [listing, export, one]
