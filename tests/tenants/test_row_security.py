"""Row-level security alone: raw SQL of the app role, without any predicate."""

import pytest
from sqlalchemy import text

from policies.errors import Missing
from services.demo.granting import give
from tenants.errors import OutOfScope
from tenants.scope import Scope
from tenants.session import enter, make_engine
from tenants.stores import draws, members, notices, officers, plans, sites

from .story import AT, CITY, COUNTY, OTHER, city, county, officer, other, site

COUNT = text("select bureau, count(*) from site group by bureau order by bureau")


@pytest.fixture
async def rosters(database):
    for scope in (county, other):
        async with database.unit(scope) as db:
            await sites.upsert(db, scope, [site(n) for n in range(1, 6)], at=AT, by="k", reason="导入")
            await officers.upsert(db, scope, [officer(1)], at=AT, by="k", reason="导入")
    return database


async def test_raw_select_returns_visible_rows_only(rosters):
    async with rosters.unit(county) as db:
        assert (await db.execute(COUNT)).all() == [(COUNTY, 5)]
    async with rosters.unit(city) as db:
        assert (await db.execute(COUNT)).all() == [(COUNTY, 5)]
    async with rosters.unit(other) as db:
        assert (await db.execute(COUNT)).all() == [(OTHER, 5)]


async def test_without_settings_there_is_nothing(rosters, urls):
    engine = make_engine(urls.app)
    async with engine.connect() as db:
        for name in ("site", "officer", "site_change", "membership", "draw", "journal"):
            assert await db.scalar(text(f"select count(*) from {name}")) == 0
    await engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "update site set name = 'x' where bureau = '411721'",
        "update site set bureau = '411700' where bureau = '411721'",
        "update officer set name = 'x' where bureau = '411721'",
    ],
)
async def test_a_city_reads_but_does_not_change_its_county(rosters, statement):
    async with rosters.unit(city) as db:
        assert (await db.execute(text(statement))).rowcount == 0


async def test_insert_for_another_bureau_is_refused(rosters):
    copy = text(
        "insert into plan (bureau, year, version, body, state, made_at, made_by)"
        " values (:b, 2026, 1, '{}', 'draft', now(), 'x')"
    )
    for target in (COUNTY, OTHER):
        with pytest.raises(OutOfScope):
            async with rosters.unit(city) as db:
                await db.execute(copy, {"b": target})


async def test_moving_a_row_to_another_bureau_is_refused(rosters):
    with pytest.raises(OutOfScope):
        async with rosters.unit(county) as db:
            await db.execute(text("update officer set bureau = '411700'"))


@pytest.mark.parametrize("table", ["site", "draw", "journal", "visit", "membership", "log_entry"])
async def test_nothing_is_deleted_or_truncated(rosters, table):
    for statement in (f"delete from {table}", f"truncate {table} cascade"):
        with pytest.raises(OutOfScope):
            async with rosters.unit(county) as db:
                await db.execute(text(statement))


async def test_read_only_units_do_not_write(rosters):
    with pytest.raises(OutOfScope):
        async with rosters.unit(county, read_only=True) as db:
            await plans.keep(db, county, 2026, {}, "x", AT)


async def test_a_login_sees_its_own_memberships_only(rosters):
    for scope in (county, other):
        for subject in ("li", "wang"):
            async with rosters.unit(scope) as db:
                await give(db, scope, membership(scope.bureau, subject))
    async with rosters.unit(Scope.login("li")) as db:
        mine = await members.of_subject(db, "li", AT.date())
        assert [m.bureau for m in mine] == [OTHER, COUNTY]
        assert await members.of_subject(db, "wang", AT.date()) == ()
        assert (await db.execute(COUNT)).all() == []
    async with rosters.unit(county) as db:
        assert len(await members.in_bureau(db, county, COUNTY)) == 2
        assert await members.in_bureau(db, county, OTHER) == ()


def membership(bureau, subject):
    from datetime import date

    from tenants.rows import Membership

    return Membership(bureau, subject, "drawer", "某某", date(2025, 1, 1), None)


async def test_predicates_hold_with_row_security_off(rosters, superuser_dsn, urls):
    """The second layer: the same stores as superuser, whom no policy binds."""
    name = urls.app.rsplit("/", 1)[1]
    engine = make_engine(superuser_dsn.rsplit("/", 1)[0] + "/" + name)
    async with engine.connect() as db:
        await enter(db, other)
        assert (await db.execute(text("select count(*) from site"))).scalar() == 10
        assert await sites.all_of(db, other, COUNTY) == ()
        assert await sites.listing(db, other, COUNTY) == ()
        assert (await sites.counts(db, other, COUNTY))["all"] == 0
        assert await officers.all_of(db, other, COUNTY) == ()
        assert await plans.latest(db, other, COUNTY, 2026) is None
        assert await draws.recent(db, other, COUNTY) == ()
        assert await notices.listing(db, other, COUNTY) == ()
        with pytest.raises(Missing):
            await sites.one(db, other, COUNTY, "S00001")
        with pytest.raises(OutOfScope):
            await give(db, other, membership(COUNTY, "x"))
    await engine.dispose()


async def test_only_the_deployment_writes_the_tree(database):
    from tenants.records import WitnessKey
    from tenants.stores import bureaus, witness_keys

    from .story import BUREAUS

    with pytest.raises(OutOfScope):
        async with database.unit(county) as db:
            await bureaus.put(db, BUREAUS[2])
    with pytest.raises(OutOfScope):
        async with database.unit(county) as db:
            await witness_keys.put(db, WitnessKey("a", "v", COUNTY))
    async with database.unit(Scope.for_system()) as db:
        await witness_keys.put(db, WitnessKey("a", "v", COUNTY, b"x"))
        assert await bureaus.visible_from(db, CITY) == (CITY, COUNTY)
        assert await bureaus.visible_from(db, "410000") == ("410000", CITY, COUNTY)
        assert [b.code for b in await bureaus.children(db, "150200")] == [OTHER]
        assert (await bureaus.get(db, COUNTY)).path == ("410000", CITY, COUNTY)
