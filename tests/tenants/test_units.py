"""A unit of work over the shared database and bureaus' own: routed, joined, all or nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.demo.granting import give
from tenants.databases import Databases
from tenants.entering import enter
from tenants.scope import Scope
from tenants.stores import log, members, sites
from tenants.unavailable import BureauUnavailable

from .conftest import IDENTITY
from .fleet import SYSTEM, Fleet, drop_fleet, make_fleet
from .story import AT, CITY, COUNTY, OTHER, PROVINCE, city, county, other, site

ENTRY = {"t": "notice", "bureau": COUNTY, "h": "00"}
WIDE = Scope(PROVINCE, (PROVINCE, CITY, COUNTY, OTHER), "auditor")


@pytest.fixture
async def fleet(migrated_template: Any) -> AsyncIterator[Fleet]:
    made = await make_fleet(migrated_template, IDENTITY)
    yield made
    await drop_fleet(migrated_template, made)


@pytest.fixture
async def databases(fleet: Fleet) -> AsyncIterator[Databases]:
    async with fleet.opened() as made:
        yield made


async def put(db: Any, scope: Scope, n: int = 1) -> None:
    await sites.upsert(db, scope, [site(n)], at=AT, by="k", reason="导入")


async def test_a_unit_begins_where_its_bureau_lives(fleet: Fleet, databases: Databases) -> None:
    for scope in (county, other, city):
        async with databases.unit(scope) as db:
            await put(db, scope)
    held = {name: await fleet.ask(name, "select bureau from site") for name in ("shared", "own1", "own2")}
    assert held == {"shared": [(CITY,)], "own1": [(COUNTY,)], "own2": [(OTHER,)]}
    async with databases.several(county) as unit:
        assert [s.code for s in await sites.all_of(unit.db, county, COUNTY)] == ["S00001"]


async def test_a_unit_reads_every_bureau_it_names(databases: Databases) -> None:
    for scope in (county, city):
        async with databases.unit(scope) as db:
            await put(db, scope)
    async with databases.several(city, read_only=True) as unit:
        assert len(await sites.all_of(await unit.at(COUNTY), city, COUNTY)) == 1
        assert len(await sites.all_of(await unit.at(CITY), city, CITY)) == 1
        assert await sites.all_of(unit.db, city, COUNTY) == ()
        assert await unit.at(CITY) is unit.db is unit.control
        groups = await unit.placed((CITY, COUNTY, PROVINCE, OTHER))
        assert groups == ((CITY, PROVINCE), (COUNTY,), (OTHER,))
        with pytest.raises(DBAPIError, match="read-only"):
            await put(await unit.at(COUNTY), county, 2)  # READ ONLY as the unit is


async def test_several_commit_together(fleet: Fleet, databases: Databases) -> None:
    steps: list[str] = []
    databases.step = steps.append
    async with databases.several(county) as unit:
        await put(unit.db, county)
        await log.append(unit.control, ENTRY, AT)
        async with unit.acting(other, county) as there:
            await put(there, other)
        await put(unit.db, county, 2)
    assert steps[0] == "locked" and steps[-1] == "finished" and steps.count("prepared 2") == 1
    assert [await fleet.count("own1", "site"), await fleet.count("own2", "site")] == [2, 1]
    assert await fleet.count("shared", "log_entry") == 1
    assert await fleet.prepared() == 0
    assert (await fleet.ask("shared", "select databases from unit_decision"))[0][0] == ["own1", "own2"]


async def test_one_writer_commits_plainly(fleet: Fleet, databases: Databases) -> None:
    steps: list[str] = []
    databases.step = steps.append
    async with databases.several(county) as unit:
        await put(unit.db, county)
        await log.entries(unit.control)
        await sites.all_of(await unit.at(OTHER), other, OTHER)
    assert steps == [] and await fleet.count("own1", "site") == 1


async def test_an_error_takes_everything_back(fleet: Fleet, databases: Databases) -> None:
    with pytest.raises(ZeroDivisionError):
        async with databases.several(county) as unit:
            await put(unit.db, county)
            await log.append(unit.control, ENTRY, AT)
            raise ZeroDivisionError
    with pytest.raises(DBAPIError):  # a participant that is broken already, though its error was swallowed
        async with databases.several(county) as unit:
            await log.append(unit.control, ENTRY, AT)
            there = await unit.at(OTHER)
            try:
                await there.execute(text("insert into site_change (bureau) values ('411721')"))
            except Exception:
                await put(unit.db, county)
    assert await fleet.count("own1", "site") == await fleet.count("shared", "log_entry") == 0
    assert await fleet.prepared() == 0


async def test_members_are_the_control_databases(fleet: Fleet, databases: Databases) -> None:
    async with databases.several(county) as unit:
        await give(unit.control, county, members_row(COUNTY))
    assert await fleet.count("shared", "membership") == 1
    async with databases.several(county, read_only=True) as unit:
        assert len(await members.in_bureau(unit.control, county, COUNTY)) == 1
    async with databases.several(city, read_only=True) as unit:
        assert len(await members.in_bureau(unit.control, city, COUNTY)) == 1
    async with databases.several(other, read_only=True) as unit:
        assert not (await unit.control.execute(text("select 1 from membership"))).all()


def members_row(bureau: str) -> Any:
    from datetime import date

    from tenants.rows import Membership

    return Membership(bureau, "p-1", "drawer", "某某", date(2025, 1, 1))


async def test_rows_left_in_another_database_are_not_seen(fleet: Fleet, databases: Databases) -> None:
    async with databases.unit(county) as db:
        await put(db, county)
    await fleet.place(COUNTY, "shared")  # as after a move back: the rows in own1 are old
    async with databases.unit(county) as db:  # the map in memory still says own1
        assert await sites.all_of(db, county, COUNTY) == ()
        await put(db, county, 7)
    assert await fleet.count("shared", "site") == 1
    async with databases.several(other) as unit:
        await enter(unit.db, WIDE)
        own1 = await unit.at(OTHER)
        assert await sites.all_of(own1, WIDE, COUNTY) == ()
    async with databases.control.unit(city) as db:
        assert len(await sites.all_of(db, city, COUNTY)) == 1


async def test_a_move_bites_at_once(fleet: Fleet, databases: Databases) -> None:
    async with databases.unit(county) as db:
        await put(db, county)
    await fleet.place(COUNTY, "own2")
    async with databases.several(city) as unit:
        assert await unit.placed((CITY, COUNTY, OTHER)) == ((CITY,), (COUNTY, OTHER))
        assert await sites.all_of(await unit.at(COUNTY), city, COUNTY) == ()
    async with databases.unit(county) as db:
        await put(db, county, 2)
    assert await fleet.ask("own2", "select code from site") == [("S00002",)]


async def test_a_copy_of_the_tree_that_fell_behind_is_brought_up(fleet: Fleet) -> None:
    await fleet.ask("own1", "update bureau set database = 'shared', name = '旧' where code = :c", c=COUNTY)
    async with fleet.opened() as databases:
        async with databases.unit(county) as db:
            await put(db, county)
        await fleet.ask("own1", "update bureau set database = 'own9' where code = :c", c=COUNTY)
        async with databases.unit(county) as db:  # while it runs, too
            await put(db, county, 2)
    assert await fleet.count("own1", "site") == 2
    names = await fleet.ask("own1", "select name from bureau where code = :c", c=COUNTY)
    assert names == await fleet.ask("shared", "select name from bureau where code = :c", c=COUNTY)


async def test_a_new_bureau_is_known_everywhere(fleet: Fleet, databases: Databases) -> None:
    from policies.terms import Bureau
    from tenants.stores import bureaus

    async with databases.several(city) as unit:
        await enter(unit.control, Scope(CITY, city.visible, "a", system=True))
        await bureaus.put(unit.control, Bureau("411722", "上蔡分局", "county", CITY))
        await enter(unit.control, city)
        await unit.share_bureaus()
        await put(unit.db, city)
    for name in ("shared", "own1", "own2"):
        assert await fleet.ask(name, "select database from bureau where code = '411722'") == [("shared",)]


async def test_serial_begins_the_whole_unit_again(databases: Databases) -> None:
    asked = 0

    async def work(db: Any) -> int:
        nonlocal asked
        asked += 1
        seen = len(await sites.all_of(db, county, COUNTY))
        await asyncio.sleep(0.05)
        await put(db, county, seen + 1)
        return seen

    numbers = await asyncio.gather(*(databases.serial(county, work, tries=20) for _ in range(3)))
    assert sorted(numbers) == [0, 1, 2] and asked > 3


async def test_a_cut_unit_leaves_nothing_open(fleet: Fleet, databases: Databases) -> None:
    async def work() -> None:
        async with databases.several(county) as unit:
            await put(unit.db, county)
            await log.append(unit.control, ENTRY, AT)
            await unit.db.execute(text("select pg_sleep(5)"))

    for seconds in (0.0, 0.005, 0.02, 0.1):
        task = asyncio.create_task(work())
        await asyncio.sleep(seconds)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await fleet.prepared() == 0
    busy = (
        "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in%'"
    )
    for name in ("shared", "own1"):
        assert await fleet.ask(name, busy) == [(0,)]
    assert await fleet.count("shared", "log_entry") == 0


async def test_a_cut_during_the_commit_waits_for_its_end(fleet: Fleet, databases: Databases) -> None:
    async def work() -> None:
        async with databases.several(county) as unit:
            await put(unit.db, county)
            await log.append(unit.control, ENTRY, AT)

    task = asyncio.create_task(work())
    databases.step = lambda step: task.cancel() and None if step == "prepared 1" else None
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await fleet.prepared() == 0
    assert await fleet.count("own1", "site") == await fleet.count("shared", "log_entry") == 1


async def test_an_unknown_database_is_a_plain_refusal(fleet: Fleet, databases: Databases) -> None:
    await fleet.place(COUNTY, "own9")
    with pytest.raises(BureauUnavailable) as caught:
        async with databases.unit(county):
            pass
    assert caught.value.state == "unknown" and COUNTY in caught.value.line()
    async with databases.several(SYSTEM) as unit:
        assert unit.db is unit.control
