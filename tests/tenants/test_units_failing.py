"""A database that is down, slow, old or another's: its bureaus are told, everybody else works on."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from services.embedded import ensure_postgres
from services.embedded.postgres import COMMON
from tenants.databases import Databases
from tenants.migrate import set_up
from tenants.portals import Portals
from tenants.session import Limits
from tenants.stores import sites
from tenants.unavailable import BureauUnavailable
from tenants.urls import DatabaseUrls, shown

from .conftest import IDENTITY, PASSWORDS
from .fleet import QUICK, Fleet, drop_fleet, make_fleet
from .story import AT, CITY, COUNTY, OTHER, city, county, other
from .test_units import put
from .test_units_killed import cut

BUSY = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in%'"


@pytest.fixture
async def fleet(migrated_template: Any) -> AsyncIterator[Fleet]:
    made = await make_fleet(migrated_template, IDENTITY)
    yield made
    await drop_fleet(migrated_template, made)


def at_port(urls: DatabaseUrls, port: int) -> DatabaseUrls:
    moved = {
        role: shown(make_url(getattr(urls, role)).set(port=port))
        for role in ("migrator", "app", "auditor", "portal")
    }
    return DatabaseUrls(**moved, identity=urls.identity)


@asynccontextmanager
async def listener(*, answers: bool) -> AsyncIterator[int]:
    """A port at which nobody listens, or somebody who never says a word."""

    taken = socket.create_server(("127.0.0.1", 0))  # the system takes the call, nobody ever picks it up
    port = taken.getsockname()[1]
    if not answers:
        taken.close()
    yield port
    taken.close()


async def refused(databases: Databases, state: str) -> BureauUnavailable:
    """The county is told why; the other county and the city work, and read around the hole."""
    with pytest.raises(BureauUnavailable) as caught:
        async with databases.unit(county):
            pass
    assert (caught.value.state, caught.value.bureau) == (state, COUNTY)
    for language in ("zh", "en"):
        line = caught.value.line(language)
        assert COUNTY in line and not {"127.0.0.1", "shuangsui_app", "secret"} & set(line.split())
    async with databases.unit(other) as db:
        await put(db, other)
    async with databases.several(city) as unit:
        with pytest.raises(BureauUnavailable):
            await unit.at(COUNTY)
        await put(unit.db, city)
        assert len(await sites.all_of(unit.control, city, CITY)) == 1
    return caught.value


@pytest.mark.parametrize("answers", [False, True])
async def test_nobody_answers_there(fleet: Fleet, answers: bool) -> None:
    async with listener(answers=answers) as port:
        fleet.own["own1"] = at_port(fleet.own["own1"], port)
        async with fleet.opened(limits=Limits(connect=0.5, statement=5.0)) as databases:
            told = await refused(databases, "down")
            assert told.since is not None
            assert [(s.name, s.state) for s in databases.status()] == [("own1", "down"), ("own2", None)]
            assert databases.status()[0].server == f"127.0.0.1:{port}"


async def test_two_connection_strings_exchanged(fleet: Fleet, caplog: pytest.LogCaptureFixture) -> None:
    one, two = fleet.own["own1"], fleet.own["own2"]
    fleet.own["own1"] = replace(two, identity=one.identity)
    fleet.own["own2"] = replace(one, identity=two.identity)
    with caplog.at_level(logging.CRITICAL, "shuangsui.databases"):
        async with fleet.opened() as databases:
            for scope in (county, other):
                with pytest.raises(BureauUnavailable) as caught:
                    async with databases.unit(scope):
                        pass
                assert caught.value.state == "identity"
            async with databases.unit(city) as db:
                await put(db, city)
            assert {s.state for s in databases.status()} == {"identity"}
            assert "own2" in databases.status()[0].told
    alarms = sorted(record.getMessage() for record in caplog.records if record.levelno == logging.CRITICAL)
    assert len(alarms) == 2
    for name, code, alarm in (("own1", COUNTY, alarms[0]), ("own2", OTHER, alarms[1])):
        assert "ALARM" in alarm and name in alarm and code in alarm and "secret" not in alarm
    assert await fleet.count("own1", "site") == await fleet.count("own2", "site") == 0


async def test_exchanged_while_it_runs(fleet: Fleet) -> None:
    async with fleet.opened() as databases:
        async with databases.unit(county) as db:
            await put(db, county)
        await fleet.ask("own1", "update database_identity set name = 'shuangsui-tests/own2'")
        cut(fleet, "own1")
        await refused(databases, "identity")
        await fleet.ask("own1", "update database_identity set name = 'shuangsui-tests/own1'")
        with pytest.raises(BureauUnavailable):  # nobody knocks again at once
            async with databases.unit(county):
                pass
        await databases.look_after(at_once=True)
        async with databases.unit(county) as db:
            assert len(await sites.all_of(db, county, COUNTY)) == 1
        assert {s.state for s in databases.status()} == {None}


async def test_an_old_schema(fleet: Fleet) -> None:
    await fleet.ask("own1", "update alembic_version set version_num = '0013'")
    async with fleet.opened() as databases:
        await refused(databases, "schema")
        assert "migrate" in databases.status()[0].told


async def test_a_connection_that_died_in_the_pool_is_nobodys_trouble(fleet: Fleet) -> None:
    async with fleet.opened() as databases:
        for name in ("own1", "shared"):
            async with databases.unit(county), databases.unit(city):
                pass
            cut(fleet, name)
        async with databases.unit(county) as db, databases.unit(city):
            await put(db, county)


async def test_lost_in_the_middle(fleet: Fleet) -> None:
    async with fleet.opened() as databases:
        with pytest.raises(BureauUnavailable) as caught:
            async with databases.several(county) as unit:
                await put(unit.db, county)
                cut(fleet, "own1")
                await put(unit.db, county, 2)
        assert caught.value.state == "down"
        await databases.look_after(at_once=True)
        async with databases.unit(county) as db:
            assert await sites.all_of(db, county, COUNTY) == ()


async def test_a_slow_statement_ends(fleet: Fleet) -> None:
    async with fleet.opened(limits=Limits(connect=3.0, statement=0.3)) as databases:

        async def slow() -> None:
            async with databases.several(county) as unit:
                await unit.db.execute(text("select pg_sleep(20)"))

        running = asyncio.create_task(slow())
        async with databases.unit(other) as db:
            await put(db, other)
        with pytest.raises(BureauUnavailable) as caught:
            await running
        assert caught.value.state == "slow"
        async with databases.unit(county) as db:  # one slow statement is no reason to refuse the next
            await put(db, county)


async def test_a_view_goes_on_without_the_one_that_failed(fleet: Fleet) -> None:
    async with fleet.opened(limits=QUICK) as databases:
        async with databases.unit(other) as db:
            await put(db, other)
        wide = replace(city, visible=(CITY, COUNTY, OTHER))
        async with databases.several(wide) as unit:
            there = await unit.at(COUNTY)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await there.execute(text("select pg_sleep(5)"))
            await unit.leave(COUNTY)
            there = await unit.at(COUNTY)
            with pytest.raises(DBAPIError):
                await there.execute(text("select 1 / 0"))
            await unit.leave(COUNTY)
            assert await fleet.ask("own1", BUSY) == [(0,)]
            assert len(await sites.all_of(await unit.at(OTHER), wide, OTHER)) == 1
            await put(unit.db, city)
            assert len(await sites.all_of(await unit.at(COUNTY), wide, COUNTY)) == 0  # it may join again
    assert await fleet.count("shared", "site") == 1


async def test_the_public_finds_each_bureau_in_its_database(fleet: Fleet) -> None:
    async with fleet.opened() as databases:
        kinds = {"now": lambda: AT, "limits": Limits(connect=0.5, statement=5.0)}
        portals = await Portals.open(fleet.shared, fleet.own, databases.homes, **kinds)
        try:
            for code, name in ((COUNTY, "own1"), (OTHER, "own2"), (CITY, "shared"), ("", "shared")):
                async with portals.public(code) as db:
                    clone = fleet.urls(name).app.rsplit("/", 1)[1]
                    assert await db.scalar(text("select current_database()")) == clone
            assert await portals.placed((CITY, COUNTY, OTHER)) == ((CITY,), (COUNTY,), (OTHER,))
        finally:
            await portals.close()
        async with listener(answers=False) as port:
            own = fleet.own | {"own1": at_port(fleet.own["own1"], port)}
            portals = await Portals.open(fleet.shared, own, databases.homes, **kinds)
            try:
                with pytest.raises(BureauUnavailable) as caught:
                    async with portals.public(COUNTY):
                        pass
                assert caught.value.state == "down"
                async with portals.public(OTHER) as db:
                    await db.scalar(text("select count(*) from notice"))
            finally:
                await portals.close()


async def test_a_server_without_prepared_transactions_is_refused(
    fleet: Fleet, new_home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(COMMON, "max_prepared_transactions", "0")
    server = ensure_postgres(new_home("unprepared"), fast=True)
    try:
        urls = await set_up(server.superuser_dsn, "own_there", PASSWORDS, identity=fleet.own["own1"].identity)
        there = replace(fleet, own=fleet.own | {"own1": urls})
        async with there.opened() as databases:
            await refused(databases, "prepared")
            assert "max_prepared_transactions" in databases.status()[0].told
    finally:
        server.stop()
