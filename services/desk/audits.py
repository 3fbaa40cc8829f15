"""What the superior's audits found here: read, answered with person and measure, reported as carried out."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from services.auditing.forms import WORDS, day_in, number_in, text_in
from services.usecases.answer_audit import Answer, answer_finding, finish_measure
from services.usecases.show_audit import audits_told, read_told
from services.views.audits import clock_of
from services.views.desk import here
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
HOME = "/desk/audits"


@get(HOME, action="audit.told")
async def listing(request: AnyRequest, work: InWork) -> Template:
    """Every letter the superior sent about this bureau."""
    found = await audits_told(work)
    files = [await read_told(work, one.id) for one in found]
    clocks = [clock_of(one.case, one.findings, work.today) for one in files]
    return page(request, "desk/audits.html", here=await here(work), clocks=clocks, **WORDS)


@get(f"{HOME}/{{audit:uuid}}", action="audit.told")
async def one(request: AnyRequest, work: InWork, audit: FromPath[UUID]) -> Template:
    """One of them with its findings, and the forms to answer."""
    return await _page(request, work, audit)


@get(f"{HOME}/{{audit:uuid}}/letter", action="audit.told")
async def letter(request: AnyRequest, work: InWork, audit: FromPath[UUID]) -> Template:
    """The letter, to be printed."""
    file = await read_told(work, audit)
    return page(request, "city/letter.html", here=await here(work), file=file, **WORDS)


@post(f"{HOME}/{{audit:uuid}}/answer", action="audit.answer", status_code=200)
async def answer(request: AnyRequest, work: InWork, audit: FromPath[UUID], data: Form) -> Template | Redirect:
    """Who is responsible, what is done, by when."""

    async def act() -> object:
        given = Answer(
            text_in(data, "responsible"),
            text_in(data, "post"),
            text_in(data, "measure"),
            text_in(data, "words"),
            day_in(data, "due"),
        )
        return await answer_finding(work, audit, number_in(data, "n"), given)

    return await _after(request, work, audit, act)


@post(f"{HOME}/{{audit:uuid}}/done", action="audit.done", status_code=200)
async def done(request: AnyRequest, work: InWork, audit: FromPath[UUID], data: Form) -> Template | Redirect:
    """The measure is carried out."""

    async def act() -> object:
        return await finish_measure(work, audit, number_in(data, "n"), text_in(data, "words"))

    return await _after(request, work, audit, act)


async def _after(
    request: AnyRequest, work: Work, audit: UUID, act: Callable[[], Awaitable[object]]
) -> Template | Redirect:
    try:
        await act()
    except Problem as problem:
        if problem.kind != "invalid":
            raise
        return await _page(request, work, audit, status=422, problem=problem.as_dict(language(request)))
    return Redirect(f"{HOME}/{audit}", status_code=303)


async def _page(
    request: AnyRequest, work: Work, audit: UUID, *, status: int = 200, problem: Any = None
) -> Template:
    file = await read_told(work, audit)
    return page(
        request,
        "desk/audit.html",
        status=status,
        here=await here(work),
        file=file,
        clock=clock_of(file.case, file.findings, work.today),
        today=work.today,
        problem=problem,
        **WORDS,
    )


routes = [listing, one, letter, answer, done]
