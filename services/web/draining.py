"""A refusal is read only by a client that has finished sending: what is left of its request is read first.

Otherwise the server closes a connection the client still writes to, and a person who uploads a file after the
session ended sees a broken connection instead of the way to sign in.
"""

import asyncio
from typing import Any

LARGEST_BODY = 32 * 1024 * 1024
SECONDS = 10.0


class Drained:
    """An ASGI application, its requests read to their end before an answer begins.

    Args:
        app: the application. most: bytes read and thrown away at most. seconds: how long at most.
    """

    def __init__(self, app: Any, most: int, seconds: float = SECONDS) -> None:
        self._app, self._most, self._seconds = app, most, seconds

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """See ASGI."""
        if scope["type"] != "http" or not _brings_body(scope):
            await self._app(scope, receive, send)
            return
        ended = False

        async def received() -> Any:
            nonlocal ended
            message = await receive()
            ended = message["type"] != "http.request" or not message.get("more_body", False)
            return message

        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start" and not ended:
                await self._read_on(received, lambda: ended)
            await send(message)

        await self._app(scope, received, sent)

    async def _read_on(self, received: Any, ended: Any) -> None:
        left = self._most
        try:
            async with asyncio.timeout(self._seconds):
                while left > 0 and not ended():
                    left -= len((await received()).get("body", b""))
        except TimeoutError:
            return


def _brings_body(scope: Any) -> bool:
    names = {name.lower(): value for name, value in scope["headers"]}
    return names.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in names
