"""A key server asked beside the event loop: few threads of its own, a whole deadline, no second wait.

While the server does not answer, callers are told at once: each of them holds a transaction open, and a page
that needs no key must not queue behind pages that do. After a rest one caller tries again for all.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from services.keys.errors import KeyFailed, KeysRefused, KeysUnavailable
from tenants.errors import SealBroken

T = TypeVar("T")
THREADS = 4
DEADLINE = 3.0  # seconds for one answer, connecting and waiting for a thread included
REST = 5.0  # seconds before a server that failed is asked again


class Server(Protocol):
    """A provider that blocks while it asks."""

    @property
    def kind(self) -> str:
        """As of KeyProvider."""
        ...

    @property
    def address(self) -> str:
        """Host and port, for messages."""
        ...

    def make(self, bureau: str) -> None:
        """Make the bureau's key, unless there is one."""
        ...

    def wrap(self, bureau: str, key: bytes) -> bytes:
        """Wrap a data key."""
        ...

    def unwrap(self, bureau: str, blob: bytes) -> bytes:
        """Undo `wrap`."""
        ...

    def fresh(self, bureau: str, blob: bytes) -> bool:
        """True when wrapped under the present key."""
        ...

    def mark(self, bureau: str, blob: bytes) -> str:
        """As of KeyProvider; asks nobody."""
        ...


class Aside:
    """KeyProvider over a blocking server.

    Args:
        server: what is asked.
        deadline, rest: seconds, see above.
    """

    def __init__(self, server: Server, *, deadline: float = DEADLINE, rest: float = REST) -> None:
        self._server = server
        self._deadline, self._rest = deadline, rest
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="keys")
        self._until: float | None = None  # resting until this moment of the loop's clock
        self.kind = server.kind

    async def make(self, bureau: str) -> None:
        """Make the bureau's key, unless there is one. Raises as the server does."""
        await self._ask(lambda: self._server.make(bureau))

    async def wrap(self, bureau: str, key: bytes) -> bytes:
        """Wrap a data key. Raises as the server does, KeysUnavailable when it takes too long."""
        return await self._ask(lambda: self._server.wrap(bureau, key))

    async def unwrap(self, bureau: str, blob: bytes) -> bytes:
        """Undo `wrap`. Raises as the server does, KeysUnavailable when it takes too long."""
        return await self._ask(lambda: self._server.unwrap(bureau, blob))

    async def fresh(self, bureau: str, blob: bytes) -> bool:
        """True when wrapped under the present key. Raises as the server does."""
        return await self._ask(lambda: self._server.fresh(bureau, blob))

    async def mark(self, bureau: str, blob: bytes) -> str:
        """The version of the key that wrapped `blob`. Raises SealBroken."""
        return self._server.mark(bureau, blob)

    async def descends(self, bureau: str, blob: bytes) -> bool:
        """Whether the server opens it: it keeps all versions of a key under one name."""
        try:
            await self.unwrap(bureau, blob)
        except SealBroken:
            return False
        return True

    def twin(self, bureau: str) -> str:
        """None: the server makes each key, and gives none away."""
        return ""

    async def _ask(self, call: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        if self._until is not None:
            if loop.time() < self._until:
                raise KeysUnavailable("暂停重试 / resting", server=self._server.address)
            self._until = loop.time() + self._deadline  # this caller tries; the others are still told at once
        try:
            async with asyncio.timeout(self._deadline):
                found = await loop.run_in_executor(self._threads, call)
        except TimeoutError:
            self._until = loop.time() + self._rest
            raise KeysUnavailable("超时 / timeout", server=self._server.address) from None
        except Exception as error:
            answered = not isinstance(error, KeysUnavailable) or isinstance(error, KeysRefused | KeyFailed)
            self._until = None if answered else loop.time() + self._rest
            raise
        self._until = None
        return found
