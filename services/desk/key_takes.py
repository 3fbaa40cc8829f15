"""The city's key list taken over: difference, choice, record; and for the city who has done so."""

from typing import Any

from litestar import Request, get, post
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from services.desk.forms import words_of
from services.usecases.key_list_takings import key_list_takings
from services.usecases.take_key_list import preview_take, take_key_list
from services.views.desk import here
from services.web.depends import InWork
from services.web.errors import BadRequest
from services.web.pages import page
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, Any]]


@get("/desk/key-lists/take", action="site.import")
async def show(request: AnyRequest, work: InWork, year: FromQuery[int] = 0) -> Template:
    """The year's published list beside the own roster."""
    shown = await preview_take(work, year or _year(work))
    return page(request, "desk/key_list_take.html", here=await here(work), shown=shown)


@post("/desk/key-lists/take", action="site.import", status_code=303)
async def take(work: InWork, data: Form) -> Redirect:
    """Takes the list over for the chosen sites, exactly as shown."""
    given = data.get("rows", [])
    pairs = (str(one).rpartition(":") for one in ([given] if isinstance(given, str) else given))
    rows = {code: mark for code, _, mark in pairs}
    text = str(data.get("year", ""))
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise BadRequest(text[:20], wanted="year")
    await take_key_list(work, int(text), words_of(data, "mark"), rows, words_of(data, "why"))
    return Redirect(f"/desk/key-lists/take?year={text}", status_code=303)


@get("/desk/key-lists/takings", action="organisation.read", noted=True)
async def takings(request: AnyRequest, work: InWork, year: FromQuery[int] = 0) -> Template:
    """Which bureaus below have taken over which version."""
    found = await key_list_takings(work, year or _year(work))
    return page(request, "desk/key_list_takings.html", here=await here(work), found=found)


def _year(work: Work) -> int:
    """In December the list of the coming year is the one to look at."""
    return work.today.year + (work.today.month == 12)


routes = [show, take, takings]
