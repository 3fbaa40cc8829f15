"""Scopes end with their transaction, however it ends."""

import asyncio

import pytest
from sqlalchemy import text

from policies.terms import SiteStatus
from tenants.errors import Conflict
from tenants.scope import Scope
from tenants.session import Database, enter
from tenants.stores import sites

from .conftest import IDENTITY
from .story import AT, CITY, COUNTY, OTHER, city, county, other, site

SETTINGS = text(
    "select coalesce(current_setting('app.bureau', true), ''),"
    " coalesce(current_setting('app.visible', true), ''),"
    " coalesce(current_setting('app.subject', true), ''),"
    " coalesce(current_setting('app.system', true), '')"
)


@pytest.fixture
async def single(urls):
    """A pool of one connection: the next user gets the same one."""
    opened = await Database.connect(urls.app, expected_identity=IDENTITY, pool=1)
    yield opened
    await opened.close()


async def left_over(database):
    """What a connection still says when nobody has entered a scope."""
    async with database._begin(True, False) as db:
        return tuple((await db.execute(SETTINGS)).one())


async def test_scope_ends_with_commit_and_rollback(single):
    async with single.unit(county) as db:
        assert (await db.execute(SETTINGS)).one()[0] == COUNTY
    assert await left_over(single) == ("", "", "", "")
    with pytest.raises(ZeroDivisionError):
        async with single.unit(Scope.for_system(OTHER, (OTHER,))):
            raise ZeroDivisionError
    assert await left_over(single) == ("", "", "", "")


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.05])
async def test_a_cancelled_unit_leaks_nothing(single, seconds):
    async def work():
        async with single.unit(county) as db:
            await sites.upsert(db, county, [site(1)], at=AT, by="k", reason="导入")
            await db.execute(text("select pg_sleep(5)"))

    for _ in range(3):
        task = asyncio.create_task(work())
        await asyncio.sleep(seconds)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await left_over(single) == ("", "", "", "")
    async with single.unit(other) as db:
        assert await sites.all_of(db, other, OTHER) == ()
    async with single.unit(county) as db:
        assert await sites.all_of(db, county, COUNTY) == ()  # rolled back


async def test_units_at_the_same_time_do_not_mix(database):
    async def write(scope):
        async with database.unit(scope) as db:
            await asyncio.sleep(0.01)
            await sites.upsert(db, scope, [site(1, name=scope.bureau)], at=AT, by="k", reason="导入")
            await asyncio.sleep(0.01)
            return [s.name for s in await sites.all_of(db, scope, scope.bureau)]

    results = await asyncio.gather(*(write(scope) for scope in (county, other) * 5))
    assert results == [[COUNTY], [OTHER]] * 5


async def test_entering_again_changes_the_scope_inside_one_transaction(database):
    async with database.unit(county) as db:
        await sites.upsert(db, county, [site(1)], at=AT, by="k", reason="导入")
        await enter(db, city)
        assert len(await sites.all_of(db, city, COUNTY)) == 1
        await enter(db, other)
        assert await sites.all_of(db, other, COUNTY) == ()


async def test_errors_are_neutral(database):
    insert = text(
        "insert into import_batch (bureau, id, kind, file_name, sha256, at, by, report)"
        " values ('411721', '00000000-0000-0000-0000-000000000001', 'sites', '秘密文件', 'x', now(), 'k',"
        " '{}')"
    )
    with pytest.raises(Conflict) as caught:
        async with database.unit(county) as db:
            await db.execute(insert)
            await db.execute(insert)
    assert type(caught.value) is Conflict
    assert "秘密" not in str(caught.value) and "00000000" not in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


async def test_portal_has_no_scope(portal, database):
    with pytest.raises(RuntimeError):
        async with portal.unit(county):
            pass
    with pytest.raises(RuntimeError):
        async with database.public():
            pass


def test_a_scope_puts_its_own_bureau_first():
    assert Scope(CITY, (COUNTY, CITY), "x").visible == (CITY, COUNTY)
    assert Scope.login("x").visible == ()
    for bad in ("{411721}", "411721,150203", "", "４１１７２１"):
        with pytest.raises(ValueError, match="bureau"):
            Scope(CITY, (bad,), "x")


async def test_hostile_values_stay_values(database):
    name = "'); drop table site; -- {0} %s :x $1"
    async with database.unit(Scope.own(COUNTY, name)) as db:
        await sites.upsert(
            db, county, [site(1, name=name, status=SiteStatus.MOVED)], at=AT, by=name, reason=name
        )
        assert (await sites.one(db, county, COUNTY, "S00001")).name == name
        assert len(await sites.listing(db, county, COUNTY, text=name)) == 1
