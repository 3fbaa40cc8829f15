"""Rosters in: a file is uploaded, every row judged, and the report says what became of each."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.params import FromPath, JSONBody, MultipartBody

from policies.errors import Missing
from policies.terms import Period
from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import AnyPeriod, Body, Bureau, Flag, KeyInPath, Limit, Out, Reason, show
from services.sheets import LAYOUTS, fill_template
from services.usecases.import_roster import Imported, import_officers, import_sites
from services.usecases.undo_import import undo_import
from services.visiting.visit_errors import RosterRefused
from services.web.depends import InWork
from services.web.problems import on_problem
from tenants.stores import imports

Kind = Literal["sites", "officers"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class RosterFile:
    """`file`: xlsx or csv in the template's layout. `key_list`: codes of the city's yearly key list."""

    file: UploadFile
    key_list: str = ""


class ImportOut(Out):
    """What an import did; `report` counts the rows and names place and reason of each refused one."""

    kind: Kind
    batch: UUID
    repeated: bool
    added: int
    changed: int
    unchanged: int
    report: dict[str, Any]


class BatchOut(Out):
    """An import of the past."""

    id: UUID
    kind: Kind
    file_name: str
    sha256: str
    at: datetime
    by: str
    report: dict[str, Any]


class UndoOrder(Body):
    """Why an import is taken back."""

    why: Reason


class UndoneOut(Out):
    """`restored`: rows as they were before; `closed`: sites it had brought in, or officers now off post."""

    batch: UUID
    file_name: str
    restored: int
    closed: int


@acts("/bureaus/{bureau:str}/imports/sites", action="site.import")
async def import_site_roster(
    once: InOnce, bureau: Bureau, data: MultipartBody[RosterFile], strict: Flag = False
) -> Response[ImportOut]:
    """Import sites.

    Valid rows are kept and refused ones reported; with `strict` one refused row keeps everything out.
    The same file again changes nothing.
    """
    content, name = await data.file.read(), data.file.filename
    keys = frozenset(re.findall(r"[^\s,;，；]+", data.key_list)) or None
    return await once.run(
        lambda work: import_sites(work, content, name, strict=strict, key_list=keys), import_out
    )


@acts("/bureaus/{bureau:str}/imports/officers", action="officer.import")
async def import_officer_roster(
    once: InOnce,
    bureau: Bureau,
    data: MultipartBody[RosterFile],
    strict: Flag = False,
    period: AnyPeriod = None,
) -> Response[ImportOut]:
    """Import officers.

    `period` is the quarter drawn for next: certificates that end within it are warned about.
    """
    content, name = await data.file.read(), data.file.filename
    wanted = Period.parse(period) if period else None
    return await once.run(
        lambda work: import_officers(work, content, name, strict=strict, period=wanted), import_out
    )


@reads("/bureaus/{bureau:str}/imports", action="site.read")
async def list_imports(work: InWork, bureau: Bureau, limit: Limit = 20) -> list[BatchOut]:
    """The latest imports, newest first."""
    work.require("site.read", bureau=bureau)
    return [show(one, BatchOut) for one in await imports.recent(work.db, work.scope, bureau, limit)]


@reads("/import-templates/{kind:str}", action="public.read", media_type=XLSX)
async def get_import_template(kind: FromPath[str]) -> Response[bytes]:
    """The empty template as xlsx; `kind` is `sites`, `officers` or `platform`."""
    if kind not in LAYOUTS:
        raise Missing(kind, what="模板")
    headers = {"content-disposition": f'attachment; filename="{kind}.xlsx"'}
    return Response(fill_template(LAYOUTS[kind]), media_type=XLSX, headers=headers)


@acts("/bureaus/{bureau:str}/imports/{batch:uuid}/undo", action="officer.import")
async def undo_roster_import(
    once: InOnce, bureau: Bureau, batch: KeyInPath, data: JSONBody[UndoOrder]
) -> Response[UndoneOut]:
    """Take an import back as one step.

    Refused as a whole when one of its rows was changed again since, or its officers are part of a draw.
    """
    return await once.run(lambda work: undo_import(work, batch, data.why), lambda done: show(done, UndoneOut))


def refused(request: Request[Any, Any, Any], problem: RosterRefused) -> Response[Any]:
    """The refusal of a whole file as a problem, with the report of every row beside it."""
    answer = on_problem(request, problem)
    if isinstance(answer.content, dict) and problem.check is not None:
        answer.content["report"] = problem.check.as_dict()
    return answer


def import_out(done: Imported[Any]) -> ImportOut:
    """What an import did, as an answer."""
    numbers = {"added": done.counts.added, "changed": done.counts.changed, "unchanged": done.counts.unchanged}
    return ImportOut(kind=done.kind, batch=done.batch, repeated=done.repeated, report=done.report, **numbers)


routes = [import_site_roster, import_officer_roster, list_imports, undo_roster_import, get_import_template]
