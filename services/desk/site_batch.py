"""One field of many sites changed at once: chosen in the roster, shown, then taken or not."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, get, post
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Template

from policies.errors import Problem
from policies.roster.batch import MOST, Batch, BatchChange
from policies.roster.batch_errors import BatchEmpty, BatchTooLarge
from policies.terms import Site, SiteStatus
from services.ruling.ruleset import rules_for
from services.usecases.change_sites import change_sites, preview_batch
from services.views.desk import here
from services.views.site_list import SiteQuery, page_of
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work
from tenants.stores import sites

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
ASKED = ("to", "text", "basis", "case", "why", "dated")
_WRITTEN = ("authority", "basin")  # fields whose value is typed
SHOWN = 200  # rows of the preview; the numbers are of all


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows somebody chose, one by one or by the whole query."""

    query: SiteQuery
    whole: bool
    rows: tuple[Site, ...]


@get("/desk/sites/change", action="site.import")
async def form(
    request: AnyRequest, work: InWork, bureau: FromQuery[str] = "", whole: FromQuery[str] = ""
) -> Template:
    """What to change of the chosen rows; once that is said, the rows before and after."""
    query = SiteQuery.of(work, bureau, request.query_params)
    work.require("site.import", bureau=query.bureau)
    asked = {name: str(request.query_params.get(name, "")) for name in ASKED}
    try:
        chosen = await _chosen(work, query, bool(whole), request.query_params.getall("code", []))
    except BatchTooLarge as problem:
        return await _page(request, work, Chosen(query, bool(whole), ()), asked, problem)
    if not asked["to"]:
        return await _page(request, work, chosen, asked)
    try:
        change = _change(asked)
        found = await preview_batch(work, [one.code for one in chosen.rows], change)
    except Problem as problem:
        if problem.kind != "invalid":
            raise
        return await _page(request, work, chosen, asked, problem)
    return await _page(request, work, chosen, asked, preview=found, change=change)


@post("/desk/sites/change", action="site.import", status_code=200)
async def take(request: AnyRequest, work: InWork, data: Form) -> Template:
    """Takes a batch exactly as it was shown, or says which rows changed meanwhile."""
    pairs = (row.rpartition(":") for row in data.get("rows", "").split())
    marks = {code: mark for code, _, mark in pairs}
    names = ("field", "value", "why", "basis", "case", "dated")
    change = BatchChange(**{name: data.get(name, "") for name in names})
    try:
        async with work.attempt():
            done = await change_sites(work, marks, change)
    except Problem as problem:
        if problem.kind not in ("invalid", "conflict"):
            raise
        return await _again(request, work, list(marks), change, problem)
    where = await here(work)
    return page(request, "desk/site_changed.html", here=where, done=done)


async def _again(
    request: AnyRequest, work: Work, codes: list[str], change: BatchChange, problem: Problem
) -> Template:
    """The same rows and words once more, beside the rows as they stand now: nothing is typed twice."""
    chosen = await _chosen(work, SiteQuery.of(work, "", {}), False, codes)
    typed = change.value if change.field in _WRITTEN else ""
    asked = {name: getattr(change, name) for name in ("why", "basis", "case", "dated")}
    asked |= {"to": f"{change.field}:{'' if typed else change.value}", "text": typed}
    try:
        found = await preview_batch(work, [one.code for one in chosen.rows], change) if chosen.rows else None
    except Problem:
        found = None  # what is wrong with it is said already
    return await _page(request, work, chosen, asked, problem, preview=found, change=change)


async def _chosen(work: Work, query: SiteQuery, whole: bool, codes: list[str]) -> Chosen:
    if whole:
        rows = await page_of(work, query, "", MOST + 1)
        if len(rows) > MOST:
            raise BatchTooLarge(f"> {MOST}", most=MOST)
        return Chosen(query, whole, rows)
    return Chosen(query, whole, await sites.some(work.db, work.scope, query.bureau, codes[:MOST]))


def _change(asked: dict[str, str]) -> BatchChange:
    field, _, value = asked["to"].partition(":")
    rest = (asked[name] for name in ("why", "basis", "case", "dated"))
    return BatchChange(field, value or asked["text"], *rest)


async def _page(
    request: AnyRequest,
    work: Work,
    chosen: Chosen,
    asked: dict[str, str],
    problem: Problem | None = None,
    preview: Batch | None = None,
    change: BatchChange | None = None,
) -> Template:
    if problem is None and not chosen.rows:
        problem = BatchEmpty("0")
    cases = (await rules_for(work, chosen.query.bureau)).get("class.special")
    status = {"invalid": 422, "conflict": 409}[problem.kind] if problem else 200
    return page(
        request,
        "desk/site_change.html",
        status=status,
        here=await here(work),
        chosen=chosen,
        asked=asked,
        problem=problem.as_dict(language(request)) if problem else None,
        preview=preview,
        change=change,
        shown=SHOWN,
        statuses=list(SiteStatus),
        cases=dict(cases.value) if cases else {},
    )


routes = [form, take]
