"""The hall's screen while a draw goes on: followed over a real port, resumed, seen again step by step."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.work import App
from tests.flows import ceremony as c
from tests.hall import CITY, COUNTY, Hall, hall_of


@pytest.fixture(scope="module")
async def hall(pg_server: Any, valkey_server: Any, new_home: Any) -> AsyncIterator[Hall]:
    async with hall_of(pg_server, valkey_server, new_home("hall"), "hall_live") as made:
        yield made


class Screen:
    """Somebody who watches: the pictures that came, and the mark of the last."""

    def __init__(self) -> None:
        self.pictures: list[str] = []
        self.last, self.over = "", False

    async def watch(self, hall: Hall, address: str) -> None:
        headers = {"accept": "text/event-stream"} | ({"last-event-id": self.last} if self.last else {})
        async with hall.client() as client, client.stream("GET", address, headers=headers) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines: list[str] = []
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "data":
                    lines.append(value)
                elif name == "id":
                    self.last = value
                elif name == "event":
                    self.over = value == "over"
                elif not line and lines:
                    self.pictures.append("\n".join(lines))
                    lines = []

    async def until(self, words: str) -> str:
        async with asyncio.timeout(20):
            while not self.pictures or words not in self.pictures[-1]:  # noqa: ASYNC110 - another task's
                await asyncio.sleep(0.05)
        return self.pictures[-1]


async def test_a_draw_is_watched_from_the_freeze_to_the_void(hall: Hall) -> None:
    app, address = hall.app, f"/b/{COUNTY}/draws/1"
    await c.plan(app, COUNTY)
    await c.prepare(app, COUNTY)
    await c.freeze(app, COUNTY, 1)
    screen = Screen()
    watching = asyncio.create_task(screen.watch(hall, f"{address}/events"))
    first = await screen.until("等待上级确认收到密封副本")
    assert "唱号" not in first and "结果根 Z" not in first
    await c.escrow(app, COUNTY, 1)
    await c.cosign(app, CITY)
    await screen.until("公开日志第")
    watching.cancel()  # the line breaks here
    await asyncio.gather(watching, return_exceptions=True)
    shown = len(screen.pictures)
    c.at_beacon(app)
    await c.run_draw(app, c.drawer(app, COUNTY), 1, c.DIGITS, c.secret(app, COUNTY, 1))
    watching = asyncio.create_task(screen.watch(hall, f"{address}/events"))
    last = await screen.until("结果根 Z")
    digits = re.findall(r"<span>(\d)</span>", last)
    assert "".join(digits) == c.DIGITS["digits"] and 'class="taken"' in last
    assert len(screen.pictures) > shown and len(set(screen.pictures)) == len(screen.pictures)
    await _no_name(app, screen.pictures)
    await _resumed_without_repeating(hall, screen, f"{address}/events")
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await _again_step_by_step(hall, address)
    await _no_place_is_an_answer(hall, f"{address}/events")


async def _no_name(app: App, pictures: list[str]) -> None:
    """No site and no officer, drawn or not, is ever on the screen."""
    words = "".join(pictures)
    for n in range(60):
        one = c.site(COUNTY, n)
        assert one.name not in words and one.code not in words
    for n in range(12):
        assert c.officer(COUNTY, n).name not in words


async def _resumed_without_repeating(hall: Hall, screen: Screen, address: str) -> None:
    again = Screen()
    again.last = screen.last
    watching = asyncio.create_task(again.watch(hall, address))
    await asyncio.sleep(1.5)
    assert not watching.done() and again.pictures == []
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def _again_step_by_step(hall: Hall, address: str) -> None:
    """The replay shows what stood there then: what came later is not in it."""
    async with hall.client() as client:
        state = (await client.get(f"{address}/events")).json()
        kinds = [one["kind"] for one in state["log"]]
        assert kinds[:2] == ["manifest", "escrow"] and kinds[-1] == "result" and not state["over"]
        pages = [
            (await client.get(f"{address}/live", params={"step": n})).text for n in range(len(kinds) + 2)
        ]
    assert "名单尚未冻结" in pages[0] and "data-follow" not in pages[0]
    for n, text in enumerate(pages[1:], 1):
        assert text.count('<li class="done">') == min(n, len(kinds))
        assert ("hall-digits" in text) == ("beacon" in kinds[:n])
        assert ("结果根 Z" in text) == ("result" in kinds[:n])


async def _no_place_is_an_answer(hall: Hall, address: str) -> None:
    """Who is one too many reads so before any stream begins; one address does not take all places."""
    headers = {"accept": "text/event-stream", "x-forwarded-for": "198.51.100.7"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hall.streams, "_each_most", 1)
        async with hall.client() as one, one.stream("GET", address, headers=headers) as held:
            assert held.status_code == 200 and hall.streams.clients["198.51.100.7"] == 1
            async with hall.client() as client:
                refused = await client.get(address, headers=headers)
                assert refused.status_code == 503 and refused.headers["retry-after"]
                assert "同时观看的人太多" in refused.text
                patch.setattr(hall.streams, "_most", 1)
                other = await client.get(address, headers=headers | {"x-forwarded-for": "198.51.100.8"})
                assert other.status_code == 503 and "同时观看的人太多" in other.text


async def test_what_is_not_there_is_not_followed(hall: Hall) -> None:
    async with hall.client() as client:
        for path in (f"/b/{COUNTY}/draws/99", "/b/999999/draws/1"):
            for one in ("live", "events"):
                answer = await client.get(f"{path}/{one}", headers={"accept": "text/event-stream"})
                assert answer.status_code == 404, path
        answer = await client.get(f"/b/{COUNTY}/draws/1/live", params={"step": "-1"})
        assert answer.status_code == 400
