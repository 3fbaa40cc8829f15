"""Parts of the roster from the bureau's sections: handed in, merged, returned."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, MultipartBody, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from services.usecases.merge_parts import open_merges
from services.usecases.roster_sections import (
    duty_of,
    list_submissions,
    return_part,
    section_faces,
    submit_part,
)
from services.views.desk import here
from services.views.imports import report_of_check
from services.visiting.visit_errors import RosterRefused
from services.web.depends import InWork
from services.web.errors import BadRequest
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@dataclass
class PartForm:
    """What was handed in."""

    section: str
    file: UploadFile


@get("/desk/sections", action="roster.submit", read_only=True)
async def show(request: AnyRequest, work: InWork) -> Template:
    """Who supplies which part, the form, and what was handed in."""
    return await _page(request, work)


@post("/desk/sections", action="roster.submit", status_code=200)
async def take(request: AnyRequest, work: InWork, data: MultipartBody[PartForm]) -> Template:
    """Takes a section's list."""
    if not data.file.filename:
        raise BadRequest(wanted=".xlsx, .csv")
    try:
        kept = await submit_part(work, data.section, await data.file.read(), data.file.filename)
    except Problem as problem:
        if problem.kind != "invalid":
            raise
        seen = problem.check if isinstance(problem, RosterRefused) else None
        report = report_of_check("sites", data.file.filename, seen, "") if seen is not None else None
        told = problem.as_dict(language(request))
        return await _page(request, work, status=422, problem=told, report=report)
    return await _page(request, work, kept=kept)


@post("/desk/sections/{submission:uuid}/return", action="site.import", status_code=303)
async def give_back(work: InWork, submission: FromPath[UUID], data: Form) -> Redirect:
    """Gives a list back with a reason."""
    await return_part(work, submission, data.get("why", ""))
    return Redirect("/desk/sections", status_code=303)


async def _page(request: AnyRequest, work: Work, *, status: int = 200, **found: Any) -> Template:
    faces = await section_faces(work)
    context = {"problem": None, "report": None, "kept": None} | found
    return page(
        request,
        "desk/sections.html",
        status=status,
        here=await here(work),
        faces=faces,
        duties={face.section.code: duty_of(face.section) for face in faces},
        rows=await list_submissions(work),
        merges=await open_merges(work),
        **context,
    )


routes = [show, take, give_back]
