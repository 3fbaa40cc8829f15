"""The journal only grows, and every change of it shows."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from tenants import journal
from tenants.errors import BrokenChain, OutOfScope
from tenants.faults import neutral_errors
from tenants.session import enter

from .story import AT, CITY, COUNTY, OTHER, city, county, other, principal


async def note(db, scope, action="draw.freeze", **more):
    return await journal.note(
        db, scope, actor=principal(scope), action=action, target="draw 1", at=AT, **more
    )  # fmt: skip


async def test_entries_are_numbered_and_chained(database):
    async with database.unit(county) as db:
        assert [await note(db, county) for _ in range(3)] == [1, 2, 3]
        extra = {"lon": 114.02, "n": 2**53 - 1, "文": ["甲", None, True]}
        await note(db, county, why="更正", before=None, after=extra)
    async with database.unit(other) as db:
        assert await note(db, other) == 1
    async with database.unit(city) as db:
        assert await journal.verify_chain(db, city, COUNTY) == 4
        assert await journal.verify_chain(db, city, OTHER) == 0  # not visible
        page = await journal.entries(db, city, COUNTY, after=2, limit=1)
        assert [entry.n for entry in page] == [3]
        first, second, *_ = await journal.entries(db, city, COUNTY)
        assert second.prev == first.hash and first.prev == bytes(32)


async def test_many_journals_are_held_and_read_at_once(database):
    async with database.unit(county) as db:
        await note(db, county)
    async with database.unit(city) as db:
        found = await journal.heads(db, city, [CITY, COUNTY, OTHER])
        assert {code: head.n for code, head in found.items()} == {CITY: 0, COUNTY: 1}  # OTHER is not visible
        values = {"actor": "a", "actor_name": "某某", "action": "city.compare", "target": "x", "why": "",
                  "before": None, "after": {"reader": CITY}, "at": AT}  # fmt: skip
        with pytest.raises(OutOfScope):
            async with db.begin_nested():
                with neutral_errors():
                    await journal.follow(db, replace(city, bureau=COUNTY), found[COUNTY], values)
        for scope in (city, county):
            await enter(db, scope)
            assert (await journal.follow(db, scope, found[scope.bureau], values)).n == found[
                scope.bureau
            ].n + 1
        await enter(db, city)
        waiting = asyncio.create_task(later(database))
        await asyncio.sleep(0.2)
        assert not waiting.done()
    assert await waiting == 3
    async with database.unit(city) as db:
        assert [await journal.verify_chain(db, city, code) for code in (CITY, COUNTY)] == [1, 3]


async def later(database):
    async with database.unit(county) as db:
        return await note(db, county)


@pytest.mark.parametrize(
    "statement", ["update journal set why = 'x'", "delete from journal", "truncate journal"]
)
async def test_the_app_cannot_change_it(database, statement):
    async with database.unit(county) as db:
        await note(db, county)
    with pytest.raises(OutOfScope):
        async with database.unit(county) as db:
            await db.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "update journal set why = 'x' where n = 2",
        "update journal set at = at + interval '1 microsecond' where n = 3",
        "delete from journal where n = 2",
        "update journal set hash = prev where n = 1",
        "update journal set after = '{\"a\": 2}' where n = 1",
    ],
)
async def test_tampering_past_every_guard_shows(database, owner_rows, statement):
    async with database.unit(county) as db:
        for _ in range(3):
            await note(db, county, after={"a": 1})
    await owner_rows("alter table journal disable trigger all")
    await owner_rows(statement)
    async with database.unit(county) as db:
        with pytest.raises(BrokenChain):
            await journal.verify_chain(db, county, COUNTY)


async def test_a_rolled_back_act_leaves_no_entry(database):
    with pytest.raises(ZeroDivisionError):
        async with database.unit(county) as db:
            await note(db, county)
            raise ZeroDivisionError
    async with database.unit(county) as db:
        assert await journal.verify_chain(db, county, COUNTY) == 0


async def test_writers_at_the_same_time_keep_one_chain(database):
    async def write():
        async with database.unit(county) as db:
            return await note(db, county)

    numbers = await asyncio.gather(*(write() for _ in range(12)))
    assert sorted(numbers) == list(range(1, 13))
    async with database.unit(county) as db:
        assert await journal.verify_chain(db, county, COUNTY) == 12


async def test_serializable_writers_are_repeated(database):
    async def work(db):
        await asyncio.sleep(0.01)
        return await note(db, county)

    numbers = await asyncio.gather(*(database.serial(county, work, tries=20) for _ in range(4)))
    assert sorted(numbers) == [1, 2, 3, 4]
