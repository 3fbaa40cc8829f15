"""A COMMIT nobody answered is not over: its connection serves nobody else, whatever became of it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from tenants.beginning import Mode, end, running
from tenants.driver import adapter
from tenants.participants import Participant
from tenants.session import Database, Limits
from tenants.stores import sites
from tests.faults.proxy import Proxy

from .conftest import IDENTITY
from .story import AT, COUNTY, county, site

WHO = text("select pg_backend_pid(), current_setting('app.subject')")


@pytest.fixture
def wire(urls: Any) -> Iterator[Proxy]:
    with Proxy.before(make_url(urls.app).port or 5432) as proxy:
        yield proxy


@pytest.fixture
async def behind(urls: Any, wire: Proxy, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """A pool of one behind the wire; the driver gives up on a silent server soon."""
    monkeypatch.setattr("tenants.session._GRACE", 0.3)
    url = make_url(urls.app).set(host="127.0.0.1", port=wire.port)
    opened = await Database.connect(
        url.render_as_string(hide_password=False),
        expected_identity=IDENTITY,
        pool=1,
        limits=Limits(connect=2.0, statement=0.3),
    )
    yield opened
    wire.let("pass")
    await opened.close()


async def write(db: Any) -> int:
    await sites.upsert(db, county, [site(1)], at=AT, by="k", reason="导入")
    return int((await db.execute(WHO)).one()[0])


async def serves(database: Database, former: int) -> None:
    """The next one is served, by another session of the server."""
    async with database.unit(county, read_only=True) as db:
        pid, subject = (await db.execute(WHO)).one()
        assert pid != former and subject == county.subject
        await sites.all_of(db, county, COUNTY)


async def cut(wire: Proxy, ending: Any) -> None:
    """Cancel what waits for an answer that does not come."""
    task = asyncio.ensure_future(ending)
    for _ in range(3000):  # a busy machine may take its time to get there
        if wire.how == "pause":
            break
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    task.cancel()
    wire.let("pass")
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("word", ["commit", "rollback"])
async def test_an_end_that_was_cut_is_not_taken_for_one(behind: Database, wire: Proxy, word: str) -> None:
    db, _ = await behind.begun(Mode(), county)
    former = await write_by_driver(db)
    wire.let("pause")
    task = asyncio.ensure_future(end(db, word))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert adapter(db)._transaction is not None and running(db), "only the server's answer ends it"
    wire.let("pass")
    await behind.give(db)  # the worst a caller could do
    await serves(behind, former)


async def write_by_driver(db: Any) -> int:
    """Only the driver saw it: the ending that does not go through SQLAlchemy."""
    raw = adapter(db).driver_connection
    await raw.execute("select set_config('app.note', 'x', true)")
    return int(await raw.fetchval("select pg_backend_pid()"))


async def test_a_request_cut_while_it_commits_leaves_nothing_behind(behind: Database, wire: Proxy) -> None:
    pids: list[int] = []

    async def request() -> None:
        async with behind.unit(county) as db:
            pids.append(await write(db))
            wire.let("pause")

    await cut(wire, request())
    await serves(behind, pids[0])


async def test_a_participant_cut_while_it_commits_leaves_nothing_behind(
    behind: Database, wire: Proxy
) -> None:
    part = await Participant.open("shared", behind, county, read_only=False, serializable=False)
    former = await write_by_driver(part.db)
    wire.let("pause")
    await cut(wire, part.commit())
    assert part.ended
    await serves(behind, former)


async def test_a_server_silent_at_the_commit_is_given_up_and_its_connection_too(
    behind: Database, wire: Proxy
) -> None:
    part = await Participant.open("shared", behind, county, read_only=False, serializable=False)
    former = await write_by_driver(part.db)
    wire.let("pause")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(10):
            await part.commit()
    assert part.ended
    wire.let("pass")
    await serves(behind, former)


async def test_a_commit_the_server_refuses_is_over(behind: Database) -> None:
    """A constraint that speaks at the commit: the server answered, the connection is as good as before."""
    db, _ = await behind.begun(Mode(), county)
    raw = adapter(db).driver_connection
    await raw.execute("create temporary table late (a int unique deferrable initially deferred)")
    await raw.execute("insert into late values (1), (1)")
    with pytest.raises(Exception, match="late_a_key"):
        await end(db, "commit")
    assert adapter(db)._transaction is None and not running(db)
    await end(db, "rollback")
    await behind.give(db)
    async with behind.unit(county, read_only=True) as again:
        assert adapter(again).driver_connection is raw
