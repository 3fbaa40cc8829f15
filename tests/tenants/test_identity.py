"""Connections that could step round row security, or lead elsewhere, are refused."""

import pytest

from tenants.errors import MissingRole, OutOfScope, WrongDatabase, WrongRole
from tenants.migrate import migrate
from tenants.roles import ensure_roles
from tenants.scope import Scope
from tenants.session import Database

from .conftest import IDENTITY, PASSWORDS
from .story import county


def in_clone(dsn, urls):
    return dsn.rsplit("/", 1)[0] + "/" + urls.app.rsplit("/", 1)[1]


async def test_superuser_is_refused(superuser_dsn, urls):
    with pytest.raises(WrongRole):
        await Database.connect(in_clone(superuser_dsn, urls), expected_identity=IDENTITY)


async def test_owner_is_refused(urls):
    with pytest.raises(WrongRole):
        await Database.connect(urls.migrator, expected_identity=IDENTITY)


async def test_bypassrls_is_refused(urls, owner_rows):
    await owner_rows("create role passer login bypassrls password 'passer-secret' in role shuangsui_app")
    try:
        url = urls.app.replace("shuangsui_app:app-secret", "passer:passer-secret")
        with pytest.raises(WrongRole):
            await Database.connect(url, expected_identity=IDENTITY)
    finally:
        await owner_rows("drop role passer")


async def test_another_kind_of_role_is_refused(urls):
    with pytest.raises(WrongRole):
        await Database.connect(urls.portal, role="app", expected_identity=IDENTITY)
    with pytest.raises(WrongRole):
        await Database.connect(urls.app, role="portal", expected_identity=IDENTITY)


async def test_another_identity_is_refused(urls):
    with pytest.raises(WrongDatabase):
        await Database.connect(urls.app, expected_identity="another-deployment")


async def test_another_schema_version_is_refused(urls, owner_rows):
    await owner_rows("update alembic_version set version_num = '0001'")
    with pytest.raises(WrongDatabase):
        await Database.connect(urls.app, expected_identity=IDENTITY)


async def test_an_unmigrated_database_is_refused(urls, owner_rows):
    await owner_rows("drop table database_identity")
    with pytest.raises(WrongDatabase):
        await Database.connect(urls.app, expected_identity=IDENTITY)


async def test_every_new_connection_is_checked(urls, owner_rows):
    opened = await Database.connect(urls.app, expected_identity=IDENTITY)
    await owner_rows("update database_identity set name = 'swapped'")
    await owner_rows("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'shuangsui_app'")
    with pytest.raises(Exception):  # noqa: B017 - the dead connection, or the check of the next one
        async with opened.unit(county) as db:
            await db.scalar(None)
    with pytest.raises(WrongDatabase):
        async with opened.unit(county):
            pass
    await opened.close()


async def test_an_operator_without_createrole_gets_a_clear_error(urls, owner_rows, superuser_dsn):
    await ensure_roles(urls.migrator, PASSWORDS)  # all roles are there: nothing to do, no error
    await owner_rows("alter role shuangsui_portal rename to portal_away")
    try:
        with pytest.raises(MissingRole) as caught:
            await ensure_roles(urls.migrator, PASSWORDS)
        assert "shuangsui_portal" in str(caught.value)
        with pytest.raises(MissingRole):
            await migrate(urls.migrator, identity=IDENTITY)
    finally:
        await owner_rows("alter role portal_away rename to shuangsui_portal")
        await ensure_roles(superuser_dsn, PASSWORDS)


async def test_auditor_reads_only_within_its_scope(urls, database):
    from tenants.stores import sites

    from .story import AT, COUNTY, OTHER, other, site

    async with database.unit(county) as db:
        await sites.upsert(db, county, [site(1)], at=AT, by="k", reason="导入")
    auditor = await Database.connect(urls.auditor, role="auditor", expected_identity=IDENTITY)
    async with auditor.unit(county) as db:
        assert len(await sites.all_of(db, county, COUNTY)) == 1
    async with auditor.unit(other) as db:
        assert await sites.all_of(db, Scope(OTHER, (COUNTY,), "x"), COUNTY) == ()
    with pytest.raises(OutOfScope):
        async with auditor.unit(county) as db:
            await sites.upsert(db, county, [site(2)], at=AT, by="k", reason="导入")
    await auditor.close()


async def test_passwords_are_never_shown(urls):
    assert "secret" not in repr(urls) and "secret" not in repr(PASSWORDS)
