"""Rosters in: upload, report by row and cell, exactly the refused rows back as a workbook."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, MultipartBody, URLEncodedBody
from litestar.response import Template

from policies.access import menu
from policies.errors import Missing, Problem
from policies.roster import RosterCheck
from services.home import Home, write_whole
from services.ruling.roster_form import roster_form
from services.sheets import LAYOUTS, fill_template, write_refused
from services.usecases.import_roster import Imported, import_officers, import_sites
from services.usecases.undo_import import undo_import
from services.views.desk import here
from services.views.imports import ImportReport, report_of, report_of_check
from services.visiting.visit_errors import RosterRefused
from services.web.depends import InWork
from services.web.errors import BadRequest
from services.web.pages import language, page
from services.work import Work
from tenants.stores import imports

AnyRequest = Request[Any, Any, Any]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ACTIONS = {"sites": "site.import", "officers": "officer.import"}
ANY = "officer.import"  # everyone who imports sites may import officers too; the kind is asked below
ID = re.compile(r"[0-9a-f-]{36}", re.ASCII)


@dataclass
class ImportForm:
    """What was handed in."""

    kind: str
    file: UploadFile
    strict: str = ""


@get("/desk/import", action=ANY)
async def form(request: AnyRequest, work: InWork) -> Template:
    """The form and the latest imports."""
    return await _page(request, work)


@get("/desk/import/template/{kind:str}", action=ANY)
async def template(work: InWork, kind: FromPath[str]) -> Response[bytes]:
    """The empty template of a roster, what the own bureau wants filled in marked."""
    layout = LAYOUTS.get(kind)
    if layout is None or kind not in ACTIONS:
        raise Missing(kind, what="模板")
    work.require(ACTIONS[kind])
    required: frozenset[str] = frozenset()
    if kind == "sites":
        form = await roster_form(work)
        layout, required = form.layout, form.required
    data = await asyncio.to_thread(fill_template, layout, required=required)
    headers = {"content-disposition": f'attachment; filename="{kind}-template.xlsx"'}
    return Response(data, media_type=XLSX, headers=headers)


@post("/desk/import", action=ANY, status_code=200)
async def take(request: AnyRequest, work: InWork, data: MultipartBody[ImportForm]) -> Template:
    """Imports a file; what was refused is listed by sheet, row and column, and offered as a workbook."""
    body, name, lang = await data.file.read(), data.file.filename, language(request)
    try:
        report = await _import(work, data.kind, body, name, bool(data.strict))
    except Problem as problem:
        if problem.kind != "invalid":
            raise
        seen = problem.check if isinstance(problem, RosterRefused) else None
        id = await keep_refused(work, seen, data.kind) if seen is not None else ""
        told = report_of_check(data.kind, name, seen, id) if seen is not None else None
        return await _page(request, work, status=422, report=told, problem=problem.as_dict(lang))
    return await _page(request, work, report=report)


@get("/desk/import/refused/{kind:str}/{name:str}", action=ANY)
async def refused(work: InWork, kind: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """The refused rows of an import of the own bureau, with reasons, ready to be corrected."""
    if kind not in ACTIONS or not ID.fullmatch(name):
        raise Missing(name[:40], what="错误行文件")
    work.require(ACTIONS[kind])
    path = refused_path(work.app.home, work.scope.bureau, kind, name)
    data = await asyncio.to_thread(read_if_there, path)
    if data is None:
        raise Missing(name[:40], what="错误行文件")
    headers = {"content-disposition": 'attachment; filename="refused-rows.xlsx"'}
    return Response(data, media_type=XLSX, headers=headers)


@post("/desk/import/{batch:uuid}/undo", action="site.import", status_code=200)
async def undo(
    request: AnyRequest, work: InWork, batch: FromPath[UUID], data: URLEncodedBody[dict[str, str]]
) -> Template:
    """Takes an import of sites back as one step, or says why nothing was."""
    return await _page(request, work, undone=await undo_import(work, batch, data.get("why", "")))


async def _import(work: Work, kind: str, body: bytes, name: str, strict: bool) -> ImportReport:
    if kind not in ACTIONS or not name:
        raise BadRequest(name or kind, wanted="sites / officers; .xlsx, .csv")
    work.require(ACTIONS[kind])
    done: Imported[Any] = (
        await import_sites(work, body, name, strict=strict)
        if kind == "sites"
        else await import_officers(work, body, name, strict=strict)
    )
    id = await keep_refused(work, done.check, kind) if done.check.refused else ""
    return report_of(done, id)


async def keep_refused(work: Work, check: RosterCheck[Any], kind: str) -> str:
    """Writes the refused rows for download; returns the name to ask for."""
    id = str(uuid4())
    data = await asyncio.to_thread(write_refused, check)
    path = refused_path(work.app.home, work.scope.bureau, kind, id)
    await asyncio.to_thread(write_whole, path, data)
    return id


def refused_path(home: Home, bureau: str, kind: str, id: str) -> Path:
    """Where a bureau's refused rows lie; bureau and kind in the name keep others out."""
    return home.of_bureau(bureau, "uploads", f"{kind}-{id}-refused.xlsx")


def read_if_there(path: Path) -> bytes | None:
    """The bytes of a file, or None."""
    return path.read_bytes() if path.is_file() else None


async def _page(request: AnyRequest, work: Work, *, status: int = 200, **found: Any) -> Template:
    kinds = menu(work.principal, ACTIONS.values())
    recent = [b for b in await imports.recent(work.db, work.scope, limit=10) if ACTIONS[b.kind] in kinds]
    context = {"report": None, "problem": None, "undone": None} | found
    return page(request, "desk/import.html", status=status, here=await here(work), recent=recent, **context)


routes = [form, template, take, undo, refused]
