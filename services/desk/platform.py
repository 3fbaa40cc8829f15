"""Lists of the provincial platform at the desk: taken over, or compared with a draw of ours."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, MultipartBody
from litestar.response import Template

from policies.errors import Problem
from policies.planning.platform import is_external
from services.drawing.external_errors import PlatformListRefused
from services.drawing.platform_lists import PlatformFile
from services.ruling.plans import subjects_of
from services.usecases.compare_platform import compare_platform
from services.usecases.import_external_draw import ExternalDraw, import_external_draw
from services.views.desk import here
from services.views.periods import next_period, period_of
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]
SHOWN = 200


@dataclass
class ListForm:
    """What was handed in."""

    batch: str = ""
    file: UploadFile | None = None
    period: str = ""
    subject: str = ""


@get("/desk/draws/platform", action="draw.prepare")
async def form(request: AnyRequest, work: InWork) -> Template:
    """The form of an import."""
    return await list_page(request, work, None, ListForm())


@post("/desk/draws/platform", action="draw.take_in", status_code=200)
async def take(request: AnyRequest, work: InWork, data: MultipartBody[ListForm]) -> Template:
    """Takes the platform's draw over, whole or not at all; every faulty row is told."""
    subject = data.subject or work.scope.bureau
    kind = "routine" if subject == work.scope.bureau else "overlay"
    try:
        order = ExternalDraw(subject, data.period, await _file(data), kind=kind)
        taken = await import_external_draw(work, order)
    except Problem as problem:
        return await refused_list(request, work, None, data, problem)
    return await list_page(request, work, None, data, taken=taken)


@get("/desk/draws/{draw_no:int}/platform", action="draw.compare")
async def compare_form(request: AnyRequest, work: InWork, draw_no: FromPath[int]) -> Template:
    """The form of a comparison."""
    return await list_page(request, work, draw_no, ListForm())


@post("/desk/draws/{draw_no:int}/platform", action="draw.compare", status_code=200)
async def compare(
    request: AnyRequest, work: InWork, draw_no: FromPath[int], data: MultipartBody[ListForm]
) -> Template:
    """Records the batch, compares the list; what differs is named to the dispatcher only."""
    try:
        compared = await compare_platform(work, draw_no, await _file(data))
    except Problem as problem:
        return await refused_list(request, work, draw_no, data, problem)
    return await list_page(request, work, draw_no, data, compared=compared)


async def _file(data: ListForm) -> PlatformFile:
    body = await data.file.read() if data.file else b""
    return PlatformFile(data.batch, body, data.file.filename if data.file else "")


async def refused_list(
    request: AnyRequest, work: Work, draw_no: int | None, data: ListForm, problem: Problem
) -> Template:
    """The form again with what is wrong; only what the input can mend, nothing was kept before it."""
    if problem.kind != "invalid":
        raise problem
    lang = language(request)
    check = problem.check if isinstance(problem, PlatformListRefused) else None
    errors = [one.as_dict(lang) for one in check.errors[:SHOWN]] if check else []
    told = problem.as_dict(lang)
    return await list_page(request, work, draw_no, data, status=422, problem=told, errors=errors)


async def list_page(
    request: AnyRequest, work: Work, draw_no: int | None, data: ListForm, *, status: int = 200, **found: Any
) -> Template:
    """The form, or what a list came to."""
    now = period_of(work.today)
    empty: dict[str, Any] = {"problem": None, "errors": [], "taken": None, "compared": None}
    return page(
        request,
        "desk/platform.html",
        status=status,
        here=await here(work),
        draw_no=draw_no,
        external=is_external(draw_no),
        form=data,
        periods=(next_period(now), now),
        subjects=await subjects_of(work, work.scope.bureau),
        **(empty | found),
    )


routes = [form, take, compare_form, compare]
