"""A wire to a server that tests bend: it passes, slows down, stops, breaks, or forgets the other side.

It runs in a thread of its own, so that neither a blocked event loop nor a command in another process changes
what the wire does. Bytes are never changed.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

How = Literal["pass", "pause", "cut", "half-open"]


class Proxy:
    """One address before another one.

    Attributes:
        port: on 127.0.0.1, where callers come in.
        taken: callers so far.

    What `how` means:
        pass: bytes go through, each piece after `lag` seconds.
        pause: callers are taken and nothing moves; whatever was sent arrives after the next "pass".
        cut: every connection ends with a reset, and nobody is taken.
        half-open: the server's side ends; callers keep an open connection nobody answers, ever.
    """

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._server_at, self._how, self._lag = (host, port), "pass", 0.0
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter | None]] = set()
        self.port = self.taken = 0

    def let(self, how: How, lag: float = 0.0) -> None:
        """From now on, also for connections that stand; returns when it is so."""
        asyncio.run_coroutine_threadsafe(self._let(how, lag), self._loop).result(10)

    @property
    def how(self) -> How:
        """What is done with what comes now."""
        return self._how

    @property
    def standing(self) -> int:
        """Callers connected now."""
        return len(self._pairs)

    async def _let(self, how: How, lag: float) -> None:
        self._how, self._lag = how, lag
        for caller, server in [*self._pairs]:
            for end in (caller, server) if how == "cut" else (server,) if how == "half-open" else ():
                if end is not None:
                    _reset(end)
        self._moves.set() if how != "pause" else self._moves.clear()

    async def _take(self, reader: asyncio.StreamReader, caller: asyncio.StreamWriter) -> None:
        self.taken += 1
        if self._how == "cut":
            _reset(caller)
            return
        server: asyncio.StreamWriter | None = None
        with suppress(OSError):
            await self._moves.wait()
            answers = None
            if self._how == "pass":
                answers, server = await asyncio.open_connection(*self._server_at)
            pair = (caller, server)
            self._pairs.add(pair)
            try:
                ways = [self._carry(reader, server)]
                ways += [self._carry(answers, caller)] if answers else []
                await asyncio.gather(*ways)
            finally:
                self._pairs.discard(pair)
                for end in filter(None, pair):
                    end.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter | None) -> None:
        """Until the source ends. Nobody is told that the other side is gone when the wire is half-open."""
        while data := await source.read(65536):
            await self._moves.wait()
            await asyncio.sleep(self._lag)
            if target is not None and not target.is_closing():
                target.write(data)
                await target.drain()
        if self._how == "pass" and target is not None:
            target.close()

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._end, self._moves = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
        self._moves.set()
        async with await asyncio.start_server(self._take, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await self._end.wait()
            await self._let("cut", 0.0)

    @classmethod
    @contextmanager
    def before(cls, port: int, host: str = "127.0.0.1") -> Iterator["Proxy"]:
        """A running one before the server at that port; it ends with the block."""
        made, ready = cls(port, host), threading.Event()
        thread = threading.Thread(target=lambda: asyncio.run(made._serve(ready)), daemon=True)
        thread.start()
        assert ready.wait(10)
        try:
            yield made
        finally:
            made._loop.call_soon_threadsafe(made._end.set)
            thread.join(10)


def _reset(end: asyncio.StreamWriter) -> None:
    """Ends a connection as a dying machine does: no farewell, and the other side's next word is an error."""
    with suppress(OSError):  # ended already
        end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.transport.abort()
