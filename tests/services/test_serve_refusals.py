"""Who is refused while still sending reads why: the connection is not cut."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar, post
from litestar.exceptions import NotAuthorizedException

from services.serve import free_port, serving
from services.web.draining import Drained

LARGE = b"x" * 3_000_000


@post("/")
async def refusing() -> None:
    """Reads nothing."""
    raise NotAuthorizedException


@pytest.fixture
async def base() -> AsyncIterator[str]:
    port = free_port()
    async with serving(Litestar([refusing]), "127.0.0.1", port):
        yield f"http://127.0.0.1:{port}"


async def test_a_refused_upload_is_answered(base: str) -> None:
    async with httpx.AsyncClient(base_url=base, trust_env=False) as client:
        for way in ("refused", "nowhere", "chunked") * 10:
            sent = _chunks() if way == "chunked" else LARGE
            got = await client.post("/nowhere" if way == "nowhere" else "/", content=sent)
            assert got.status_code == (404 if way == "nowhere" else 401)


async def _chunks() -> AsyncIterator[bytes]:
    for _ in range(30):
        yield LARGE[:100_000]


async def test_one_who_stops_sending_is_answered_all_the_same() -> None:
    """And one who sends for ever is read for so long, and so much, only."""
    for chunk, most in ((b"", 10), (b"x" * 100, 1_000)):
        answered = await _asked(chunk, most)
        assert answered == ["http.response.start", "http.response.body"]


async def _asked(chunk: bytes, most: int) -> list[str]:
    sent: list[str] = []

    async def app(_scope: object, _receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 401, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]

    async def receive() -> dict[str, object]:
        await asyncio.sleep(0 if chunk else 60)
        return {"type": "http.request", "body": chunk, "more_body": True}

    async def send(message: dict[str, object]) -> None:
        sent.append(str(message["type"]))

    scope = {"type": "http", "headers": [(b"content-length", b"9999")]}
    await Drained(app, most, seconds=0.05)(scope, receive, send)
    return sent
