"""Published notices as official documents, one by one, and the results of a quarter as one announcement."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath

from policies.errors import Missing
from services.clock import CHINA
from services.portal.notices import notice_data
from services.views.official import set_paper
from services.views.papers import draw_paper, results_paper
from services.web.depends import InApp, InPublic
from services.web.papers import as_answer

AnyRequest = Request[Any, Any, Any]


@get("/b/{bureau:str}/notices/{notice:uuid}/document", action="notice.read")
async def one(
    request: AnyRequest, public: InPublic, app: InApp, bureau: FromPath[str], notice: FromPath[UUID]
) -> Response[bytes]:
    """One published notice of a result or a draw; a withdrawn one has no document any more."""
    face, shown, _ = await notice_data(public, bureau, notice)
    row, at = shown.row, shown.row.published_at
    if at is None or row.withdrawn_at is not None or row.kind not in ("result", "draw"):
        raise Missing(notice, what="公示")
    day, link = at.astimezone(CHINA).date().isoformat(), f"/b/{bureau}/notices/{notice}"
    if row.kind == "result":
        data = results_paper(face.name, str(shown.body["period"]), [shown.body], day)
        return as_answer(request, await set_paper(app, "results", data, at, link=link), f"notice-{bureau}")
    data = draw_paper(face.name, row.title, shown.body, day)
    return as_answer(request, await set_paper(app, "draw", data, at, link=link), f"notice-{bureau}")


routes = [one]
