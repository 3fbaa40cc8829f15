"""Notices in public."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import QueryParameter

from services.api.contract import reads
from services.api.errors import BadCursor
from services.api.etags import tagged
from services.api.pages import Page, paged, unpack
from services.api.types import AnyBureau, Code, Cursor, KeyInPath, Limit, Out, show
from services.web.depends import InPublic
from tenants.records import PublicNotice
from tenants.stores import public as store

AnyRequest = Request[Any, Any, Any]
NoticeKind = Annotated[
    str | None, QueryParameter(pattern=r"^[a-z]{1,20}$", description="result, draw or plan.")
]


class NoticeOut(Out):
    """A published notice. Of a withdrawn one, that and why is shown, no longer its body."""

    id: UUID
    bureau: Code
    subject: Code
    kind: str
    title: str
    body: dict[str, Any]
    published_at: datetime
    due_on: date | None
    withdrawn_at: datetime | None
    withdrawn_why: str | None


@reads("/notices", action="notice.read")
async def list_notices(
    request: AnyRequest,
    public: InPublic,
    bureau: AnyBureau = None,
    kind: NoticeKind = None,
    cursor: Cursor = "",
    limit: Limit = 20,
) -> Response[Page[NoticeOut]]:
    """Published notices of all bureaus, newest first."""
    rows = await store.public_list(public, bureau, kind, _after(cursor), limit + 1)
    return paged(request, rows, limit, key=_key, form=_out)


@reads("/notices/{notice_id:uuid}", action="notice.read")
async def get_notice(request: AnyRequest, public: InPublic, notice_id: KeyInPath) -> Response[NoticeOut]:
    """One published notice."""
    return tagged(request, _out(await store.public_get(public, notice_id)))


def _out(notice: PublicNotice) -> NoticeOut:
    shown = show(notice, NoticeOut)
    if shown.withdrawn_at is None:
        return shown
    return NoticeOut(**{name: getattr(shown, name) for name in shown.__struct_fields__} | {"body": {}})


def _key(notice: PublicNotice) -> list[str]:
    return [notice.published_at.isoformat(), str(notice.id)]


def _after(cursor: str) -> tuple[datetime, UUID] | None:
    if not cursor:
        return None
    try:
        at, id = unpack(cursor)
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError(at)
        return moment, UUID(id)
    except (ValueError, TypeError, AttributeError):
        raise BadCursor(cursor) from None


routes = [list_notices, get_notice]
