"""A way between two programs that can be closed, stopped in the middle, and opened again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Pausing:
    """Forwards bytes to `target` while open; `pause` holds whatever comes, `shut` refuses everybody."""

    port: int
    target: int
    open: asyncio.Event = field(default_factory=asyncio.Event)
    server: asyncio.Server | None = None
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Takes connections, and lets them through."""
        self.open.set()
        if self.server is None:
            self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    def pause(self) -> None:
        """Connections are taken, nothing is answered."""
        self.open.clear()

    async def shut(self) -> None:
        """Nobody is there: connections are refused, those under way break."""
        if self.server is not None:
            self.server.close()
            self.server = None
        for task in tuple(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mine = asyncio.current_task()
        assert mine is not None
        self.tasks.add(mine)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
            await asyncio.gather(self._copy(reader, back), self._copy(there, writer))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self.tasks.discard(mine)
            writer.close()

    async def _copy(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await source.read(65536):
                await self.open.wait()
                sink.write(piece)
                await sink.drain()
            sink.close()


@asynccontextmanager
async def pausing(port: int, target: int) -> AsyncIterator[Pausing]:
    """One that is shut at first."""
    way = Pausing(port, target)
    try:
        yield way
    finally:
        await way.shut()
