"""Notices in public, by bureau: list, filter by kind, one notice at a permanent address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from services.views.bureaus import BureauFace, face_of, names_of, tree
from services.views.notices import NoticeFace, NoticeRow, notice_face, notice_rows
from services.views.plans import PlanFace, plan_faces
from services.web.depends import InPublic
from services.web.errors import BadRequest
from services.web.pages import page
from tenants.stores import public as store

AnyRequest = Request[Any, Any, Any]
PAGE = 20
KINDS = ("result", "draw", "plan", "organisation", "entrustment", "key_list", "waiver")


@dataclass(frozen=True, slots=True)
class NoticeList:
    """A page of notices; `next` is the cursor of the page after, "" on the last."""

    face: BureauFace
    rows: tuple[NoticeRow, ...]
    kind: str
    next: str


@get("/b/{bureau:str}/notices", action="notice.read")
async def listing(
    request: AnyRequest,
    public: InPublic,
    bureau: FromPath[str],
    kind: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Template:
    """Published notices of a bureau, newest first."""
    data = await listing_data(public, bureau, kind if kind in KINDS else "", after)
    return page(request, "portal/notices.html", face=data.face, data=data, kinds=KINDS)


@get("/b/{bureau:str}/notices/{notice:uuid}", action="notice.read")
async def one(
    request: AnyRequest, public: InPublic, bureau: FromPath[str], notice: FromPath[UUID]
) -> Template:
    """One notice; of a withdrawn one, that it was withdrawn, when and why."""
    face, shown, plans = await notice_data(public, bureau, notice)
    names = names_of(await tree(public))
    return page(request, "portal/notice.html", face=face, notice=shown, plans=plans, names=names)


async def listing_data(db: AsyncConnection, bureau: str, kind: str, after: str) -> NoticeList:
    """A page of notices.

    Args:
        after: cursor "moment_id" of the last notice seen.

    Raises:
        BadRequest: a broken cursor. Missing: no such bureau.
    """
    entries = await tree(db)
    face, cursor = face_of(entries, bureau), _cursor(after)
    found = await store.public_list(db, bureau, kind or None, cursor, PAGE + 1)
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    mark = f"{last.published_at.isoformat()}_{last.id}" if last else ""
    return NoticeList(face, notice_rows(shown, names_of(entries)), kind, mark)


async def notice_data(
    db: AsyncConnection, bureau: str, id: UUID
) -> tuple[BureauFace, NoticeFace, tuple[PlanFace, ...]]:
    """One notice and, when it is about a plan, its tables. Raises Missing."""
    entries = await tree(db)
    face, notice = face_of(entries, bureau), await store.public_get(db, id)
    if notice.bureau != bureau:
        raise Missing(id, what="公示")
    shown = notice_face(notice, names_of(entries))
    plans = plan_faces(shown.body) if notice.kind == "plan" and shown.body.get("lines") else ()
    return face, shown, plans


def _cursor(after: str) -> tuple[datetime, UUID] | None:
    if not after:
        return None
    moment, _, id = after.partition("_")
    try:
        at = datetime.fromisoformat(moment.replace(" ", "+"))
        if at.tzinfo is None:
            raise ValueError(moment)
        return at, UUID(id)
    except ValueError:
        raise BadRequest(after[:80], wanted="after=…") from None


routes = [listing, one]
