"""Rosters in: upload, say what columns mean, look at the check, take the valid rows or nothing, undo."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, MultipartBody, URLEncodedBody
from litestar.response import Redirect, Template

from policies.access import menu
from policies.errors import Missing, Problem
from services.ruling.roster_form import roster_form
from services.sheets import LAYOUTS, fill_template
from services.usecases.import_check import check_file
from services.usecases.import_columns import remembered, set_heading
from services.usecases.import_files import read_if_there, refused_path
from services.usecases.import_judge import ACTIONS
from services.usecases.undo_import import undo_import
from services.views.desk import here
from services.web.depends import InWork
from services.web.errors import BadRequest
from services.web.pages import language, page
from services.work import Work
from tenants.import_rows import RosterKind
from tenants.stores import import_checks, imports

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ANY = "officer.import"  # everyone who imports sites may import officers too; the kind is asked below
FORGET = "-"  # no field has this key
ID = re.compile(r"[0-9a-f-]{36}", re.ASCII)


@dataclass
class ImportForm:
    """What was handed in."""

    kind: str
    file: UploadFile


@get("/desk/import", action=ANY)
async def form(request: AnyRequest, work: InWork) -> Template:
    """The form, files that wait, remembered headings, the latest imports."""
    return await _page(request, work)


@get("/desk/import/template/{kind:str}", action=ANY)
async def template(work: InWork, kind: FromPath[str]) -> Response[bytes]:
    """The empty template of a roster, what the own bureau wants filled in marked."""
    layout = LAYOUTS.get(kind)
    if layout is None or kind not in ACTIONS:
        raise Missing(kind, what="模板")
    work.require(ACTIONS[kind_of(kind)])
    required: frozenset[str] = frozenset()
    if kind == "sites":
        form = await roster_form(work)
        layout, required = form.layout, form.required
    data = await asyncio.to_thread(fill_template, layout, required=required)
    headers = {"content-disposition": f'attachment; filename="{kind}-template.xlsx"'}
    return Response(data, media_type=XLSX, headers=headers)


@post("/desk/import", action=ANY)
async def upload(request: AnyRequest, work: InWork, data: MultipartBody[ImportForm]) -> Template | Redirect:
    """Checks a file and leads to what was found; the roster is not touched."""
    body, name = await data.file.read(), data.file.filename
    if not name:
        raise BadRequest(data.kind, wanted="sites / officers; .xlsx, .csv")
    try:
        row = await check_file(work, kind_of(data.kind), body, name)
    except Problem as problem:
        if problem.kind != "invalid":
            raise
        return await _page(request, work, status=422, problem=problem.as_dict(language(request)))
    return Redirect(f"/desk/import/checks/{row.id}", status_code=303)


@get("/desk/import/refused/{kind:str}/{name:str}", action=ANY)
async def refused(work: InWork, kind: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """The refused rows of a file of the own bureau, with reasons, ready to be corrected."""
    if kind not in ACTIONS or not ID.fullmatch(name):
        raise Missing(name[:40], what="错误行文件")
    work.require(ACTIONS[kind_of(kind)])
    path = refused_path(work.app.home, work.scope.bureau, kind, name)
    data = await asyncio.to_thread(read_if_there, path)
    if data is None:
        raise Missing(name[:40], what="错误行文件")
    headers = {"content-disposition": 'attachment; filename="refused-rows.xlsx"'}
    return Response(data, media_type=XLSX, headers=headers)


@post("/desk/import/headings", action=ANY, status_code=303)
async def heading(work: InWork, data: Form) -> Redirect:
    """Changes what a remembered heading means, or forgets it."""
    field = data.get("field", "")
    kind = kind_of(data.get("kind", ""))
    await set_heading(work, kind, data.get("heading", ""), None if field == FORGET else field)
    return Redirect("/desk/import#headings", status_code=303)


@post("/desk/import/{batch:uuid}/undo", action=ANY, status_code=200)
async def undo(request: AnyRequest, work: InWork, batch: FromPath[UUID], data: Form) -> Template:
    """Takes an import back as one step, or says why nothing was."""
    return await _page(request, work, undone=await undo_import(work, batch, data.get("why", "")))


def kind_of(text: str) -> RosterKind:
    """The kind of roster a form names. Raises BadRequest."""
    found = next((kind for kind in ACTIONS if kind == text), None)
    if found is None:
        raise BadRequest(text[:40], wanted="sites / officers")
    return found


async def _page(request: AnyRequest, work: Work, *, status: int = 200, **found: Any) -> Template:
    kinds = menu(work.principal, ACTIONS.values())
    mine = [kind for kind, action in ACTIONS.items() if action in kinds]
    recent = [b for b in await imports.recent(work.db, work.scope, limit=10) if b.kind in mine]
    rows = await import_checks.recent(work.db, work.scope, work.scope.bureau, 20)
    waiting = [row for row in rows if row.kind in mine and _open(row, work)]
    known = {kind: await remembered(work, kind) for kind in mine}
    context = {"problem": None, "undone": None, "waiting": waiting, "known": known} | found
    return page(request, "desk/import.html", status=status, here=await here(work), recent=recent, **context)


def _open(row: Any, work: Work) -> bool:
    return row.state not in ("taken", "dropped") and row.expires_at > work.now


routes = [form, template, upload, refused, heading, undo]
