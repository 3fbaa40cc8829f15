"""Files for the provincial platform, and the receipts it answers with."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import JSONBody, PathParameter
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import NO_NUL, Body, Bureau, Hash, Id, InPeriod, KeyInPath, Limit, Out, Period, show
from services.usecases.tell_results import due_lines, make_telling
from services.usecases.upload_results import (
    Due,
    Uploaded,
    due_uploads,
    keep_receipt,
    make_upload,
    upload_file,
)
from services.web.depends import InWork
from tenants.stores import uploads

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
System = Annotated[str, PathParameter(pattern=r"[a-z-]{1,40}", description="Profile, e.g. credit-results.")]


class UploadOrder(Body):
    """`profile`: the form of a province's platform; left out, the one the rules name."""

    period: Period
    profile: Id | None = None


class UploadedOut(Out):
    """A file made; `late`: records whose last day had passed."""

    upload_id: UUID
    period: Period
    profile: str
    target: str
    file: str
    sha256: Hash
    count: int
    late: int


class UploadOut(Out):
    """A file made earlier, and the receipt for it."""

    id: UUID
    period: Period
    profile: str
    file_name: str
    sha256: Hash
    count: int
    made_at: datetime
    made_by: str
    receipt: str | None
    receipt_at: datetime | None


class DueOut(Out):
    """An accepted record not handed over yet; `left`: working days, negative when late."""

    visit_id: UUID
    site_code: str
    due: date
    left: int


class TellingOrder(Body):
    """The quarter whose public results a system is told."""

    period: Period


class TellingOut(Out):
    """A result a system has yet to be told about.

    `change`: `new`, `changed` since it was told, or `withdrawn`: its notice was taken back.
    """

    visit_id: UUID
    site_code: str
    change: str
    notice: str


class Receipt(Body):
    """The batch number the platform answered with."""

    receipt: Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_NUL)]


@reads("/bureaus/{bureau:str}/uploads", action="upload.make", read_only=True)
async def list_uploads(work: InWork, bureau: Bureau, limit: Limit = 20) -> list[UploadOut]:
    """Files made so far, newest first."""
    work.require("upload.make", bureau=bureau)
    return [show(one, UploadOut) for one in await uploads.recent(work.db, work.scope, bureau, limit)]


@reads("/bureaus/{bureau:str}/uploads/due", action="upload.make", read_only=True)
async def list_due_uploads(work: InWork, bureau: Bureau) -> list[DueOut]:
    """Records that wait for upload, most urgent first."""
    return [_due(one) for one in await due_uploads(work)]


@acts("/bureaus/{bureau:str}/uploads", action="upload.make")
async def make_upload_file(
    once: InOnce, bureau: Bureau, data: JSONBody[UploadOrder]
) -> Response[UploadedOut]:
    """Make the file of all accepted records of a quarter that are in none yet."""
    return await once.run(lambda work: make_upload(work, data.period, profile=data.profile), _made)


@reads(
    "/bureaus/{bureau:str}/uploads/{upload_id:uuid}/file",
    action="upload.make",
    read_only=False,
    media_type=XLSX,
)
async def get_upload_file(work: InWork, bureau: Bureau, upload_id: KeyInPath) -> Response[bytes]:
    """A file made before, byte for byte; the journal says who took it."""
    file = await upload_file(work, upload_id)
    headers = {"content-disposition": f'attachment; filename="{upload_id}.xlsx"'}
    return Response(file.data, media_type=XLSX, headers=headers)


@acts("/bureaus/{bureau:str}/uploads/{upload_id:uuid}/receipt", action="upload.make")
async def note_receipt(
    once: InOnce, bureau: Bureau, upload_id: KeyInPath, data: JSONBody[Receipt]
) -> Response[UploadOut]:
    """Note the platform's receipt, once."""
    return await once.run(
        lambda work: keep_receipt(work, upload_id, data.receipt), lambda one: show(one, UploadOut)
    )


@reads("/bureaus/{bureau:str}/uploads/systems/{profile:str}", action="upload.make", read_only=True)
async def list_due_lines(work: InWork, bureau: Bureau, profile: System, period: InPeriod) -> list[TellingOut]:
    """Public results of a quarter that a system has yet to be told, in time order."""
    return [
        TellingOut(
            visit_id=one.visit_id,
            site_code=one.visit.site_code,
            change=one.change,
            notice=str(one.line["notice"]),
        )
        for one in await due_lines(work, period, profile)
    ]


@acts("/bureaus/{bureau:str}/uploads/systems/{profile:str}", action="upload.make")
async def make_telling_file(
    once: InOnce, bureau: Bureau, profile: System, data: JSONBody[TellingOrder]
) -> Response[UploadedOut]:
    """Make the file for a system; read and receipted like the other files."""
    return await once.run(lambda work: make_telling(work, data.period, profile), _made)


def _due(one: Due) -> DueOut:
    return DueOut(visit_id=one.visit.id, site_code=one.visit.site_code, due=one.due, left=one.left)


def _made(done: Uploaded) -> UploadedOut:
    upload = done.upload
    return UploadedOut(
        upload_id=upload.id,
        period=upload.period,
        profile=upload.profile,
        target=done.target,
        file=upload.file_name,
        sha256=upload.sha256,
        count=upload.count,
        late=done.late,
    )


routes = [
    list_uploads,
    list_due_uploads,
    make_upload_file,
    get_upload_file,
    note_receipt,
    list_due_lines,
    make_telling_file,
]
