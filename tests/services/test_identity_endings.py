"""Endings and sessions in order, whatever the clocks of the machines say and wherever one of them dies."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.embedded import ValkeyServer
from services.identity.endings import _COUNTER, Endings
from services.identity.sessions import Session, Sessions
from services.redis_client import redis_client

from .conftest import MovableClock

SKEW = timedelta(seconds=20)


def machine(redis: Any, ahead: timedelta = timedelta()) -> Sessions:
    """Sessions as one machine sees them, its clock set so far."""
    clock = MovableClock()
    clock.offset = ahead
    return Sessions(redis, clock)


@pytest.fixture
async def redis(valkey_server: ValkeyServer) -> AsyncIterator[Any]:
    async with redis_client(valkey_server.url) as client:
        yield client


async def signed_in(sessions: Sessions, subject: str, login: str = "", **more: Any) -> Session:
    return await sessions.open(
        subject=subject, bureau="411721", acr=1, auth_time=0, id_token="i", previous=None, refresh="r",
        login=login, **more,
    )  # fmt: skip


@pytest.mark.parametrize(("opens", "ends"), [(SKEW, -SKEW), (-SKEW, SKEW), (timedelta(), timedelta())])
async def test_no_session_outlives_an_ending_and_the_next_login_holds(
    redis: Any, opens: timedelta, ends: timedelta
) -> None:
    """One machine's clock is fast and the other's slow, either way round."""
    one, other, who = machine(redis, opens), machine(redis, ends), f"p-{uuid4()}"
    before = await signed_in(one, who)
    stranger = await signed_in(one, f"p-{uuid4()}")
    assert await one.find(before.sid) and await other.find(before.sid)
    await other.endings.end_person(who)
    after = await signed_in(one, who)
    assert await one.find(before.sid) is None and await one.was_ended(before.sid)
    assert await other.find(after.sid), "a new login was ended too"
    assert await other.find(stranger.sid)
    moved = await one.switch(after, "411700")
    await other.endings.end_person(who)
    assert await one.find(moved.sid) is None


async def test_an_ending_told_while_the_login_is_asked_about_reaches_it(redis: Any) -> None:
    sessions, who = machine(redis), f"p-{uuid4()}"
    since = await sessions.endings.count()
    await sessions.endings.end_person(who)  # the code is being exchanged
    late = await signed_in(sessions, who, since=since)
    assert await sessions.find(late.sid) is None


@pytest.mark.parametrize(("opens", "doubts"), [(SKEW, -SKEW), (-SKEW, SKEW)])
async def test_a_doubt_reaches_every_session_confirmed_before_it(
    redis: Any, opens: timedelta, doubts: timedelta
) -> None:
    one, other, who = machine(redis, opens), machine(redis, doubts), f"p-{uuid4()}"
    mine = await signed_in(one, who, login=f"l-{uuid4()}")
    assert (await one.look_up(mine.sid)).doubted is False  # type: ignore[union-attr]
    assert await other.endings.obey(str(uuid4()), 60, login=f"l-{uuid4()}", subject=who)
    assert (await one.look_up(mine.sid)).doubted is True  # type: ignore[union-attr]
    new = await signed_in(one, who, login=f"l-{uuid4()}")
    assert (await one.look_up(new.sid)).doubted is False  # type: ignore[union-attr]


async def test_a_logout_is_not_lost_when_the_machine_dies_amid_it(
    redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its number is not spent before what it orders is kept: sent again it is obeyed, and then no more."""
    sessions, who, jti = machine(redis), f"p-{uuid4()}", str(uuid4())
    mine = await signed_in(sessions, who)

    async def dies(*_: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(Endings, "_keep", dies)
        with pytest.raises(ConnectionError):
            await sessions.endings.obey(jti, 60, login="", subject=who)
    assert await sessions.endings.obey(jti, 60, login="", subject=who)
    assert await sessions.find(mine.sid) is None
    new = await signed_in(sessions, who)
    assert not await sessions.endings.obey(jti, 60, login="", subject=who)
    assert await sessions.find(new.sid), "a token sent again ended a later login"


async def test_a_lost_counter_begins_above_every_number(redis: Any) -> None:
    sessions, who = machine(redis), f"p-{uuid4()}"
    await sessions.endings.end_person(who)
    mine = await signed_in(sessions, who)
    assert await redis.delete(_COUNTER)
    await sessions.endings.end_person(who)
    assert await sessions.find(mine.sid) is None
