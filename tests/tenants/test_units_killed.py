"""Whatever dies in a commit over several databases: all of it happened, or nothing did."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from policies.terms import Principal
from tenants import journal
from tenants.databases import Databases
from tenants.in_doubt import Settled
from tenants.scope import Scope
from tenants.stores import log
from tenants.trouble import ControlUnavailable, OutcomeUnknown
from tenants.unavailable import BureauUnavailable

from .conftest import IDENTITY
from .fleet import Fleet, drop_fleet, make_fleet
from .story import AT, CITY, COUNTY, OTHER, county, other
from .test_units import ENTRY

PROGRAM = Path(__file__).with_name("dying.py")
BEFORE = ("locked", "prepared 1", "prepared 2", "written")
HELD = (
    "select 1 from pg_locks l join pg_database d on d.oid = l.database"
    " where locktype = 'advisory' and datname = current_database() and pid is null"
)
AFTER = ("decided", "ended own1", "finished")


@pytest.fixture(scope="module")
async def fleet(migrated_template: Any) -> AsyncIterator[Fleet]:
    made = await make_fleet(migrated_template, IDENTITY)
    yield made
    await drop_fleet(migrated_template, made)


def command(fleet: Fleet, step: str, *, wait: bool = False, guard: str = "") -> list[str]:
    own = {name: asdict(urls) for name, urls in fleet.own.items()}
    told = {
        "shared": asdict(fleet.shared),
        "own": own,
        "step": step,
        "wait": wait,
        "bureaus": [COUNTY, OTHER],
    }
    told |= {"guard": guard}
    return [sys.executable, str(PROGRAM), json.dumps(told)]


async def kept(fleet: Fleet) -> tuple[int, int, int]:
    """Rows in the control database, and in either bureau's own."""
    tables = (("shared", "log_entry"), ("own1", "journal"), ("own2", "journal"))
    one, two, three = [await fleet.count(name, table) for name, table in tables]
    return one, two, three


async def more(fleet: Fleet, before: tuple[int, int, int]) -> tuple[int, int, int]:
    """Rows that came since `before`."""
    one, two, three = (n - b for n, b in zip(await kept(fleet), before, strict=True))
    return one, two, three


@pytest.mark.parametrize("step", BEFORE + AFTER)
async def test_a_process_killed_at_every_step(fleet: Fleet, step: str) -> None:
    before = await kept(fleet)
    ended = await asyncio.to_thread(subprocess.run, command(fleet, step), check=False, cwd=Path.cwd())
    assert ended.returncode == 9
    left = {"locked": 0, "prepared 1": 1, "finished": 0, "ended own1": 1}.get(step, 2)
    assert await fleet.prepared() == left
    async with fleet.opened():
        pass
    assert await fleet.prepared() == 0
    assert await more(fleet, before) == ((1, 1, 1) if step in AFTER else (0, 0, 0))


