"""The public log: a page for people, and the files of C2SP tlog-tiles for programs.

Basis: https://c2sp.org/tlog-tiles
"""

import asyncio
import re
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from services.home import Home
from services.views.bureaus import names_of, tree
from services.views.logs import PAGE, LogFace, log_face
from services.web.depends import InApp, InPublic
from services.web.pages import page
from tenants.stores import log, witness_keys

TILE = re.compile(r"(?:[0-7]|entries)(?:/x\d{3})*/\d{3}(?:\.p/\d{1,3})?", re.ASCII)


@get("/log", action="log.read")
async def show(
    request: Request[Any, Any, Any], public: InPublic, app: InApp, before: FromQuery[int] = -1
) -> Template:
    """Head, witnesses and entries of the log, newest first."""
    face = await log_data(public, app.log.origin, app.log.vkey, before)
    return page(request, "portal/log.html", log=face, names=names_of(await tree(public)))


@get("/log/checkpoint", action="log.read", media_type="text/plain")
async def checkpoint(app: InApp) -> Response[bytes]:
    """The latest signed head with its cosignatures."""
    return await _file(app.home, "checkpoint", "text/plain; charset=utf-8")


@get("/log/tile/{name:path}", action="log.read")
async def tile(app: InApp, name: FromPath[str]) -> Response[bytes]:
    """A tile of hashes or of entries."""
    plain = name.lstrip("/")
    if not TILE.fullmatch(plain):
        raise Missing(plain[:80], what="日志文件")
    return await _file(app.home, f"tile/{plain}", "application/octet-stream")


async def log_data(db: AsyncConnection, origin: str, vkey: str, before: int = -1) -> LogFace:
    """The log's face; `before` is the index above the page wanted, -1 for the newest."""
    size = await log.size(db)
    end = size if before < 0 else min(before, size)
    entries = await log.entries(db, max(0, end - PAGE), end)
    keys = await witness_keys.public_all(db)
    return log_face(origin, vkey, await log.checkpoint_latest(db), keys, entries)


async def _file(home: Home, name: str, media: str) -> Response[bytes]:
    path = home.log / name
    if not path.is_file():
        raise Missing(name, what="日志文件")
    return Response(await asyncio.to_thread(path.read_bytes), media_type=media)


routes = [show, checkpoint, tile]
