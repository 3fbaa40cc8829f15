"""A bureau's start: checklist, its own text entered and approved by a second person."""

from typing import Any

from litestar import Request, get, post
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from services.usecases.state_rules import approve_stated, from_form, state_rules
from services.views.onboarding import own_start
from services.web.depends import InWork
from services.web.pages import language, page
from services.web.problems import STATUS
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@get(
    ["/desk/onboarding", "/desk/onboarding/text"], action="onboarding.read", noting=True
)  # the latter after a refused text
async def show(request: AnyRequest, work: InWork) -> Template:
    """The checklist, what waits for approval, and the form for the bureau's text."""
    return await _page(request, work)


@post("/desk/onboarding/text", action="rules.choose", status_code=303)
async def enter(request: AnyRequest, work: InWork, data: Form) -> Redirect | Template:
    """Every value of the text is proposed, or none; a refused text is shown again with what is wrong."""
    text = data.get("text", "").replace("\r\n", "\n")
    try:
        await state_rules(work, from_form(text), "本单位文件")
    except Problem as problem:
        if problem.kind not in ("invalid", "conflict"):
            raise
        told = problem.as_dict(language(request))
        return await _page(request, work, status=STATUS[problem.kind], problem=told, text=text)
    return Redirect("/desk/onboarding", status_code=303)


@post("/desk/onboarding/approve", action="rules.approve", status_code=303)
async def approve(work: InWork) -> Redirect:
    """Another person puts everything proposed into force."""
    await approve_stated(work)
    return Redirect("/desk/onboarding", status_code=303)


async def _page(request: AnyRequest, work: Work, *, status: int = 200, **found: Any) -> Template:
    data = await own_start(work)
    context = {"problem": None, "text": data.skeleton} | found
    return page(request, "desk/onboarding.html", status=status, here=data.here, data=data, **context)


routes = [show, enter, approve]
