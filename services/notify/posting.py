"""One HTTP request to an address that was looked at: its name stays for certificate and Host header."""

import asyncio
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import httpx

from services.notify.errors import ChannelBusy, ChannelRefused, ChannelUnreachable, HostRefused
from services.notify.reach import Reach

SECONDS = 10.0  # for all of it: a server that answers drop by drop holds up nobody
MOST = 64 * 1024  # bytes of an answer
_BUSY = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said. `body` is {} where it was no JSON object; `raw` is what was read."""

    status: int
    body: Mapping[str, Any]
    raw: bytes = field(default=b"", repr=False)


async def post(
    reach: Reach, url: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Answer:
    """Send JSON; see `request`."""
    told = {"content-type": "application/json", **(headers or {})}
    content = json.dumps(dict(body), ensure_ascii=False, separators=(",", ":")).encode()
    return judged(await request(reach, "POST", url, content, told))


async def request(
    reach: Reach,
    method: str,
    url: str,
    content: bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    most: int = MOST,
    judge: bool = True,
) -> Answer:
    """Ask one server, following no redirect; its answer as it is below 500.

    Args:
        most: bytes of an answer that are read; a longer one is none.
        judge: False: an answer from 500 on is an answer too.

    Raises:
        HostRefused: not an allowed server. ChannelUnreachable: no answer, or an error of its own.
    """
    parts = urlsplit(url)
    encrypted, host = parts.scheme == "https", parts.hostname or ""
    if parts.scheme not in ("https", "http") or not host:
        raise HostRefused(host=host)
    port = parts.port or (443 if encrypted else 80)
    address = await reach.address(host, port, encrypted=encrypted)
    shown = f"[{address}]" if ":" in address else address
    target = parts._replace(netloc=f"{shown}:{port}").geturl()
    sent = {**(headers or {}), "host": parts.netloc.rpartition("@")[2]}
    try:
        async with asyncio.timeout(SECONDS):
            found = await _ask(reach, (method, target, content), sent, host, most)
    except (httpx.HTTPError, TimeoutError, OSError, ValueError):
        raise ChannelUnreachable(host=host) from None
    if judge and found.status >= 500:
        raise ChannelUnreachable(host=host)
    return found


async def _ask(
    reach: Reach, asked: tuple[str, str, bytes], headers: Mapping[str, str], host: str, most: int
) -> Answer:
    method, target, content = asked
    trust = _trust(reach, reach.ca.stat().st_mtime if reach.ca else 0.0)
    client = httpx.AsyncClient(verify=trust, trust_env=False, follow_redirects=False, timeout=SECONDS)
    extensions = {"sni_hostname": host}  # also the name the certificate must bear
    async with (
        client,
        client.stream(
            method, target, content=content, headers=dict(headers), extensions=extensions
        ) as answer,
    ):
        read = b""
        async for part in answer.aiter_bytes():
            read += part
            if len(read) > most:
                raise ValueError("too long an answer")
    try:
        found = json.loads(read)
    except ValueError:
        found = None
    return Answer(answer.status_code, found if isinstance(found, dict) else {}, read)


@lru_cache(maxsize=8)
def _trust(reach: Reach, changed: float) -> ssl.SSLContext:
    """Reading the machine's certificates takes far longer than a message: once, until the file changes.

    Only for HTTP: what is agreed upon within TLS stays with the context.
    """
    del changed
    return reach.trust()


def judged(answer: Answer) -> Answer:
    """The answer to a message that was taken. Raises ChannelBusy, ChannelRefused."""
    if answer.status in _BUSY:
        raise ChannelBusy(answer.status)
    if not 200 <= answer.status < 300:  # a redirect too: nobody is followed to where nobody has looked
        raise ChannelRefused(answer.status)
    return answer
