"""The official text of notices before they are published: what the public will read, and what it will not."""

import json
from typing import Any
from uuid import UUID

from litestar import Request, get
from litestar.params import FromQuery
from litestar.response import Template

from policies.visiting.notice import MASK
from services.usecases.preview_notice import preview_draw, preview_plan, preview_results
from services.usecases.publish_notice import Draft
from services.views.desk import here
from services.views.notices import draft_face
from services.views.plans import plan_faces
from services.web.depends import InWork
from services.web.errors import BadRequest
from services.web.pages import page
from services.work import Work

AnyRequest = Request[Any, Any, Any]


@get("/desk/notices/preview", action="notice.make", read_only=True)
async def preview(
    request: AnyRequest,
    work: InWork,
    what: FromQuery[str] = "",
    value: FromQuery[str] = "",
    only: FromQuery[str] = "",
) -> Template:
    """Notices about to be published, whole; nothing is kept."""
    drafts = await drafts_of(work, what, value, only)
    where = await here(work)
    papers = tuple(
        (
            draft_face(one, work.scope.bureau, where.names),
            plan_faces(one.body) if one.kind == "plan" and one.body.get("lines") else (),
            json.dumps(one.body, ensure_ascii=False).count(MASK),
        )
        for one in drafts
    )
    return page(
        request,
        "desk/notice_preview.html",
        here=where,
        face=where.face,
        names=where.names,
        papers=papers,
        what=what,
        value=value,
        ids=[str(one.id) for one in drafts],
        today=work.today,
    )


async def drafts_of(work: Work, what: str, value: str, only: str) -> tuple[Draft, ...]:
    """What is about to be published. Raises BadRequest, and as the previews of its kind."""
    if what == "results":
        return await preview_results(work, value, _id(only) if only else None)
    if what in ("draw", "plan") and value.isascii() and value.isdigit() and len(value) < 10:
        return (await (preview_draw if what == "draw" else preview_plan)(work, int(value)),)
    raise BadRequest(f"{what} {value}"[:40], wanted="results / draw / plan")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadRequest(text[:40], wanted="only: id of a record") from None


routes = [preview]
