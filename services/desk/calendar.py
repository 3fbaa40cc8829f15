"""Working days: the State Council's notice entered, the bureau's own closed days."""

from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from services.usecases.close_days import close_days, reopen_days
from services.usecases.enter_notice import enter_notice
from services.views.calendar import calendar_face
from services.web.depends import InWork
from services.web.errors import BadRequest
from services.web.pages import page

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@get("/desk/calendar", action="calendar.close")
async def show(request: AnyRequest, work: InWork) -> Template:
    """Notices at hand, closed days, forms."""
    data = await calendar_face(work)
    return page(request, "desk/calendar.html", here=data.here, data=data, entered=None)


@post("/desk/calendar/notice", action="calendar.enter", status_code=200)
async def enter(request: AnyRequest, work: InWork, data: Form) -> Template:
    """Keep the notice; the page says which last days moved."""
    year = data.get("year", "")
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise BadRequest(year[:20], wanted="year: 2027")
    off, worked = days(data.get("holidays", "")), days(data.get("workdays", ""))
    entered = await enter_notice(work, int(year), data.get("text", ""), off, worked)
    face = await calendar_face(work)
    return page(request, "desk/calendar.html", here=face.here, data=face, entered=entered)


@post("/desk/calendar/closures", action="calendar.close", status_code=303)
async def close(work: InWork, data: Form) -> Redirect:
    """Close the bureau on some days."""
    (first,), (last,) = _one(data.get("first", "")), _one(data.get("last", ""))
    await close_days(work, first, last, data.get("why", ""))
    return Redirect("/desk/calendar", status_code=303)


@post("/desk/calendar/closures/{closure:uuid}/withdraw", action="calendar.close", status_code=303)
async def reopen(work: InWork, closure: FromPath[UUID]) -> Redirect:
    """Withdraw closed days."""
    await reopen_days(work, closure)
    return Redirect("/desk/calendar", status_code=303)


def days(text: str) -> list[date]:
    """Days of a text: separated by blanks, commas or lines; a span is written 2027-02-05..2027-02-11.

    Raises:
        BadRequest: something that is no day.
    """
    found: list[date] = []
    for word in text.replace(",", " ").replace("，", " ").replace("、", " ").split():
        first, mark, last = word.partition("..")
        try:
            start, end = date.fromisoformat(first), date.fromisoformat(last if mark else first)
        except ValueError:
            raise BadRequest(word[:30], wanted="2027-01-01 / 2027-02-05..2027-02-11") from None
        if not 0 <= (end - start).days < 60:
            raise BadRequest(word[:30], wanted="2027-02-05..2027-02-11")
        found += [date.fromordinal(n) for n in range(start.toordinal(), end.toordinal() + 1)]
    return found


def _one(text: str) -> list[date]:
    found = days(text)
    if len(found) != 1:
        raise BadRequest(text[:30], wanted="2026-06-03")
    return found


routes = [show, enter, close, reopen]
