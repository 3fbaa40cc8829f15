"""What many people watch at once: one reader for all who follow the same thing, while there are any.

The reader asks again at short intervals instead of waiting to be told, so that nothing is missed when a
message is lost, another process acts, or the bureau lives in another database.
"""

import asyncio
import weakref
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
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
        "zh": Wording("同时观看的人太多", "不超过 {most} 人", "请稍后重试；页面本身可以照常打开和刷新。"),
        "en": Wording("Too many people are watching", "at most {most}",
                      "Try again later; the page itself can be read."),
    }  # fmt: skip


class TooManyHere(TooManyWatch):
    """One address follows as many events as one may: it cannot take the places of everybody else."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("同一网络地址同时观看的人太多", "同一地址不超过 {most} 人",
                      "请关闭不用的观看页面后重试；页面本身可以照常打开和刷新。"
                      "管理员可调整 STREAMS_PER_ADDRESS；网站前有代理的，请设置 TRUSTED_PROXIES。"),
        "en": Wording("Too many people are watching from one address", "at most {most} at one address",
                      "Close pages that are not needed and try again; the page itself can be read. Operators:"
                      " see STREAMS_PER_ADDRESS, and behind a proxy TRUSTED_PROXIES."),
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


class _Place:
    """A follower's place: taken when it is made, given back once."""

    def __init__(self, streams: "Streams", name: str, client: str, read: Read) -> None:
        self._streams, self._name, self._client, self._left = streams, name, client, False
        self.watched = one = streams.watched.setdefault(name, _Watched())
        one.people += 1
        streams.clients[client] += 1
        if one.reader is None:
            one.reader = asyncio.create_task(streams.reading(name, one, read))

    def leave(self) -> None:
        """Give it back; the last one who leaves ends the reader."""
        if self._left:
            return
        self._left, one, streams = True, self.watched, self._streams
        one.people -= 1
        streams.clients[self._client] -= 1
        if not streams.clients[self._client]:
            del streams.clients[self._client]
        if not one.people:
            if one.reader is not None:
                one.reader.cancel()
            if streams.watched.get(self._name) is one:
                del streams.watched[self._name]


class Streams:
    """Everything that is being followed in this process, by the name of its channel.

    Args:
        every: seconds between two questions. most: followers altogether. each: followers at one address.
    """

    def __init__(self, every: float = EVERY, most: int = MOST, each: int = MOST) -> None:
        self._every, self._most, self._each_most = every, most, each
        self.watched: dict[str, _Watched] = {}
        self.clients: Counter[str] = Counter()
        self._closed = False

    @property
    def people(self) -> int:
        """How many follow something now."""
        return self.clients.total()

    def follow(
        self, name: str, read: Read, *, known: str = "", patience: float = 15.0, client: str = ""
    ) -> AsyncGenerator[Shown | None]:
        """What is shown, at once and whenever it changes; None when nothing did for `patience` seconds.

        The place is taken here and now, so that a refusal is an answer of its own and no stream that breaks;
        it is given back when the stream ends or is dropped, also by somebody who never read a word.

        Args:
            name: of the channel, from `services.web.keys.channel`.
            read: how to look; the first follower's is used for all of them.
            known: mark of what the follower has already; it is not sent again.
            client: address of the follower; "" counts towards nobody's share.

        Raises:
            TooManyWatch, TooManyHere: no more can be taken. While it is read: what `read` raises, to
                everybody who follows.
        """
        if self.people >= self._most:
            raise TooManyWatch(self.people, most=self._most)
        if client and self.clients[client] >= self._each_most:
            raise TooManyHere(self.clients[client], most=self._each_most)
        place = _Place(self, name, client, read)
        following = self._following(place, known, patience)
        weakref.finalize(following, place.leave).atexit = False  # one that never began has no `finally`
        return following

    async def _following(self, place: _Place, known: str, patience: float) -> AsyncGenerator[Shown | None]:
        try:
            async for shown in self._each(place.watched, known, patience):
                yield shown
        finally:
            place.leave()

    async def close(self) -> None:
        """End every stream: the process is stopping."""
        self._closed = True
        readers = [one.reader for one in self.watched.values() if one.reader]
        for reader in readers:
            reader.cancel()
        self.hang_up()
        await asyncio.gather(*readers, return_exceptions=True)

    def hang_up(self) -> None:
        """End the streams of now; who still wants to know asks again."""
        for one in self.watched.values():
            one.ended = True
            one.tell()
        self.watched = {}

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

    async def reading(self, name: str, one: _Watched, read: Read) -> None:
        """Ask again and again, and tell those who follow, until it is over or fails.

        After a failure the channel is free: who comes next looks anew, however long somebody who never reads
        the failure holds on.
        """
        while True:
            try:
                found = await read()
            except Exception as error:  # everybody is told, and their browsers ask again
                one.failed = error
                if self.watched.get(name) is one:
                    del self.watched[name]
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
