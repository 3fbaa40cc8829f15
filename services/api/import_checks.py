"""Rosters in, step by step: a file is checked and kept beside the roster, then taken whole or dropped."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Response
from litestar.datastructures import UploadFile
from litestar.params import JSONBody, MultipartBody, PathParameter

from policies.access import menu
from policies.errors import Missing
from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import Body, Bureau, KeyInPath, Limit, Out, Words, show
from services.usecases.import_check import check_again, check_file, choose_columns, drop_check, get_check
from services.usecases.import_columns import remembered, set_heading
from services.usecases.import_files import read_if_there, refused_path
from services.usecases.import_judge import ACTIONS
from services.usecases.import_take import Taken, take_check
from services.web.depends import InWork
from services.web.errors import BadRequest
from tenants.import_rows import ImportCheck
from tenants.stores import import_checks

Kind = Literal["sites", "officers"]
OfKind = Annotated[Kind, PathParameter(description="Which roster: sites or officers.")]
State = Literal["columns", "waiting", "checked", "ordered", "taking", "taken", "dropped", "failed"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ANY = "officer.import"  # the kind's own action is asked by the use cases
ONE = "/bureaus/{bureau:str}/import-checks/{check:uuid}"


@dataclass
class CheckedFile:
    """`kind`: sites or officers. `file`: xlsx or csv. `columns`: JSON object, heading → field or ""."""

    kind: Kind
    file: UploadFile
    columns: str = ""


class ColumnOut(Out):
    """A heading of the file and the field it fills; `field` "" = not imported, `why` who said so."""

    letter: str
    text: str
    said: str
    sample: str
    field: str
    why: Literal["template", "remembered", "chosen", "suggested", "open"]


class CheckOut(Out):
    """A file on its way. `summary` has the counts, the faults by cell, and what taking it would do.

    `columns` asks for headings, see `columns`; `waiting` and `ordered` are with the worker; a `checked` one
    can be taken until `expires_at`; `batch` is the import it became.
    """

    id: UUID
    kind: Kind
    file_name: str
    sha256: str
    size: int
    state: State
    stage: str
    done: int
    total: int
    columns: list[ColumnOut] | None
    summary: dict[str, Any] | None
    problem: dict[str, Any] | None
    made_at: datetime
    made_by: str
    expires_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    batch: UUID | None


class ColumnsOrder(Body):
    """`columns`: heading as the check shows it (`text`) → field, "" = not imported."""

    columns: dict[str, Words]


class HeadingOut(Out):
    """A heading that is not the template's, and the field it fills in files of this bureau."""

    heading: str
    field: str
    at: datetime
    by: str


class HeadingOrder(Body):
    """`field`: key of a field, "" = the column is not imported, null = forget the heading."""

    heading: Words
    field: Words | None


@acts("/bureaus/{bureau:str}/import-checks", action=ANY)
async def check_roster_file(
    once: InOnce, bureau: Bureau, data: MultipartBody[CheckedFile]
) -> Response[CheckOut]:
    """Check a file; nothing of it is in the roster before it is taken.

    A large file is left to the worker: the answer is `waiting`, ask again for it.
    """
    content, name, columns = await data.file.read(), data.file.filename, _columns(data.columns)
    return await once.run(lambda work: check_file(work, data.kind, content, name, columns=columns), check_out)


@reads("/bureaus/{bureau:str}/import-checks", action=ANY)
async def list_import_checks(work: InWork, bureau: Bureau, limit: Limit = 20) -> list[CheckOut]:
    """The latest files handed in, newest first; only kinds the person may import."""
    work.require(ANY, bureau=bureau)
    rows = await import_checks.recent(work.db, work.scope, bureau, limit)
    mine = menu(work.principal, ACTIONS.values())
    return [check_out(row) for row in rows if ACTIONS[row.kind] in mine]


@reads(ONE, action=ANY)
async def get_import_check(work: InWork, bureau: Bureau, check: KeyInPath) -> CheckOut:
    """Where a file is on its way, and what was found."""
    work.require(ANY, bureau=bureau)
    return check_out(await get_check(work, check))


@reads(ONE + "/refused", action=ANY, media_type=XLSX)
async def get_refused_rows(work: InWork, bureau: Bureau, check: KeyInPath) -> Response[bytes]:
    """Exactly the refused rows as xlsx, each with its reason; correct them and hand them in again."""
    work.require(ANY, bureau=bureau)
    row = await get_check(work, check)
    path = refused_path(work.app.home, row.bureau, row.kind, str(check))
    data = await asyncio.to_thread(read_if_there, path)
    if data is None:
        raise Missing(str(check), what="错误行文件")
    headers = {"content-disposition": 'attachment; filename="refused-rows.xlsx"'}
    return Response(data, media_type=XLSX, headers=headers)


@acts(ONE + "/columns", action=ANY)
async def choose_import_columns(
    once: InOnce, bureau: Bureau, check: KeyInPath, data: JSONBody[ColumnsOrder]
) -> Response[CheckOut]:
    """Say what headings mean, and check anew with it; remembered once valid rows come of it."""
    return await once.run(lambda work: choose_columns(work, check, data.columns), check_out)


@acts(ONE + "/again", action=ANY)
async def check_roster_file_again(once: InOnce, bureau: Bureau, check: KeyInPath) -> Response[CheckOut]:
    """Check the same file by the rules and the roster of now."""
    return await once.run(lambda work: check_again(work, check), check_out)


@acts(ONE + "/take", action=ANY)
async def take_roster_file(once: InOnce, bureau: Bureau, check: KeyInPath) -> Response[CheckOut]:
    """Take the valid rows: exactly what the check said, or nothing (409). Asked twice, it is taken once."""
    return await once.run(lambda work: take_check(work, check), _taken)


@acts(ONE + "/drop", action=ANY)
async def drop_roster_file(once: InOnce, bureau: Bureau, check: KeyInPath) -> Response[CheckOut]:
    """Take nothing of the file; possible until the worker has begun to take it."""
    return await once.run(lambda work: drop_check(work, check), check_out)


@reads("/bureaus/{bureau:str}/import-headings/{kind:str}", action=ANY)
async def list_import_headings(work: InWork, bureau: Bureau, kind: OfKind) -> list[HeadingOut]:
    """What the bureau's own headings mean, as remembered from checks that went through."""
    work.require(ANY, bureau=bureau)
    return [show(one, HeadingOut) for one in (await remembered(work, kind)).headings]


@acts("/bureaus/{bureau:str}/import-headings/{kind:str}", action=ANY)
async def set_import_heading(
    once: InOnce, bureau: Bureau, kind: OfKind, data: JSONBody[HeadingOrder]
) -> Response[None]:
    """Change what a remembered heading means, or forget it."""
    return await once.run(lambda work: set_heading(work, kind, data.heading, data.field), lambda _: None)


def check_out(row: ImportCheck) -> CheckOut:
    """A check as an answer."""
    return show(row, CheckOut)


def _taken(found: Taken) -> CheckOut:
    return check_out(found.check)


def _columns(text: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(text, type=dict[str, str]) if text.strip() else {}
    except msgspec.DecodeError as error:
        raise BadRequest(str(error)[:100], wanted='{"heading": "field"}') from None


routes = [
    check_roster_file,
    list_import_checks,
    get_import_check,
    get_refused_rows,
    choose_import_columns,
    check_roster_file_again,
    take_roster_file,
    drop_roster_file,
    list_import_headings,
    set_import_heading,
]
