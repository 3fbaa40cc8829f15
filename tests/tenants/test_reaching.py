"""A server that cannot be reached is told in words; no password, no trace."""

import pytest
from sqlalchemy.engine import make_url

from policies.errors import Problem
from tenants.errors import NoConnection, NoDatabase, PasswordRefused
from tenants.migrate import migrate, schema_version, set_up
from tenants.reaching import readable
from tenants.roles import administer
from tenants.session import Database
from tenants.urls import own_password, shown

from .conftest import IDENTITY, PASSWORDS


def changed(dsn: str, **parts: object) -> str:
    return shown(make_url(dsn).set(**parts))


@pytest.fixture
async def unmade(superuser_dsn: str):
    """URL of a database that does not exist yet; dropped afterwards."""
    yield changed(superuser_dsn, database="made_first")
    async with administer(superuser_dsn, "postgres") as db:
        await db.exec_driver_sql("drop database if exists made_first with (force)")


async def test_a_missing_database_is_created(unmade):
    assert await schema_version(unmade, "made_first") is None
    await set_up(unmade, "made_first", PASSWORDS, identity=IDENTITY)
    assert await schema_version(unmade, "made_first")


async def test_the_migrator_alone_needs_no_more_than_its_own_database(superuser_dsn, urls):
    name = str(make_url(urls.migrator).database)
    await set_up(urls.migrator, name, PASSWORDS, identity=IDENTITY)
    with pytest.raises(NoDatabase):
        await set_up(changed(urls.migrator, database="nowhere"), "nowhere", PASSWORDS, identity=IDENTITY)


@pytest.mark.parametrize("act", ["set_up", "migrate", "connect"])
@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        ({"password": "secret-typo"}, PasswordRefused),
        ({"port": 1, "password": "secret-typo"}, NoConnection),
        ({"username": "nobody_here", "password": "secret-typo"}, PasswordRefused),
    ],
)
async def test_each_way_in_says_why_it_is_closed(urls, act, parts, wanted):
    dsn = changed(urls.migrator, **parts)
    with pytest.raises(wanted) as caught:
        if act == "set_up":
            await set_up(dsn, "any", PASSWORDS, identity=IDENTITY)
        elif act == "migrate":
            await migrate(dsn, identity=IDENTITY)
        else:
            await Database.connect(dsn, expected_identity=IDENTITY)
    told = caught.value.line("zh") + caught.value.line("en")
    assert caught.value.kind == "unavailable" and "secret-typo" not in told


async def test_no_such_database_is_not_taken_for_a_refused_row(urls):
    with pytest.raises(NoDatabase):
        await Database.connect(changed(urls.app, database="nowhere"), expected_identity=IDENTITY)


def test_other_errors_stay_what_they_are():
    with pytest.raises(ValueError, match="ours"), readable("postgresql://u:p@h/d"):
        raise ValueError("ours")
    with pytest.raises(Problem), readable("postgresql://u:p@h/d"):
        raise Problem()


def test_a_role_of_ours_in_the_url_brings_its_own_password():
    assert own_password("postgresql://shuangsui_migrator:m%40@h/d") == {"migrator": "m@"}
    assert own_password("postgresql://postgres:m@h/d") == {}
