"""A transaction begins with its scope in one message and ends as it should; connections are kept at hand."""

import asyncio
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text, true

from policies.errors import Missing
from tenants.beginning import Mode
from tenants.entering import plain
from tenants.errors import OutOfScope
from tenants.scope import Scope
from tenants.session import Database
from tenants.stores import sites
from tenants.unavailable import BureauUnavailable

from .conftest import IDENTITY
from .story import AT, COUNTY, OTHER, county, other, site

HOW = text(
    "select current_setting('transaction_isolation'), current_setting('transaction_read_only'),"
    " current_setting('app.subject'), current_setting('app.visible')"
)


@pytest.fixture
async def small(urls: Any) -> Any:
    """A pool of one, and one more on demand."""
    opened = await Database.connect(urls.app, expected_identity=IDENTITY, pool=1)
    yield opened
    await opened.close()


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Statements sent past SQLAlchemy."""
    sent: list[str] = []
    for name in ("execute", "fetch"):
        real = getattr(asyncpg.Connection, name)

        def call(self: Any, query: str, *args: Any, _real: Any = real, **more: Any) -> Any:
            sent.append(query)
            return _real(self, query, *args, **more)

        monkeypatch.setattr(asyncpg.Connection, name, call)
    return sent


async def put(database: Database, scope: Scope) -> None:
    async with database.unit(scope) as db:
        await sites.upsert(db, scope, [site(1)], at=AT, by="k", reason="导入")


async def test_a_read_by_key_takes_three_trips(database: Database, messages: list[str]) -> None:
    await put(database, county)
    messages.clear()
    async with database.unit(county, read_only=True) as db:
        assert (await sites.one(db, county, COUNTY, "S00001")).code == "S00001"
    begin, read, end = messages
    assert begin.startswith("begin isolation level read committed read only; execute shuangsui_enter(E'")
    assert "FROM site" in read and "= ANY ($1" in read and end == "commit"


@pytest.mark.parametrize(("read_only", "serializable"), [(True, False), (False, True), (False, False)])
async def test_the_mode_is_the_one_asked_for(database: Database, read_only: bool, serializable: bool) -> None:
    hostile = "o'brien\\'; commit; drop table site; -- $1 周"
    scope = Scope.own(COUNTY, hostile)
    async with database.unit(scope, read_only=read_only, serializable=serializable) as db:
        level = "serializable" if serializable else "read committed"
        told = (level, "on" if read_only else "off", hostile, f"{{{COUNTY}}}")
        assert (await db.execute(HOW)).one() == told
    with pytest.raises(OutOfScope):
        async with database.unit(county, read_only=True) as db:
            await sites.upsert(db, county, [site(1)], at=AT, by="k", reason="导入")


async def test_what_only_the_driver_saw_is_committed_or_rolled_back_too(database: Database) -> None:
    await put(database, county)
    change = "update site set name = '{}' where bureau = '411721' and code = 'S00001'"
    async with database.unit(county) as db:
        assert await plain(db, change.format("driver")) == "UPDATE 1"
    with pytest.raises(ZeroDivisionError):
        async with database.unit(county) as db:
            await plain(db, change.format("gone"))
            raise ZeroDivisionError
    async with database.unit(county, read_only=True) as db:
        assert (await sites.one(db, county, COUNTY, "S00001")).name == "driver"


async def test_a_bureau_that_lives_elsewhere_is_told_and_nothing_of_it_seen(
    database: Database, template_rows: Any, urls: Any, superuser_dsn: str
) -> None:
    del template_rows
    await put(database, other)
    db = await asyncpg.connect(superuser_dsn.rsplit("/", 1)[0] + "/" + urls.app.rsplit("/", 1)[1])
    await db.execute("update bureau set database = 'own9' where code = $1", OTHER)
    await db.close()
    with pytest.raises(BureauUnavailable):
        async with database.unit(other):
            pass
    wide = Scope(COUNTY, (COUNTY, OTHER), "x")
    connection, here = await database.begun(Mode(True), wide)
    assert here == {COUNTY}
    with pytest.raises(Missing):
        await sites.one(connection, wide, OTHER, "S00001")
    await database.lose(connection)


async def test_ready_words_follow_the_predicate(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await put(database, county)
    narrow = Scope(COUNTY, (COUNTY,), "x")
    blind = Scope(OTHER, (OTHER,), "x")  # the predicate's scope; the transaction's is the county's
    async with database.unit(narrow, read_only=True) as db:
        with pytest.raises(Missing):
            await sites.one(db, blind, COUNTY, "S00001")
        monkeypatch.setattr(sites, "within", lambda scope, column: true())
        assert (await sites.one(db, blind, COUNTY, "S00001")).code == "S00001"
        monkeypatch.undo()
        with pytest.raises(Missing):
            await sites.one(db, blind, COUNTY, "S00001")


async def test_nobody_waits_for_a_connection_that_lies_idle(small: Database) -> None:
    async def one(scope: Scope) -> str:
        async with small.unit(scope, read_only=True) as db:
            await asyncio.sleep(0.002)
            return str((await db.execute(HOW)).one()[3])

    async with asyncio.timeout(20):
        found = await asyncio.gather(*(one(scope) for scope in (county, other) * 20))
    assert found == [f"{{{COUNTY}}}", f"{{{OTHER}}}"] * 20


async def test_a_connection_that_broke_is_not_kept(small: Database) -> None:
    async with small.unit(county, read_only=True) as db:
        raw: Any = (await db.get_raw_connection()).driver_connection
    raw.terminate()
    async with small.unit(county, read_only=True) as db:
        assert (await db.get_raw_connection()).driver_connection is not raw
