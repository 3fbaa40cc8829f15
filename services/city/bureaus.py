"""Bureaus below: what each still lacks before its first draw, and opening another."""

from typing import Any

from litestar import Request, get, post
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Template

from services.usecases.onboard_bureau import NewBureau, Person, open_bureau
from services.views.onboarding import onboarding
from services.web.depends import InWork
from services.web.pages import page

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@get("/city/bureaus", action="onboarding.read", noted=True)
async def show(request: AnyRequest, work: InWork) -> Template:
    """Every bureau directly below with its checklist, and the form."""
    data = await onboarding(work)
    return page(request, "city/bureaus.html", here=data.here, data=data)


@post("/city/bureaus", action="bureau.open", status_code=303)
async def add(work: InWork, data: Form) -> Redirect:
    """Open a bureau."""
    await open_bureau(work, _order(data))
    return Redirect("/city/bureaus", status_code=303)


def _order(data: dict[str, str]) -> NewBureau:
    given = {name: words.strip() for name, words in data.items()}
    return NewBureau(
        given.get("code", ""),
        given.get("name", ""),
        _person(given, "admin"),
        _person(given, "head"),
        level=given.get("level", "county"),
        copy=given.get("copy") == "1",
    )


def _person(given: dict[str, str], role: str) -> Person:
    return Person(given.get(f"{role}_subject", ""), given.get(f"{role}_name", ""))


routes = [show, add]
