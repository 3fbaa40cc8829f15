"""Notices in public."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from services.api.contract import reads
from services.api.errors import BadCursor
from services.api.etags import tagged
from services.api.pages import Page, paged, unpack
from services.api.types import AnyBureau, Code, Cursor, KeyInPath, Limit, Out, show
from services.fanout import over_public
from services.views.notices import newest_first
from services.web.depends import InApp, InPublic
from tenants.records import PublicNotice
from tenants.stores import public as store
from tenants.unavailable import BureauUnavailable

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
    app: InApp,
    bureau: AnyBureau = None,
    kind: NoticeKind = None,
    cursor: Cursor = "",
    limit: Limit = 20,
) -> Response[Page[NoticeOut]]:
    """Published notices of all bureaus, newest first; `missing` names bureaus that could not be asked."""
    since = _after(cursor)
    if bureau:
        rows = await store.public_list(public, bureau, kind, since, limit + 1)
        return paged(request, rows, limit, key=_key, form=_out)

    async def read(db: AsyncConnection, codes: tuple[str, ...]) -> list[PublicNotice]:
        return list(await store.public_list(db, None, kind, since, limit + 1, among=codes))

    asked = await over_public(app, public, read, await _codes(public))
    first = sorted(asked.found, key=newest_first)[: limit + 1]
    return paged(request, first, limit, key=_key, form=_out, absent=asked.absent)


@reads("/notices/{notice_id:uuid}", action="notice.read")
async def get_notice(
    request: AnyRequest, public: InPublic, app: InApp, notice_id: KeyInPath
) -> Response[NoticeOut]:
    """One published notice. While a bureau's database does not answer, one not found may be there: 503."""

    async def read(db: AsyncConnection, codes: tuple[str, ...]) -> list[PublicNotice]:
        try:
            found = await store.public_get(db, notice_id)
        except Missing:
            return []
        return [found] if found.bureau in codes else []

    asked = await over_public(app, public, read, await _codes(public))
    if not asked.found and asked.absent:
        raise BureauUnavailable(asked.absent[0].code, asked.absent[0].state, asked.absent[0].since)
    if not asked.found:
        raise Missing(notice_id, what="公示")
    return tagged(request, _out(asked.found[0]))


async def _codes(public: AsyncConnection) -> list[str]:
    return [one.code for one in await store.public_bureaus(public)]


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
