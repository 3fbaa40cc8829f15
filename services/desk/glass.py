"""Break-glass: asking to look, approving it, ending it, and what was read."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from policies.access_glass import ASKERS, LONGEST, BadGlass
from policies.errors import Problem
from services.desk.forms import words_of
from services.usecases.approve_glass import approve_glass
from services.usecases.ask_glass import ask_glass, places
from services.usecases.end_glass import end_glass
from services.usecases.show_glass import glass_board, glass_reads
from services.views.desk import here
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
GLASS = "/desk/glass"
LARGEST = 2**62


@get(GLASS, action="glass.read")
async def show(request: AnyRequest, work: InWork) -> Template:
    """Requests about the bureau and the person's own; an administrator also gets the form."""
    return await _page(request, work)


@get(f"{GLASS}/{{glass:uuid}}", action="glass.read")
async def reads(
    request: AnyRequest, work: InWork, glass: FromPath[UUID], before: FromQuery[int] = 0
) -> Template:
    """What was read under a request, newest first."""
    older = before if 0 < before < LARGEST else None
    data = await glass_reads(work, glass, before=older)
    return page(request, "desk/glass_reads.html", here=await here(work), data=data)


@post(GLASS, action="glass.ask", status_code=200)
async def ask(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Asks to look at a bureau; a refusal brings the form back as it was typed."""
    try:
        minutes = _minutes(data)
        async with work.attempt():
            await ask_glass(
                work, words_of(data, "bureau"), words_of(data, "reason"), words_of(data, "purpose"), minutes
            )
    except Problem as problem:
        return await _refused(request, work, problem, data)
    return Redirect(GLASS, status_code=303)


@post(f"{GLASS}/{{glass:uuid}}/approval", action="glass.approve", status_code=200)
async def approve(
    request: AnyRequest, work: InWork, glass: FromPath[UUID], data: Form
) -> Template | Redirect:
    """Approves a request; the second factor was given for its very words."""
    try:
        async with work.attempt():
            await approve_glass(work, glass, words_of(data, "request"))
    except Problem as problem:
        return await _refused(request, work, problem, {})
    return Redirect(GLASS, status_code=303)


@post(f"{GLASS}/{{glass:uuid}}/end", action="glass.end", status_code=200)
async def end(request: AnyRequest, work: InWork, glass: FromPath[UUID]) -> Template | Redirect:
    """Ends, declines or withdraws; the next read is refused."""
    try:
        async with work.attempt():
            await end_glass(work, glass)
    except Problem as problem:
        return await _refused(request, work, problem, {})
    return Redirect(GLASS, status_code=303)


def _minutes(data: dict[str, str]) -> int:
    text = words_of(data, "minutes")
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise BadGlass(text[:20], need=f"1 至 {LONGEST} 分钟")
    return int(text)


async def _refused(request: AnyRequest, work: Work, problem: Problem, data: dict[str, str]) -> Template:
    if problem.kind not in ("invalid", "conflict"):
        raise problem
    return await _page(request, work, status=422, problem=problem.as_dict(language(request)), data=data)


async def _page(request: AnyRequest, work: Work, *, status: int = 200, **found: Any) -> Template:
    context = {"problem": None, "data": {}} | found
    asks = not work.principal.roles.isdisjoint(ASKERS)
    return page(
        request,
        "desk/glass.html",
        status=status,
        here=await here(work),
        board=await glass_board(work),
        places=await places(work) if asks else {},
        longest=LONGEST,
        **context,
    )


routes = [show, reads, ask, approve, end]
