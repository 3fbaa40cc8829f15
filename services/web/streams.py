"""What many people watch at once: one reader for all who follow the same thing, while there are any.

The reader asks again at short intervals instead of waiting to be told, so that nothing is missed when a
message is lost, another process acts, or the bureau lives in another database.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from policies.errors import Kind, Language, Problem, Wording

EVERY = 0.5  # seconds between two questions: an event reaches everybody within one second
MOST = 2000  # people following something in one process

Read = Callable[[], Awaitable["Shown"]]


class TooManyWatch(Problem):
    """More people follow events than this process takes; the page itself can still be read."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("同时观看的人太多", f"不超过 {MOST} 人", "请稍后重试；页面本身可以照常打开和刷新。"),
        "en": Wording("Too many people are watching", f"at most {MOST}",
                      "Try again later; the page itself can be read."),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """Something as it stands: equal marks are equal contents. `over`: it will not change any more."""

    mark: str
    text: str
    over: bool = False


@dataclass(slots=True)
class _Watched:
    people: int = 0
    shown: Shown | None = None
    failed: Exception | None = None
    ended: bool = False
    reader: asyncio.Task[None] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self) -> None:
        """Wake everybody who waits; who comes later waits for the next."""
        self.changed.set()
        self.changed = asyncio.Event()


class Streams:
    """Everything that is being followed in this process, by the name of its channel."""

    def __init__(self, every: float = EVERY, most: int = MOST) -> None:
        self._every, self._most = every, most
        self._watched: dict[str, _Watched] = {}
        self._closed = False

    @property
    def people(self) -> int:
        """How many follow something now."""
        return sum(one.people for one in self._watched.values())

    async def follow(
        self, name: str, read: Read, *, known: str = "", patience: float = 15.0
    ) -> AsyncIterator[Shown | None]:
        """What is shown, at once and whenever it changes; None when nothing did for `patience` seconds.

        Args:
            name: of the channel, from `services.web.keys.channel`.
            read: how to look; the first follower's is used for all of them.
            known: mark of what the follower has already; it is not sent again.

        Raises:
            TooManyWatch: no more can be taken. What `read` raises, to everybody who follows.
        """
        if self.people >= self._most:
            raise TooManyWatch(self.people)
        one = self._watched.setdefault(name, _Watched())
        one.people += 1
        if one.reader is None:
            one.reader = asyncio.create_task(self._reading(one, read))
        try:
            async for shown in self._each(one, known, patience):
                yield shown
        finally:
            one.people -= 1
            if not one.people:
                one.reader.cancel()
                if self._watched.get(name) is one:
                    del self._watched[name]

    async def close(self) -> None:
        """End every stream: the process is stopping."""
        self._closed = True
        readers = [one.reader for one in self._watched.values() if one.reader]
        for reader in readers:
            reader.cancel()
        self.hang_up()
        await asyncio.gather(*readers, return_exceptions=True)

    def hang_up(self) -> None:
        """End the streams of now; who still wants to know asks again."""
        for one in self._watched.values():
            one.ended = True
            one.tell()
        self._watched = {}

    async def _each(self, one: _Watched, known: str, patience: float) -> AsyncIterator[Shown | None]:
        while not (self._closed or one.ended):
            changed = one.changed
            if one.failed is not None:
                raise one.failed
            if one.shown is not None and one.shown.mark != known:
                known = one.shown.mark
                yield one.shown
            elif one.shown is not None and one.shown.over:
                return
            elif not await _happens(changed, patience):
                yield None

    async def _reading(self, one: _Watched, read: Read) -> None:
        while True:
            try:
                found = await read()
            except Exception as error:  # everybody is told, and their browsers ask again
                one.failed = error
                return one.tell()
            if one.shown is None or one.shown.mark != found.mark:
                one.shown = found
                one.tell()
            if found.over:
                return None
            await asyncio.sleep(self._every)


async def _happens(event: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


def as_event(shown: Shown | None) -> dict[str, Any]:
    """Fields of one server-sent event; a comment where nothing is new, so that a dead line is noticed."""
    if shown is None:
        return {"comment": "still here"}
    return {"event": "over" if shown.over else "shown", "id": shown.mark, "data": shown.text}
