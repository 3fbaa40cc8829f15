"""The wire the other tests of faults bend does what it says."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from .proxy import Proxy


@pytest.fixture
async def echo() -> AsyncIterator[Proxy]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1000):
            writer.write(data)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        with Proxy.before(server.sockets[0].getsockname()[1]) as proxy:
            yield proxy


class Caller:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def at(cls, proxy: Proxy) -> "Caller":
        return cls(*await asyncio.open_connection("127.0.0.1", proxy.port))

    async def says(self, word: bytes, patience: float = 5.0) -> bytes | None:
        """The answer; None when there was none in that time."""
        self.writer.write(word)
        try:
            return await asyncio.wait_for(self.reader.read(100), patience)
        except TimeoutError:
            return None


async def test_bytes_pass_and_an_end_too(echo: Proxy) -> None:
    caller = await Caller.at(echo)
    assert await caller.says(b"one") == b"one" and (echo.taken, echo.standing) == (1, 1)
    caller.writer.close()
    await caller.writer.wait_closed()
    for _ in range(500):
        if not echo.standing:
            break
        await asyncio.sleep(0.01)
    assert echo.standing == 0


async def test_what_waits_arrives_afterwards(echo: Proxy) -> None:
    before = await Caller.at(echo)
    assert await before.says(b"one") == b"one"
    echo.let("pause")
    during = await Caller.at(echo)  # it is taken
    assert [await one.says(b"two", 0.1) for one in (before, during)] == [None, None]
    echo.let("pass")
    assert [await asyncio.wait_for(one.reader.read(9), 5) for one in (before, during)] == [b"two", b"two"]


async def test_a_cut_is_felt_at_once_and_nobody_comes_in(echo: Proxy) -> None:
    caller = await Caller.at(echo)
    assert await caller.says(b"one") == b"one"
    echo.let("cut")
    with pytest.raises(ConnectionResetError):
        await caller.says(b"two")
    with pytest.raises(ConnectionResetError):
        await (await Caller.at(echo)).says(b"one")
    echo.let("pass")
    assert await (await Caller.at(echo)).says(b"one") == b"one"


async def test_half_open_nobody_ever_says_a_word(echo: Proxy) -> None:
    before = await Caller.at(echo)
    assert await before.says(b"one") == b"one"
    echo.let("half-open")
    during = await Caller.at(echo)
    assert [await one.says(b"two", 0.1) for one in (before, during)] == [None, None]
    echo.let("pass")
    assert [await one.says(b"three", 0.1) for one in (before, during)] == [None, None]
    assert await (await Caller.at(echo)).says(b"one") == b"one"


async def test_a_lag_is_only_a_lag(echo: Proxy) -> None:
    echo.let("pass", lag=0.01)
    assert await (await Caller.at(echo)).says(b"one") == b"one"


async def test_nobody_is_left_when_it_ends() -> None:
    with Proxy.before(1) as proxy:
        port = proxy.port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1)
