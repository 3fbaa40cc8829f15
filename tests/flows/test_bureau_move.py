"""A bureau with a finished draw moves to another database, back, and leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import text

from policies.errors import Missing, Problem
from services.moving.steps import Steps
from services.moving.undo import undo
from services.moving.values import SYSTEM, MoveOrder, Progress
from services.usecases.open_draw import open_draw
from services.work import App
from tenants.entering import enter
from tenants.errors import WrongDatabase, WrongSchema
from tenants.homes import hold_homes
from tenants.moving import records
from tenants.moving.errors import (
    BureauMoving,
    CopyDiffers,
    LeftoverChanged,
    MoveFailed,
    MoveRunning,
    NothingLeft,
    NothingToUndo,
    RowsInTheWay,
    SamePlace,
    StillWriting,
    SwitchOpen,
    TargetNotReady,
    UnknownDatabase,
)
from tenants.moving.reach import alone, opened
from tenants.moving.rows import Place
from tenants.removal import remove_entries
from tenants.scope import Scope
from tenants.session import Database
from tenants.stores import sites
from tests.moving import CITY, COUNTY, OTHER, Ground, ground_of, numbers, read, stamped, write

from . import ceremony as c
from .test_draw_flow import cancel_all, verdict_of


@pytest.fixture(scope="module")
async def stamp(pg_server: Any, new_home: Any) -> App:
    return await stamped(pg_server.superuser_dsn, new_home("move"))


@pytest.fixture
async def ground(stamp: App, pg_server: Any, new_home: Any) -> AsyncIterator[Ground]:
    async with ground_of(stamp, pg_server.superuser_dsn, new_home) as made:
        yield made


async def drawn(app: App) -> None:
    await c.plan(app, COUNTY)
    await c.prepare(app, COUNTY)
    await c.freeze(app, COUNTY, 1)
    await c.escrow(app, COUNTY, 1)
    await c.cosign(app, CITY)
    c.at_beacon(app)
    await c.run_draw(app, c.drawer(app, COUNTY), 1, c.DIGITS, c.secret(app, COUNTY, 1))
    await c.cosign(app, CITY)


async def test_there_and_back_and_nothing_left(ground: Ground) -> None:
    await drawn(ground.app)
    before, size = await ground.sums("shared"), await ground.rows("shared")
    neighbours = await ground.sums("own1", OTHER), await ground.sums("shared", CITY)
    done = await ground.move("own1")
    assert (done.source, done.target, done.rows, done.draws) == ("shared", "own1", size, 1)
    assert [p.step for p in ground.told] == sorted(p.step for p in ground.told)
    assert {p.step for p in ground.told} == {1, 2, 3, 4, 5, 6}
    assert await ground.home() == {"own1"} and await ground.closed() == [[], []]
    moved = {s.table: s for s in await ground.sums("own1")}
    assert [moved[s.table] for s in before if s.table != "journal"] == [
        s for s in before if s.table != "journal"
    ]
    assert await ground.sums("shared") == before  # kept, and
    async with ground.app.database.unit(Scope.for_system(), read_only=True) as db:  # not even visible there
        await enter(db, Scope.own(COUNTY, "x"))
        assert not await db.scalar(text("select count(*) from site"))
    assert await read(ground.app, COUNTY) == 60
    assert (await ground.actions())[-1] == "bureau.move"
    await cancel_all(ground.app, COUNTY, 1)
    async with ground.app.work(c.drawer(ground.app, COUNTY)) as work:
        await open_draw(work, 1)
    await c.cosign(ground.app, CITY)
    verdict, _ = await verdict_of(ground.app, COUNTY, 1)
    assert verdict.verdict == "VALID", verdict.as_dict()

    await write(ground.app, COUNTY, 1)
    back = await ground.move("", back=True)
    assert (back.source, back.target) == ("own1", "shared") and await ground.home() == {"shared"}
    assert await read(ground.app, COUNTY) == 61 and await ground.rows("shared") > size
    gone = await ground.forget()
    assert [(g.database, g.rows > size, g.size > 10_000) for g in gone] == [("own1", True, True)]
    assert await ground.rows("own1") == 0
    assert (await ground.actions())[-2:] == ["bureau.move", "bureau.forget"]
    with pytest.raises(NothingLeft):
        await ground.forget()
    assert neighbours == (await ground.sums("own1", OTHER), await ground.sums("shared", CITY))


async def test_cleaning_at_once(ground: Ground) -> None:
    done = await ground.move("own2", clean=True)
    assert [g.rows for g in done.cleaned] == [done.rows] and await ground.rows("shared") == 0
    await write(ground.app, COUNTY, 1)


@dataclass
class Writers:
    """Everybody writes and reads all the time; what was confirmed and what was refused."""

    app: App
    kept: dict[str, list[int]] = field(default_factory=lambda: {COUNTY: [], OTHER: [], CITY: []})
    refused: list[Problem] = field(default_factory=list)
    reads: int = 0

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self._write(code)) for code in (COUNTY, COUNTY, OTHER, CITY)]
        tasks.append(asyncio.create_task(self._read()))
        try:
            await asyncio.sleep(0.1)
            yield
            await asyncio.sleep(0.1)
        finally:
            for task in tasks:
                task.cancel()
            for done in await asyncio.gather(*tasks, return_exceptions=True):
                assert isinstance(done, asyncio.CancelledError), done

    async def _write(self, code: str) -> None:
        for n in numbers:
            try:
                await asyncio.shield(write(self.app, code, n))
            except BureauMoving as error:
                assert code == COUNTY, error
                self.refused.append(error)
            else:
                self.kept[code].append(n)
            await asyncio.sleep(0.005)

    async def _read(self) -> None:
        while True:
            assert await read(self.app, COUNTY) >= 60
            self.reads += 1
            await asyncio.sleep(0.01)


async def test_nothing_written_meanwhile_is_lost(ground: Ground) -> None:
    writers = Writers(ground.app)
    async with writers.at_work():
        await ground.move("own1")
    frozen = await ground.sums("shared")
    refused = len(writers.refused)
    assert refused and writers.refused[0].kind == "unavailable"
    async with writers.at_work():
        await ground.move("", back=True)
    assert len(writers.refused) > refused and writers.reads
    await asyncio.sleep(0.2)  # the last shielded writes end
    for code, kept in writers.kept.items():
        scope = Scope.own(code, "x")
        async with ground.app.database.unit(scope, read_only=True) as db:
            there = {s.code for s in await sites.all_of(db, scope, code)}
        assert {f"{code}S{900 + n:04d}" for n in kept} <= there
        await ground.actions(code)
    assert frozen  # the old home got no row after the switch:
    ((kept,),) = await ground.ask("shared", "select tables from bureau_move where target = 'own1'")
    assert kept["sums"] == [s.as_list() for s in frozen]


async def test_a_process_that_heard_of_nothing_cannot_write(ground: Ground) -> None:
    """Its transaction began before the move, SERIALIZABLE even: its snapshot still shows an open gate."""
    scope, urls = Scope.own(COUNTY, "keeper"), ground.servers.database
    deaf = await Database.connect(urls.app, expected_identity=urls.identity)
    try:
        with pytest.raises(Problem) as refused:
            async with deaf.unit(scope, serializable=True) as db:
                assert await sites.all_of(db, scope, COUNTY)
                await ground.move("own1")
                at = ground.app.clock.now()
                await sites.upsert(db, scope, [c.site(COUNTY, 901)], at=at, by="x", reason="x")
        assert type(refused.value).__name__ in ("TryAgain", "BureauMoving")
        assert await ground.rows("shared") == (await ground.rows("own1")) - 1  # the move's own entry
    finally:
        await deaf.close()


async def test_writes_under_way_are_waited_for_or_the_move_is_given_up(ground: Ground) -> None:
    scope = Scope.own(COUNTY, "keeper")
    async with ground.app.database.unit(scope) as db:
        await db.execute(text("update officer set name = 'x' where certificate like '%7'"))
        with pytest.raises(StillWriting):
            await ground.move("own1", wait=0.2)
        assert await ground.closed() == [[], []]
        waiting = asyncio.create_task(ground.move("own1"))
        asked = "select 1 from pg_locks l join pg_database d on d.oid = l.database where not granted and"
        asked += " locktype = 'advisory' and datname = current_database()"
        while not await ground.ask("shared", asked):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        with pytest.raises(BureauMoving):
            await write(ground.app, COUNTY, 2)
    assert (await waiting).target == "own1"
    assert len(await ground.ask("own1", "select 1 from officer where bureau = '411721' and name = 'x'")) == 1
    assert (await ground.actions())[-2:] == ["bureau.move", "bureau.move"]  # the one given up, and this one


async def test_what_was_asked_wrongly(ground: Ground) -> None:
    for order, problem in (
        ({"to": "nowhere"}, UnknownDatabase),
        ({"to": "shared"}, SamePlace),
        ({"to": "", "back": True}, NothingToUndo),
        ({"to": "own1", "code": "999999"}, Missing),
    ):
        with pytest.raises(problem):
            await ground.move(**order)
    with pytest.raises(NothingLeft):
        await ground.forget()
    assert not await ground.ask("shared", "select * from bureau_move")


async def test_a_target_that_is_not_ready(ground: Ground) -> None:
    await ground.ask("own1", "update alembic_version set version_num = '0013'")
    await ground.databases._own["own1"].close()
    with pytest.raises(TargetNotReady, match="migrate"):
        await ground.move("own1")
    await ground.ask("own2", "set session_replication_role = replica; ")
    sql = (
        "insert into outbox (bureau, id, topic, payload, made_at, tries)"
        " values ('411721', gen_random_uuid(), 'x', '{}', now(), 0)"
    )
    await ground.ask("own2", sql)
    with pytest.raises(RowsInTheWay, match="1 行"):
        await ground.move("own2")
    assert await ground.home() == {"shared"} and await ground.closed() == [[], []]
    await write(ground.app, COUNTY, 1)


def meanwhile(ground: Ground, name: str, sql: str) -> None:
    """Done by somebody else at this very moment of the move, whose loop stands still."""
    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, ground.ask(name, sql)).result()


async def test_a_cut_connection_puts_everything_back(ground: Ground) -> None:
    """Closed from outside in the middle of the copy, as a network or an administrator would."""
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'shuangsui_migrator'"

    def told(progress: Progress) -> None:
        if progress.step == 3 and progress.zh.endswith(" site"):
            meanwhile(ground, "own1", f"{cut} and datname = current_database()")

    with pytest.raises(MoveFailed, match="连接中断"):
        await ground.move("own1", told=told)
    assert await ground.home() == {"shared"} and await ground.rows("own1") == 0
    await write(ground.app, COUNTY, 1)
    assert (await ground.move("own1")).target == "own1"


async def test_a_copy_that_is_not_one_is_seen(ground: Ground) -> None:
    def told(progress: Progress) -> None:
        if progress.step == 4 and not progress.zh:
            meanwhile(ground, "own1", "update site set name = name || '。' where code = '411721S0003'")

    with pytest.raises(CopyDiffers, match="site"):
        await ground.move("own1", told=told)
    assert await ground.home() == {"shared"} and await ground.rows("own1") == 0
    await write(ground.app, COUNTY, 1)


async def test_old_rows_that_changed_are_not_removed(ground: Ground) -> None:
    await ground.move("own1")
    rows = await ground.rows("shared")
    await ground.ask("shared", "update site set name = 'x' where code = '411721S0003'")
    with pytest.raises(LeftoverChanged, match="site"):
        await ground.forget()
    assert await ground.rows("shared") == rows


async def test_one_command_at_a_time(ground: Ground) -> None:
    begun = asyncio.Event()
    first = asyncio.create_task(ground.move("own1", told=lambda _: begun.set()))
    await begun.wait()  # it says its first step once it holds the bureau
    with pytest.raises(MoveRunning):
        await ground.move("own2")
    with pytest.raises(MoveRunning):
        await ground.forget()
    assert (await ground.move("own2", code=CITY)).target == "own2"
    assert (await first).target == "own1"


@asynccontextmanager
async def switching(ground: Ground) -> AsyncIterator[Steps]:
    """A command that was killed while its switch was under way: nothing of it is committed yet."""
    order, databases = MoveOrder(COUNTY, "own1", "运维甲", wait=0.3), ground.databases
    steps = Steps(
        ground.app, databases, order, ground.place("shared"), ground.place("own1"), ground.told.append
    )
    for step in (steps.check, steps.close, steps.copy, steps.compare):
        await step()
    async with databases.several(SYSTEM) as unit:
        await hold_homes(unit.control)
        for name in ("shared", "own1"):
            await records.switch((await unit.join(name)).db, COUNTY, "own1")
        await records.advance(unit.control, SYSTEM, steps.record.id, "switched", ground.app.clock.now())
        yield steps


async def test_what_is_being_switched_is_not_taken_back(ground: Ground) -> None:
    """To the policies the bureau does not live in the target yet: its rows there could be removed."""
    async with switching(ground) as steps:
        with pytest.raises(SwitchOpen):
            await undo(steps)
    assert await ground.rows("own1") == await ground.rows("shared") > 60
    with pytest.raises(SwitchOpen):  # nor what was switched
        await undo(steps)
    assert await ground.rows("own1") == await ground.rows("shared")
    done = await ground.move("own1")
    assert done.target == "own1" and not done.undone
    await write(ground.app, COUNTY, 1)


async def test_taking_back_waits_for_the_switch(ground: Ground) -> None:
    async with switching(ground):
        waiting = asyncio.create_task(ground.move("own1", back=True))
        asked = "select 1 from pg_locks l join pg_database d on d.oid = l.database where not granted and"
        asked += " locktype = 'advisory' and datname = current_database()"
        while not await ground.ask("shared", asked) and not waiting.done():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        assert not waiting.done()
    done = await waiting
    assert (done.source, done.target, done.undone) == ("own1", "shared", False)  # a move of its own
    states = await ground.ask("shared", "select state from bureau_move order by started_at")
    assert [state for (state,) in states] == ["done", "done"]
    assert await ground.rows("own1") > 60 and await read(ground.app, COUNTY) == 60
    await write(ground.app, COUNTY, 1)


async def test_the_mover_asks_every_database_who_it_is(ground: Ground) -> None:
    """The control database too, before it takes a lock there; and which schema."""
    urls = ground.servers.database
    other = replace(urls, identity="another")
    for entered in (alone(Place("shared", other), COUNTY), opened(Place("shared", other), COUNTY)):
        with pytest.raises(WrongDatabase):
            async with entered:
                pass
    with pytest.raises(WrongDatabase):
        await remove_entries(other, COUNTY, 1)
    await ground.ask("shared", "update alembic_version set version_num = '0001'")
    for entered in (alone(Place("shared", urls), COUNTY), opened(Place("shared", urls), COUNTY)):
        with pytest.raises(WrongSchema):
            async with entered:
                pass
    with pytest.raises(WrongSchema):
        await remove_entries(urls, COUNTY, 1)
