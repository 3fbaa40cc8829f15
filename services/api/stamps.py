"""What recognises a request that comes twice, and the row that remembers it."""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import UploadFile

from services.api.errors import BadKey, KeyBusy, KeyReused
from services.home import Home
from services.web.state import web_of
from services.work import Work
from tenants.errors import Conflict
from tenants.records import Kept
from tenants.stores import idempotency

AnyRequest = Request[Any, Any, Any]
KEY_FILE = "request-stamp-key"
FORM = re.compile(r"[\x21-\x7e]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What recognises a request: its key, the keyed hash of what it asks, and the status of its success."""

    key: str
    digest: str
    status: int


async def stamp_of(request: AnyRequest, key: str) -> Stamp:
    """The request recognised by method, path, query and content; the boundary of a form does not count.

    Contents may be guessable (a list of a known roster, a code): what is kept is keyed by a secret of the
    deployment, so that who reads the table cannot try contents until one fits.

    Raises:
        BadKey: not a key.
    """
    if not FORM.fullmatch(key):
        raise BadKey(key[:128])
    head = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    digest = digest_of(web_of(request).app.home, head + await _content(request))
    return Stamp(key, digest, int(getattr(request.route_handler, "status_code", 200)))


def digest_of(home: Home, asked: bytes) -> str:
    """HMAC-SHA-256 in hex of what a request asks, under the deployment's own secret."""
    return hmac.new(home.secret(KEY_FILE).encode(), asked, sha256).hexdigest()


async def find(work: Work, stamp: Stamp) -> Kept | None:
    """What the key brought before. Raises KeyReused, KeyBusy."""
    kept = await idempotency.find(work.db, work.scope, work.principal.subject, stamp.key)
    if kept is None:
        return None
    if kept.request_sha256 != stamp.digest:
        raise KeyReused(stamp.key)
    if kept.status is None:
        raise KeyBusy(stamp.key)
    return kept


async def keep(work: Work, stamp: Stamp, answer: Any) -> None:
    """Keep the key, with its answer or None while it runs. Raises KeyBusy."""
    status = None if answer is None else stamp.status
    who = work.principal.subject
    try:
        await idempotency.keep(
            work.db,
            work.scope,
            who,
            stamp.key,
            stamp.digest,
            work.now,
            status=status,
            response=answer,
        )
    except Conflict:
        raise KeyBusy(stamp.key) from None


async def _content(request: AnyRequest) -> bytes:
    if request.content_type[0] != "multipart/form-data":
        return await request.body()
    parts: list[tuple[str, str, str]] = []
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            data, file = await value.read(), value.filename
            await value.seek(0)
        else:
            data, file = str(value).encode(), ""
        parts.append((name, file, sha256(data).hexdigest()))
    return msgspec.json.encode(parts)
