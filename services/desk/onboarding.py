"""A bureau's start: checklist, its own text entered and approved by a second person."""

from typing import Any

from litestar import Request, get, post
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Template

from services.usecases.state_rules import approve_stated, state_rules
from services.views.onboarding import own_start
from services.web.depends import InWork
from services.web.pages import page

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@get("/desk/onboarding", action="onboarding.read")
async def show(request: AnyRequest, work: InWork) -> Template:
    """The checklist, what waits for approval, and the form for the bureau's text."""
    data = await own_start(work)
    return page(request, "desk/onboarding.html", here=data.here, data=data)


@post("/desk/onboarding/text", action="rules.choose", status_code=303)
async def enter(work: InWork, data: Form) -> Redirect:
    """Every value of the text is proposed, or none."""
    await state_rules(work, data.get("text", "").replace("\r\n", "\n"), "本单位文件")
    return Redirect("/desk/onboarding", status_code=303)


@post("/desk/onboarding/approve", action="rules.approve", status_code=303)
async def approve(work: InWork) -> Redirect:
    """Another person puts everything proposed into force."""
    await approve_stated(work)
    return Redirect("/desk/onboarding", status_code=303)


routes = [show, enter, approve]