async def test_a_unit_under_way_is_let_alone(fleet: Fleet) -> None:
    before, line = await kept(fleet), command(fleet, "prepared 2", wait=True)
    running = await asyncio.create_subprocess_exec(
        *line, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert running.stdout and running.stdin
    assert (await running.stdout.readline()).strip() == b"waiting"
    async with fleet.opened() as databases:
        under_way = {"shared": Settled(), "own1": Settled(open=1), "own2": Settled(open=1)}
        assert await databases.look_after() == under_way
        assert await fleet.prepared() == 2
        running.stdin.write(b"\n")
        assert await running.wait() == 0
        assert set((await databases.look_after()).values()) == {Settled()}
    assert await more(fleet, before) == (1, 1, 1)


@pytest.mark.parametrize("step", ["prepared 3", "written", "decided", "ended own1"])
async def test_killed_while_the_control_database_guards_the_others(fleet: Fleet, step: str) -> None:
    before, line = await kept(fleet), command(fleet, step, guard=CITY)
    ended = await asyncio.to_thread(subprocess.run, line, check=False, cwd=Path.cwd())
    assert ended.returncode == 9
    assert len(await fleet.ask("shared", HELD)) == 2  # the log's and ours, held by what is prepared
    async with fleet.opened():
        pass
    assert await fleet.prepared() == 0 and await fleet.ask("shared", HELD) == []
    assert await more(fleet, before) == ((1, 1, 1) if step in AFTER else (0, 0, 0))


async def test_a_lock_over_several_is_freed_last(fleet: Fleet) -> None:
    steps: list[str] = []
    async with fleet.opened() as databases:
        databases.step = steps.append
        async with databases.several(county) as unit:
            await unit.hold(COUNTY, "visits")
            await note(unit.db, county)
            await log.append(unit.control, ENTRY, AT)
            async with unit.acting(other, county) as there:
                await note(there, other)
        assert steps[-3:] == ["ended own2", "ended own1", "finished"]
        async with databases.several(other) as unit:
            await unit.hold(COUNTY, "visits")
            await note(unit.db, other)
            await log.append(unit.control, ENTRY, AT)
            async with unit.acting(county, other) as there:
                await note(there, county)
        assert steps[-3:] == ["ended own2", "ended own1", "finished"]
        async with databases.several(county) as unit:
            await unit.hold(CITY, "visits")
            await note(unit.db, county)
            await log.append(unit.control, ENTRY, AT)
        assert steps[-3:] == ["ended own1", "ended shared", "finished"]


@pytest.mark.parametrize("step", ["prepared 2", "written"])
async def test_the_control_database_is_lost_before_the_decision(fleet: Fleet, step: str) -> None:
    before = await kept(fleet)
    async with fleet.opened() as databases:
        databases.step = lambda name: cut(fleet, "shared") if name == step else None
        with pytest.raises(ControlUnavailable):
            await three(databases)
        databases.step = lambda _: None
        assert (await fleet.prepared(), await more(fleet, before)) == (0, (0, 0, 0))
        await three(databases)
    assert await more(fleet, before) == (1, 1, 1)


async def test_an_own_database_is_lost_after_the_decision(fleet: Fleet) -> None:
    before = await kept(fleet)
    async with fleet.opened() as databases:
        databases.step = lambda name: cut(fleet, "own1") if name == "decided" else None
        await three(databases)
        databases.step = lambda _: None
        assert await fleet.prepared() == 1
        async with databases.unit(county) as db:  # settles it before anything is read there
            assert len((await db.exec_driver_sql("select n from journal")).all()) == before[1] + 1
    assert (await fleet.prepared(), await more(fleet, before)) == (0, (1, 1, 1))


async def test_an_own_database_is_lost_before_it_prepares(fleet: Fleet) -> None:
    before = await kept(fleet)
    async with fleet.opened() as databases:
        databases.step = lambda name: cut(fleet, "own2") if name == "prepared 1" else None
        with pytest.raises(Exception, match=r"."):
            await three(databases)
        databases.step = lambda _: None
        assert (await fleet.prepared(), await more(fleet, before)) == (0, (0, 0, 0))
        await databases.look_after(at_once=True)
        await three(databases)


async def test_nobody_says_that_nothing_was_changed_when_the_answer_to_a_commit_is_lost(fleet: Fleet) -> None:
    async with fleet.opened() as databases:
        with pytest.raises(OutcomeUnknown, match="结果未知"):
            async with databases.several(county) as unit:
                await note(unit.db, county)
                cut(fleet, "own1")
        await databases.look_after(at_once=True)
        with pytest.raises(BureauUnavailable):  # a reader loses nothing
            async with databases.several(county, read_only=True) as unit:
                await unit.db.execute(text("select 1"))
                cut(fleet, "own1")


async def test_old_decisions_are_forgotten_once_nothing_hangs_on_them(fleet: Fleet) -> None:
    await fleet.ask("shared", "delete from unit_decision")
    async with fleet.opened() as databases:
        await three(databases)
        await databases.look_after()
        assert await fleet.count("shared", "unit_decision") == 1
        await fleet.ask("shared", "update unit_decision set at = at - interval '25 hours'")
        await fleet.ask("shared", "update unit_decision set databases = '{own1,own2,own9}'")
        await databases.look_after()
        assert await fleet.count("shared", "unit_decision") == 1  # own9 may still need it
        await fleet.ask("shared", "update unit_decision set databases = '{own1,own2}'")
        await databases.look_after()
    assert await fleet.count("shared", "unit_decision") == 0


async def three(databases: Databases) -> None:
    """One unit that writes to all three."""
    async with databases.several(county) as unit:
        await note(unit.db, county)
        await log.append(unit.control, ENTRY, AT)
        async with unit.acting(other, county) as there:
            await note(there, other)


async def note(db: Any, scope: Scope) -> None:
    actor = Principal("p", "某某", scope.bureau, frozenset({"drawer"}))
    await journal.note(db, scope, actor=actor, action="site.read", target="x", at=AT)


def cut(fleet: Fleet, name: str) -> None:
    """End every connection of the application to a database, from outside, and wait for it."""
    sql = (
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        " where usename = 'shuangsui_app' and datname = current_database()"
    )
    line = "import asyncio,sys,asyncpg\nasync def go(u,q):\n c=await asyncpg.connect(u); await c.execute(q)\n"
    line += "asyncio.run(go(*sys.argv[1:]))"
    url = fleet.superuser.rsplit("/", 1)[0] + "/" + fleet.urls(name).app.rsplit("/", 1)[1]
    subprocess.run([sys.executable, "-c", line, url, sql], check=True)
