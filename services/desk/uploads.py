"""Files for the provincial platform: what is due, made files, receipts."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from services.connectors import telling
from services.usecases.upload_results import due_uploads, keep_receipt, make_upload, upload_file
from services.views.desk import here, periods_of
from services.web.depends import InWork
from services.web.pages import page
from tenants.stores import uploads

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@get("/desk/uploads", action="upload.make", read_only=True)
async def listing(request: AnyRequest, work: InWork) -> Template:
    """Records waiting, files made."""
    period, known = await periods_of(work)
    return page(
        request,
        "desk/uploads.html",
        here=await here(work),
        due=await due_uploads(work),
        systems=tuple(telling("public").values()),
        made=await uploads.recent(work.db, work.scope, work.scope.bureau, 50),
        period=period,
        periods=known,
    )


@post("/desk/uploads", action="upload.make", status_code=303)
async def make(work: InWork, data: Form) -> Redirect:
    """Makes the file of everything accepted and not handed over yet."""
    await make_upload(work, data.get("period", ""))
    return Redirect("/desk/uploads", status_code=303)


@get("/desk/uploads/{upload:uuid}/file", action="upload.make", read_only=False)  # noted
async def file(work: InWork, upload: FromPath[UUID]) -> Response[bytes]:
    """A file made before, byte for byte."""
    made = await upload_file(work, upload)
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(made.name)}"}
    return Response(made.data, media_type=XLSX, headers=headers)


@post("/desk/uploads/{upload:uuid}/receipt", action="upload.make", status_code=303)
async def receipt(work: InWork, upload: FromPath[UUID], data: Form) -> Redirect:
    """Notes the number the platform answered with."""
    await keep_receipt(work, upload, data.get("receipt", ""))
    return Redirect("/desk/uploads", status_code=303)


routes = [listing, make, file, receipt]
