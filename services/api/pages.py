"""Keyset pages: a list is continued after the last key shown, so rows added meanwhile shift nothing."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response
from msgspec import Meta

from services.api.errors import BadCursor
from services.fanout import Absent, Spanned

T = TypeVar("T")
R = TypeVar("R")
AnyRequest = Request[Any, Any, Any]


MISSING = "shuangsui-missing"  # header of plain lists: the bureaus that could not be asked


class MissingBureau(msgspec.Struct, frozen=True):
    """A bureau whose database does not answer: its rows are not in the list, which is not zero of them."""

    bureau: str
    reason: str
    words: str
    since: datetime | None = None


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Part of a list; `next` is null on the last part. `missing`: bureaus that could not be asked."""

    items: list[T]
    next: Annotated[str | None, Meta(description="Pass as `cursor`; the Link header says the same.")] = None
    missing: list[MissingBureau] = []


def paged(
    request: AnyRequest,
    rows: Iterable[R],
    limit: int,
    *,
    key: Callable[[R], Any],
    form: Callable[[R], T],
    name: str = "cursor",
    absent: Iterable[Absent] = (),
) -> Response[Page[T]]:
    """One page as an answer, with `Link: <…>; rel="next"` when there is more.

    Args:
        rows: from after the cursor on, in order; one more than `limit` says that there is more.
        key: JSON value by which the list goes on. form: a row as it is shown.
        name: of the query parameter that takes it; any but `cursor` takes the plain value.
        absent: bureaus that could not be asked.
    """
    found = list(rows)
    shown = found[:limit]
    more = key(shown[-1]) if len(found) > limit else None
    following = None if more is None else pack(more) if name == "cursor" else str(more)
    headers = {"link": f'<{_url(request, name, following)}>; rel="next"'} if following else {}
    missing = [MissingBureau(one.code, one.state, one.words(), one.since) for one in absent]
    return Response(Page([form(row) for row in shown], following, missing), headers=headers)


def spanned(found: Spanned[R], form: Callable[[R], T]) -> Response[list[T]]:
    """A plain list over many bureaus; those that could not be asked stand in a header, by code."""
    headers = {MISSING: ",".join(one.code for one in found.absent)} if found.absent else {}
    return Response([form(row) for row in found.found], headers=headers)


def after(rows: Iterable[R], cursor: str, key: Callable[[R], Any]) -> list[R]:
    """The rows behind a cursor, of a list that is small enough to be read whole."""
    found = list(rows)
    if not cursor:
        return found
    last = unpack(cursor)
    places = [place for place, row in enumerate(found) if key(row) == last]
    if not places:
        raise BadCursor(cursor)
    return found[places[0] + 1 :]


def pack(key: Any) -> str:
    """A key as an opaque cursor."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def unpack(cursor: str) -> Any:
    """The key of a cursor. Raises BadCursor."""
    try:
        return json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise BadCursor(cursor) from None


def unpack_text(cursor: str) -> str:
    """The key of a cursor where it is a text; "" for the first page. Raises BadCursor."""
    key = unpack(cursor) if cursor else ""
    if not isinstance(key, str) or "\x00" in key:
        raise BadCursor(cursor)
    return key


def moment_key(cursor: str) -> tuple[datetime, UUID] | None:
    """The key of a cursor of a list by moment and id, "2026-01-05T… <id>"; None for the first page.

    Raises:
        BadCursor: it is no such key.
    """
    at, _, id = unpack_text(cursor).partition(" ")
    if not at:
        return None
    try:
        moment, key = datetime.fromisoformat(at), UUID(id)
    except ValueError:
        raise BadCursor(cursor) from None
    if moment.tzinfo is None:
        raise BadCursor(cursor)
    return moment, key


def _url(request: AnyRequest, name: str, following: str) -> str:
    kept = [(other, value) for other, value in request.query_params.multi_items() if other != name]
    return f"{request.url.path}?{urlencode([*kept, (name, following)])}"
