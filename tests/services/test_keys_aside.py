"""A key server that is slow, gone or busy: told at once and in words, and nobody else waits."""

import asyncio
import threading

import pytest

from services.keys.aside import Aside
from services.keys.errors import KeyFailed, KeysRefused, KeysUnavailable
from tenants.errors import NoKey, SealBroken


class Server:
    """Blocks for as long as it is told; fails when told so."""

    kind, address = "openbao", "keys.example:8200"

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.asked = 0
        self.error: Exception | None = None

    def wrap(self, bureau: str, key: bytes) -> bytes:
        return self.unwrap(bureau, key)

    def fresh(self, bureau: str, blob: bytes) -> bool:
        return bool(self.unwrap(bureau, blob))

    def unwrap(self, bureau: str, blob: bytes) -> bytes:
        self.asked += 1
        self.gate.wait(20)
        if self.error:
            raise self.error
        return blob


@pytest.fixture
def server():
    made = Server()
    yield made
    made.gate.set()


async def test_an_answer_comes_back(server):
    keys = Aside(server)
    assert await keys.unwrap("411721", b"x") == await keys.wrap("411721", b"x") == b"x"
    assert await keys.fresh("411721", b"x") and keys.kind == "openbao"


async def test_the_loop_turns_while_the_server_thinks(server):
    """Nothing else could open the gate if the call held the loop."""
    server.gate.clear()
    keys = Aside(server, deadline=20)
    asking = asyncio.create_task(keys.unwrap("411721", b"x"))
    for _ in range(100):
        await asyncio.sleep(0)
    assert not asking.done()
    server.gate.set()
    assert await asking == b"x"


async def test_after_a_failure_nobody_waits_again_until_one_tried(server):
    keys = Aside(server, deadline=0.2, rest=0.3)
    server.gate.clear()
    waiting = [asyncio.create_task(keys.unwrap("411721", b"x")) for _ in range(20)]
    told = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(one) for one in told} == {KeysUnavailable}
    before = server.asked
    with pytest.raises(KeysUnavailable, match="resting"):
        await keys.unwrap("411721", b"x")
    assert server.asked == before, "resting: not asked at all"
    server.gate.set()
    await asyncio.sleep(0.4)
    assert await keys.unwrap("411721", b"x") == b"x"
    assert await keys.unwrap("411721", b"x") == b"x", "well again, for everybody"


async def test_what_the_server_refuses_is_no_outage(server):
    keys = Aside(server)
    server.error = KeysRefused(403, server=server.address, key="shuangsui-411721")
    for _ in range(3):
        with pytest.raises(KeysRefused):
            await keys.unwrap("411721", b"x")
    assert server.asked == 3
    assert KeysUnavailable("x", server=server.address).kind == "unavailable", "answered as 503"


@pytest.mark.parametrize("error", [KeyFailed(400, server="x"), SealBroken("x"), NoKey(bureau="150203")])
async def test_one_bureau_s_bad_key_stops_no_other(server, error):
    keys = Aside(server, rest=1000)
    server.error = error
    with pytest.raises(type(error)):
        await keys.unwrap("150203", b"x")
    server.error = None
    assert await keys.unwrap("411721", b"x") == b"x"


async def test_any_answer_ends_the_rest(server):
    keys = Aside(server, rest=0, deadline=1000)
    for error in (KeysUnavailable(503, server="x"), SealBroken("x")):
        server.error = error
        with pytest.raises(type(error)):
            await keys.unwrap("150203", b"x")
    server.error = None
    assert await keys.unwrap("411721", b"x") == b"x"
