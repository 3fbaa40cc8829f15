"""At the gate: the arrival is noted, then the notice of the visit may be printed."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from services.usecases.arrive import arrive, visit_notice
from services.views.desk import here
from services.views.official import set_paper
from services.views.record_form import fix_of, many_of
from services.views.record_papers import visit_paper
from services.visiting.visit_errors import NotYours
from services.web.depends import InWork
from services.web.papers import as_answer
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, Any]]
ONE = "/field/tasks/{bureau:str}/{draw_no:int}/{slot:int}"


@post(f"{ONE}/arrival", action="visit.record", status_code=303)
async def note(
    work: InWork, bureau: FromPath[str], draw_no: FromPath[int], slot: FromPath[int], data: Form
) -> Redirect:
    """Notes who stands at the site, and where."""
    _own(work, bureau, draw_no, slot)
    reason = str(data.get("place_reason", ""))
    await arrive(work, draw_no, slot, many_of(data, "present"), fix_of(data, work.now), reason)
    return Redirect(f"/field/tasks/{bureau}/{draw_no}/{slot}", status_code=303)


@get(f"{ONE}/notice", action="task.read_own", read_only=False)  # opening the sealed row leaves a trace
async def notice(
    request: AnyRequest, work: InWork, bureau: FromPath[str], draw_no: FromPath[int], slot: FromPath[int]
) -> Response[bytes]:
    """The notice of the visit, for the enterprise; not before the arrival."""
    _own(work, bureau, draw_no, slot)
    found = await visit_notice(work, draw_no, slot)
    where = await here(work)
    data = visit_paper(where.face.name, where.names, found, simulated=work.app.clock.simulated)
    link = f"/b/{bureau}/draws/{draw_no}" if data["drawn"] else ""
    paper = await set_paper(work.app, "visit", data, found.arrival.at, link=link)
    return as_answer(request, paper, f"visit-{bureau}-{draw_no}-{slot}")


def _own(work: Work, bureau: str, draw_no: int, slot: int) -> None:
    if bureau != work.scope.bureau:
        raise NotYours(f"{draw_no}/{slot}")


routes = [note, notice]
