"""The migrated database is what the tables say, and migrating again changes nothing."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, text

from tenants.errors import WrongDatabase
from tenants.identity import SCHEMA_VERSION
from tenants.migrate import _FOLDER, migrate
from tenants.session import make_engine
from tenants.tables import metadata

from .conftest import IDENTITY


async def test_metadata_equals_database(urls):
    engine = make_engine(urls.migrator)
    async with engine.connect() as db:
        difference = await db.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )
    await engine.dispose()
    assert difference == []


async def test_check_constraints_equal_database(owner_rows):
    rows = await owner_rows("select conname from pg_constraint where contype = 'c'")
    named = {
        c.name for t in metadata.tables.values() for c in t.constraints if isinstance(c, CheckConstraint)
    }
    assert {name for (name,) in rows if not name.startswith("cardinal")} >= named and named


async def test_migrating_again_changes_nothing(urls, owner_rows):
    before = await owner_rows("select oid, relname from pg_class order by oid")
    await migrate(urls.migrator, identity=IDENTITY)
    assert await owner_rows("select oid, relname from pg_class order by oid") == before


async def test_another_identity_is_refused(urls):
    with pytest.raises(WrongDatabase):
        await migrate(urls.migrator, identity="another")


async def test_another_database_is_refused_before_a_step_is_run(urls, owner_rows):
    at = "update alembic_version set version_num = '{}' returning 1"
    await owner_rows(at.format("0014"))
    steps = []
    try:
        with pytest.raises(WrongDatabase):
            await migrate(urls.migrator, identity="another", step=steps.append)
    finally:
        await owner_rows(at.format(SCHEMA_VERSION))
    assert steps == []


def test_version_constant_is_the_last_step():
    assert ScriptDirectory(str(_FOLDER)).get_current_head() == SCHEMA_VERSION


async def test_every_password_is_scram(owner_rows):
    rows = await owner_rows(
        "select rolname, left(rolpassword, 14) from pg_authid where rolname like 'shuangsui%'"
    )
    assert len(rows) == 4 and {kind for _, kind in rows} == {"SCRAM-SHA-256$"}


async def test_app_may_not_create(database, urls):
    engine = make_engine(urls.app)
    async with engine.connect() as db:
        with pytest.raises(Exception, match="permission denied"):
            await db.execute(text("create table mine (a int)"))
    await engine.dispose()
