"""Row security under Citus's way of making settings; on plain PostgreSQL, where it must mean the same.

The tests of row security and of scopes run again as they stand, on connections that use `SET LOCAL`.
They have not been run on a Citus cluster.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from tenants.entering import Place, quoted
from tenants.scope import Scope
from tenants.session import Database
from tenants.urls import DatabaseUrls

from .conftest import IDENTITY
from .fleet import drop_fleet, make_fleet
from .story import COUNTY, county, other
from .test_row_security import *  # noqa: F403
from .test_session import (
    test_a_cancelled_unit_leaks_nothing,
    test_entering_again_changes_the_scope_inside_one_transaction,
    test_hostile_values_stay_values,
    test_scope_ends_with_commit_and_rollback,
    test_units_at_the_same_time_do_not_mix,
)
from .test_units import put

CITUS = Place("shared", "citus")
__all__ = [
    "test_a_cancelled_unit_leaks_nothing",
    "test_entering_again_changes_the_scope_inside_one_transaction",
    "test_hostile_values_stay_values",
    "test_scope_ends_with_commit_and_rollback",
    "test_units_at_the_same_time_do_not_mix",
]


@pytest.fixture
async def database(urls: DatabaseUrls) -> AsyncIterator[Database]:
    opened = await Database.connect(urls.app, expected_identity=IDENTITY, place=CITUS)
    yield opened
    await opened.close()


@pytest.fixture
async def single(urls: DatabaseUrls) -> AsyncIterator[Database]:
    opened = await Database.connect(urls.app, expected_identity=IDENTITY, pool=1, place=CITUS)
    yield opened
    await opened.close()


async def test_settings_go_to_the_workers_and_end_with_the_transaction(single: Database) -> None:
    asked = text(
        "select current_setting('citus.propagate_set_commands', true), current_setting('app.subject', true),"
        " current_setting('statement_timeout'), current_setting('lock_timeout')"
    )
    hostile = "o'brien\\'; set role postgres; -- \"$1 :x %s\n周"
    async with single.unit(Scope.own(COUNTY, hostile)) as db:
        assert (await db.execute(asked)).one() == ("local", hostile, "30s", "10s")
    async with single._begin(True, False) as db:
        assert (await db.execute(asked)).one() == ("", "", "0", "0")


def test_no_value_ends_its_quotes() -> None:
    assert quoted("a'b\\") == "E'a''b\\\\'"
    with pytest.raises(ValueError, match="NUL"):
        quoted("a\x00b")


async def test_own_databases_beside_a_cluster(migrated_template: Any) -> None:
    fleet = await make_fleet(migrated_template, IDENTITY)
    try:
        async with fleet.opened(dialect="citus") as databases, databases.several(county) as unit:
            await put(unit.db, county)
            async with unit.acting(other, county) as there:
                await put(there, other)
        assert [await fleet.count("own1", "site"), await fleet.count("own2", "site")] == [1, 1]
    finally:
        await drop_fleet(migrated_template, fleet)
