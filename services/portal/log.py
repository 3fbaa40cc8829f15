"""The public log: a page for people, and the files of C2SP tlog-tiles for programs.

Below `/log` lies what the log's folder holds, so a plain web server may hand it out instead; only the acts of
witnesses (`/log/cosignatures`) and the log's clock need this process.
Basis: https://c2sp.org/tlog-tiles
"""

import asyncio
import re
from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from services.home import Home
from services.tlog.limits import TooOften, Turnstile
from services.views.bureaus import names_of, tree
from services.views.logs import PAGE, LogFace, log_face
from services.views.verification import trust_text
from services.web.depends import InApp, InCommon
from services.web.errors import BadRequest
from services.web.pages import language, page
from services.web.peers import client_of
from tenants.stores import log, witness_keys

TILE = re.compile(r"(?:[0-7]|entries)(?:/x\d{3})*/\d{3}(?:\.p/\d{1,3})?", re.ASCII)
MANIFEST = re.compile(r"[0-9a-f]{64}\.json", re.ASCII)
TEXT = "text/plain; charset=utf-8"
FOREVER = "public, max-age=31536000, immutable"  # what has a name here never changes
LARGEST_NOTE = 20_000
_TURNSTILE = Turnstile()
_WARNING = "# 公钥须从另一可信渠道核对；need 由使用者自定。Compare the keys elsewhere; choose `need`.\n"
_OTHERS = "# 以下为其他见证人，是否相信由使用者自定：Other witnesses, for the reader to believe or not:\n"

AnyRequest = Request[Any, Any, Any]


@get("/log", action="log.read")
async def show(request: AnyRequest, common: InCommon, app: InApp, before: FromQuery[int] = -1) -> Template:
    """Head, witnesses and entries of the log, newest first."""
    face = await log_data(common, app.log.origin, app.log.vkey, before)
    site = app.settings.public_url.rstrip("/")
    return page(request, "portal/log.html", log=face, names=names_of(await tree(common)), site=site)


@get("/log/checkpoint", action="log.read", media_type="text/plain")
async def checkpoint(app: InApp) -> Response[bytes]:
    """The latest signed head with its cosignatures."""
    return await _file(app.home, "checkpoint", TEXT)


@get("/log/tile/{name:path}", action="log.read", opt={"public_cache": FOREVER})
async def tile(app: InApp, name: FromPath[str]) -> Response[bytes]:
    """A tile of hashes or of entries."""
    plain = name.lstrip("/")
    if not TILE.fullmatch(plain):
        raise Missing(plain[:80], what="日志文件")
    return await _file(app.home, f"tile/{plain}", "application/octet-stream")


@get("/log/manifest/{name:str}", action="log.read", opt={"public_cache": FOREVER})
async def manifest(app: InApp, name: FromPath[str]) -> Response[bytes]:
    """The manifest of a frozen draw, canonical JSON; its hash stands in the log and is the file's name."""
    if not MANIFEST.fullmatch(name):
        raise Missing(name[:80], what="日志文件")
    return await _file(app.home, f"manifest/{name}", "application/json")


@get("/log/trust.txt", action="log.read", media_type="text/plain")
async def trust(common: InCommon, app: InApp) -> Response[str]:
    """A trust file with the keys as this server tells them: a draft, to be compared elsewhere.

    Superiors' witnesses count in it; whoever else is registered stands there as a comment.
    """
    believed = await app.log.superiors()
    told = trust_text(app.log.vkey, believed)
    if not told:
        raise Missing("trust.txt", what="日志文件")
    names = {key.name for key in believed}
    others = [f"# witness {k.vkey}\n" for k in await witness_keys.public_all(common) if k.name not in names]
    return Response("".join([_WARNING, told, *(others and [_OTHERS]), *others]), media_type=TEXT)


@get("/log/now", action="log.read", media_type="text/plain")
async def now(app: InApp) -> Response[str]:
    """The log's clock, RFC 3339: a witness of a simulated log signs by it, everyone else by their own."""
    return Response(app.clock.now().isoformat(timespec="seconds"), media_type=TEXT)


@post("/log/cosignatures", action="log.witness", status_code=200, request_max_body_size=LARGEST_NOTE)
async def cosignatures(request: AnyRequest, app: InApp) -> Response[str]:
    """Takes the checkpoint with a registered witness's line added; no account, the signature is the proof."""
    try:
        _TURNSTILE.enter(client_of(request, app.settings.trusted_proxies), app.wall.now().timestamp())
    except TooOften as problem:
        headers = {"retry-after": str(problem.facts["seconds"])}
        return Response(problem.line(language(request)), status_code=429, headers=headers, media_type=TEXT)
    try:
        note = (await request.body()).decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequest(wanted="C2SP checkpoint, UTF-8") from None
    names = await app.log.accept(note)
    return Response("".join(f"{name}\n" for name in names), media_type=TEXT)


async def log_data(common: AsyncConnection, origin: str, vkey: str, before: int = -1) -> LogFace:
    """The log's face; `before` is the index above the page wanted, -1 for the newest."""
    size = await log.size(common)
    end = size if before < 0 else min(before, size)
    entries = await log.entries(common, max(0, end - PAGE), end)
    keys = await witness_keys.public_all(common)
    return log_face(origin, vkey, await log.checkpoint_latest(common), keys, entries)


async def _file(home: Home, name: str, media: str) -> Response[bytes]:
    path = home.log / name
    if not path.is_file():
        raise Missing(name, what="日志文件")
    return Response(await asyncio.to_thread(path.read_bytes), media_type=media)


routes = [show, checkpoint, tile, manifest, trust, now, cosignatures]
