"""A bureau's notices for feed readers: Atom and JSON Feed, the newest first, at permanent addresses.

Basis: RFC 4287 (Atom), JSON Feed 1.1.
"""

import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncConnection

from services.portal.notices import KINDS
from services.views.bureaus import BureauFace, face_of, names_of, tree
from services.views.notices import NoticeRow, notice_rows
from services.web.depends import InApp, InPublic
from services.web.errors import BadRequest
from tenants.stores import public as store

AnyRequest = Request[Any, Any, Any]
LENGTH = 50  # entries; who was away longer finds the rest on the page
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # Atom wants a moment even where nothing was published yet
# Basis: XML 1.0, 2.2 Char: one of these and no reader can read any of the feed.
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ATOM, JSON = "application/atom+xml; charset=utf-8", "application/feed+json; charset=utf-8"


@get("/b/{bureau:str}/feed.atom", action="notice.read")
async def atom(
    request: AnyRequest, app: InApp, public: InPublic, bureau: FromPath[str], kind: FromQuery[str] = ""
) -> Response[bytes]:
    """The newest notices as Atom; `kind` as on the page."""
    face, rows = await _rows(public, bureau, kind)
    template = request.app.template_engine.get_template("portal/feed.xml")  # type: ignore[union-attr]
    here = f"{app.settings.public_url}/b/{bureau}"
    text = template.render(
        face=face, rows=rows, here=here, kind=kind, updated=_updated(rows), changed=_changed
    )
    return _fingerprinted(request, readable(text).encode(), ATOM)


@get("/b/{bureau:str}/feed.json", action="notice.read")
async def json_feed(
    request: AnyRequest, app: InApp, public: InPublic, bureau: FromPath[str], kind: FromQuery[str] = ""
) -> Response[bytes]:
    """The newest notices as JSON Feed; `kind` as on the page."""
    face, rows = await _rows(public, bureau, kind)
    here = f"{app.settings.public_url}/b/{bureau}"
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{face.name} · 双随机检查公示",
        "home_page_url": f"{here}/notices" + (f"?kind={kind}" if kind else ""),
        "feed_url": f"{here}/feed.json" + (f"?kind={kind}" if kind else ""),
        "language": "zh-CN",
        "authors": [{"name": face.name, "url": here}],
        "items": [_item(row, here) for row in rows],
    }
    return _fingerprinted(request, msgspec.json.encode(feed), JSON)


async def _rows(public: AsyncConnection, bureau: str, kind: str) -> tuple[BureauFace, tuple[NoticeRow, ...]]:
    """The bureau and its newest notices. Raises BadRequest: no such kind. Missing: no such bureau."""
    if kind and kind not in KINDS:
        raise BadRequest(kind[:40], wanted=" / ".join(KINDS))
    entries = await tree(public)
    face = face_of(entries, bureau)
    found = await store.public_list(public, bureau, kind or None, None, LENGTH)
    return face, notice_rows(found, names_of(entries))


def readable(text: str) -> str:
    """Without what XML forbids and somebody may have pasted before forms refused it."""
    return _FORBIDDEN.sub("", text)


def _item(row: NoticeRow, here: str) -> dict[str, Any]:
    title = f"已撤回：{row.title}" if row.withdrawn_at else row.title
    text = f"{title}。{row.withdrawn_why}" if row.withdrawn_at else title
    return {
        "id": f"urn:uuid:{row.id}",
        "url": f"{here}/notices/{row.id}",
        "title": title,
        "content_text": text,
        "date_published": (row.published_at or NEVER).isoformat(),
        "date_modified": _changed(row).isoformat(),
        "tags": [row.kind],
    }


def _changed(row: NoticeRow) -> datetime:
    """When a reader should look again: the withdrawal, else the publication."""
    return row.withdrawn_at or row.published_at or NEVER


def _updated(rows: tuple[NoticeRow, ...]) -> datetime:
    return max((_changed(row) for row in rows), default=NEVER)


def _fingerprinted(request: AnyRequest, body: bytes, media: str) -> Response[bytes]:
    """The feed, or 304 for a reader who has this one: most ask many times a day."""
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    sent = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in sent:
        return Response(b"", status_code=304, headers={"etag": tag})
    return Response(body, media_type=media, headers={"etag": tag})


routes = [atom, json_feed]
