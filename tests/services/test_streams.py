"""What many watch at once is read once; nothing is sent twice, nothing is missed, and it ends."""

import asyncio
from ipaddress import ip_network

import pytest

from services.web.peers import client_at
from services.web.streams import Shown, Streams, TooManyHere, TooManyWatch, as_event

QUICK = 0.01


class Thing:
    """Something that changes, and how often it was looked at."""

    def __init__(self) -> None:
        self.shown, self.reads = Shown("1", "one"), 0

    async def read(self) -> Shown:
        self.reads += 1
        return self.shown


async def heard(streams: Streams, thing: Thing, known: str = "") -> list[str]:
    return [one.mark async for one in streams.follow("a", thing.read, known=known) if one]


async def test_everybody_hears_every_change_of_one_reader() -> None:
    streams, thing = Streams(QUICK), Thing()
    followers = [asyncio.create_task(heard(streams, thing)) for _ in range(200)]
    await asyncio.sleep(0.1)
    before, streams_people = thing.reads, streams.people
    thing.shown = Shown("2", "two")
    await asyncio.sleep(0.1)
    thing.shown = Shown("3", "three", over=True)
    told = await asyncio.gather(*followers)
    assert streams_people == 200 and told == [["1", "2", "3"]] * 200
    assert 0 < before < 50 and streams.people == 0  # not 200 readers
    after = thing.reads
    await asyncio.sleep(0.05)
    assert thing.reads == after, "somebody reads on although nobody follows"


async def test_what_is_known_is_not_sent_again() -> None:
    streams, thing = Streams(QUICK), Thing()
    follower = asyncio.create_task(heard(streams, thing, known="1"))
    await asyncio.sleep(0.05)
    thing.shown = Shown("2", "two", over=True)
    assert await follower == ["2"]
    assert await heard(streams, thing, known="2") == []  # over, and known: it ends at once


async def test_a_silent_line_says_that_it_lives() -> None:
    streams, thing = Streams(QUICK), Thing()
    follow = streams.follow("a", thing.read, patience=0.02)
    assert [await anext(follow) for _ in range(3)] == [thing.shown, None, None]
    assert as_event(None) == {"comment": "still here"}
    await follow.aclose()
    assert streams.people == 0


async def test_a_failure_reaches_everybody_and_the_next_may_try_again() -> None:
    streams, thing = Streams(QUICK), Thing()

    async def broken() -> Shown:
        raise ConnectionError

    async def follow() -> None:
        async for _ in streams.follow("a", broken):
            pass

    results = await asyncio.gather(follow(), follow(), return_exceptions=True)
    assert [type(one) for one in results] == [ConnectionError] * 2
    thing.shown = Shown("1", "one", over=True)
    assert await heard(streams, thing) == ["1"]


async def test_who_is_one_too_many_is_told() -> None:
    streams, thing = Streams(QUICK, most=1), Thing()
    first = streams.follow("a", thing.read)
    await anext(first)
    with pytest.raises(TooManyWatch):
        await anext(streams.follow("b", thing.read))
    await first.aclose()
    await anext(streams.follow("b", thing.read))


async def test_closing_ends_them_all() -> None:
    streams, thing = Streams(QUICK), Thing()
    followers = [asyncio.create_task(heard(streams, thing)) for _ in range(3)]
    await asyncio.sleep(0.05)
    await streams.close()
    assert await asyncio.gather(*followers) == [["1"]] * 3


async def test_a_place_is_taken_before_the_answer_begins_and_given_back_by_who_never_reads() -> None:
    streams, thing = Streams(QUICK, most=1), Thing()
    waiting = streams.follow("a", thing.read)
    assert streams.people == 1
    with pytest.raises(TooManyWatch):
        streams.follow("b", thing.read)  # at once: not when it is read
    del waiting  # the browser went away before the first word
    assert streams.people == 0 and not streams.watched
    await anext(streams.follow("b", thing.read))


async def test_one_address_cannot_hold_all_places() -> None:
    streams, thing = Streams(QUICK, most=5, each=2), Thing()
    held = [streams.follow(name, thing.read, client="192.0.2.1") for name in "ab"]
    with pytest.raises(TooManyHere) as refused:
        streams.follow("a", thing.read, client="192.0.2.1")
    assert refused.value.kind == "unavailable" and "不超过 2 人" in refused.value.line()
    other = streams.follow("a", thing.read, client="192.0.2.2")
    unknown = [streams.follow("a", thing.read) for _ in range(2)]
    with pytest.raises(TooManyWatch):
        streams.follow("a", thing.read, client="192.0.2.3")
    for one in (*held, other, *unknown):
        await one.aclose()
    held.clear()
    del one, other
    unknown.clear()
    assert streams.people == 0 and not streams.clients


PROXY = ip_network("10.0.0.0/8")


@pytest.mark.parametrize(
    ("peer", "hops", "client"),
    [
        ("192.0.2.7", ["198.51.100.1"], "192.0.2.7"),  # nobody believes a stranger
        ("10.0.0.2", ["203.0.113.9", "198.51.100.1"], "198.51.100.1"),  # what the client claimed itself
        ("10.0.0.2", ["203.0.113.9", "198.51.100.1", "10.9.9.9"], "198.51.100.1"),
        ("10.0.0.2", [], "10.0.0.2"),
        ("10.0.0.2", ["unknown"], "10.0.0.2"),
        ("10.0.0.2", [" 198.51.100.1:4711 "], "198.51.100.1"),
        ("10.0.0.2", ['"[2001:db8:1:2:3::4]:80"'], "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.2", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_the_address_behind_trusted_proxies(peer: str, hops: list[str], client: str) -> None:
    assert client_at(peer, hops, [PROXY]) == client
