"""Lists of sections laid beside the roster: differences, conflicts to decide, taken as one batch."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from services.desk.forms import words_of
from services.usecases.merge_parts import choose, compare_again, drop_merge, open_merge, take_merge
from services.views.desk import here
from services.views.merges import merge_face
from services.web.depends import InWork
from services.web.errors import BadRequest
from services.web.pages import page

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, Any]]
CHOICE = "choice:"  # before the conflict, in the names of the form's fields
ONE = "/desk/sections/merges/{merge:uuid}"


@post("/desk/sections/merges", action="site.import", status_code=303)
async def start(work: InWork, data: Form) -> Redirect:
    """Lays the chosen lists side by side; the page of the difference follows."""
    given = data.get("parts", [])
    ids = [_id(one) for one in ([given] if isinstance(given, str) else given)]
    return _to((await open_merge(work, ids)).id)


@get(ONE, action="site.import")
async def show(
    request: AnyRequest,
    work: InWork,
    merge: FromPath[UUID],
    rows: FromQuery[str] = "all",
    n: FromQuery[int] = 1,
) -> Template:
    """What merging would do, row by row; conflicts first."""
    face = await merge_face(work, merge, rows, n)
    return page(request, "desk/section_merge.html", here=await here(work), face=face)


@post(ONE + "/choices", action="site.import", status_code=303)
async def decide(work: InWork, merge: FromPath[UUID], data: Form) -> Redirect:
    """Keeps what was chosen on this page of conflicts."""
    chosen = {name[len(CHOICE) :]: str(value) for name, value in data.items() if name.startswith(CHOICE)}
    await choose(work, merge, _version(data), chosen)
    return _to(merge, words_of(data, "rows"), words_of(data, "n"))


@post(ONE + "/again", action="site.import", status_code=303)
async def again(work: InWork, merge: FromPath[UUID], data: Form) -> Redirect:
    """Compares with the roster of now."""
    await compare_again(work, merge, _version(data))
    return _to(merge)


@post(ONE + "/drop", action="site.import", status_code=303)
async def drop(work: InWork, merge: FromPath[UUID], data: Form) -> Redirect:
    """Gives the merge up; the lists wait on."""
    await drop_merge(work, merge, _version(data))
    return Redirect("/desk/sections", status_code=303)


@post(ONE + "/take", action="site.import", status_code=303)
async def take(work: InWork, merge: FromPath[UUID], data: Form) -> Redirect:
    """Takes everything as it was shown and decided."""
    await take_merge(work, merge, _version(data), words_of(data, "why"))
    return _to(merge)


def _id(text: object) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise BadRequest(str(text)[:40], wanted="parts") from None


def _version(data: dict[str, Any]) -> int:
    """The version the page was made of; a form without one is no form of ours."""
    text = str(data.get("version", ""))
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 9 and int(text)):
        raise BadRequest(text[:20], wanted="version")
    return int(text)


def _to(merge: UUID, rows: str = "", n: str = "") -> Redirect:
    asked = {name: value for name, value in (("rows", rows), ("n", n)) if value}
    return Redirect(f"/desk/sections/merges/{merge}{'?' if asked else ''}{urlencode(asked)}", status_code=303)


routes = [start, show, decide, again, drop, take]
