"""Waiting for a lock ends: nothing is kept, the person is told to try again, and the other one goes on."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from tenants.databases import Databases
from tenants.errors import TryAgain
from tenants.locks import hold
from tenants.scope import Scope
from tenants.session import Database, Limits, serially
from tenants.stores import sites
from tenants.units import Unit

from .conftest import IDENTITY
from .fleet import QUICK, Fleet, drop_fleet, make_fleet
from .story import AT, COUNTY, OTHER, county, other, site

IMPATIENT = replace(QUICK, lock=0.4)


@pytest.fixture
async def fleet(migrated_template: Any) -> AsyncIterator[Fleet]:
    made = await make_fleet(migrated_template, IDENTITY)
    yield made
    await drop_fleet(migrated_template, made)


async def put(db: Any, scope: Scope, n: int = 1) -> None:
    await sites.upsert(db, scope, [site(n)], at=AT, by="k", reason="导入")


async def test_a_lock_somebody_keeps_is_not_waited_for_to_the_end(urls: Any) -> None:
    database = await Database.connect(urls.app, expected_identity=IDENTITY, limits=IMPATIENT)
    try:
        async with database.unit(other) as keeper:
            await hold(keeper, "a thing")
            with pytest.raises(TryAgain) as caught:
                async with database.unit(county) as db:
                    await put(db, county)
                    await hold(db, "a thing")
        assert "请稍后重试" in caught.value.line() and "a thing" not in caught.value.line()
        async with database.unit(county) as db:
            assert await sites.all_of(db, county, COUNTY) == ()
            await hold(db, "a thing")
    finally:
        await database.close()


async def test_a_row_somebody_keeps_neither(urls: Any) -> None:
    database = await Database.connect(urls.app, expected_identity=IDENTITY, limits=IMPATIENT)
    try:
        async with database.unit(county) as first:
            await put(first, county)
            with pytest.raises(TryAgain):
                async with database.unit(county) as second:
                    await put(second, county)
    finally:
        await database.close()


async def test_a_circle_over_two_databases_is_broken_and_both_get_through(fleet: Fleet) -> None:
    """Each has the lock of its own database and wants the other's: no server sees that they block."""
    async with fleet.opened(limits=IMPATIENT) as databases:
        wide = {code: Scope(code, (COUNTY, OTHER), "k") for code in (COUNTY, OTHER)}
        mine = {code: asyncio.Event() for code in wide}
        refused: list[str] = []

        async def crosses(here: str, there: str) -> None:
            try:
                async with databases.several(wide[here]) as unit:
                    await _takes(unit, here)
                    mine[here].set()
                    await mine[there].wait()
                    await _takes(unit, there)
            except TryAgain:
                refused.append(here)
                raise

        async def again(here: str, there: str) -> None:
            await serially(lambda: crosses(here, there), 5)

        await asyncio.gather(again(COUNTY, OTHER), again(OTHER, COUNTY))
        assert refused
        assert await _kept(databases) == {COUNTY: 2, OTHER: 2}


async def _takes(unit: Unit, bureau: str) -> None:
    """The lock of a bureau, and a row that says who came: its own bureau, or the other."""
    await hold(await unit.at(bureau), "journal", bureau)
    scope, n = Scope.own(bureau, "k"), 1 if bureau == unit.scope.bureau else 2
    async with unit.acting(scope, unit.scope) as db:
        await put(db, scope, n)


async def _kept(databases: Databases) -> dict[str, int]:
    found = {}
    for scope in (county, other):
        async with databases.unit(scope) as db:
            found[scope.bureau] = len(await sites.all_of(db, scope, scope.bureau))
    return found


def test_how_long_is_told_with_the_others() -> None:
    assert Limits().lock < Limits().statement  # else the statement's time would always come first
