"""Who changed the roster neither freezes, nor enters the beacon, nor runs: the rows refuse it themselves."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from tenants.errors import SameHand
from tenants.roles import administer
from tenants.rows import DrawIntent
from tenants.scope import Scope
from tenants.stores import draws, officers, sites

from .story import AT, CITY, COUNTY, OTHER, county, officer, site
from .test_draws import INTENT, freeze, prepare

ONE = "editor"
FREEZE = (
    "update draw set state = 'frozen', m = repeat('b', 64), manifest = '{{}}', rules = '{{}}',"
    " frozen_at = '2026-01-02', frozen_by = '{who}'"
)
STEPS = {
    "freeze": ("prepared", FREEZE),
    "freeze in two steps": ("prepared", "update draw set frozen_by = '{who}', frozen_at = now()"),
    "beacon": ("frozen", "update draw set beacon = '{{}}', beacon_by = '{who}'"),
    "run": (
        "frozen",
        "update draw set state = 'drawn', r = repeat('c', 64), z = repeat('d', 64), drawn_at = now(),"
        " drawn_by = '{who}'",
    ),
}


async def edited(database, who, *, bureau=COUNTY, kind="site", at=AT):
    scope = Scope.own(bureau, who)
    async with database.unit(scope) as db:
        if kind == "site":
            await sites.upsert(db, scope, [site(1)], at=at, by=who, reason="改正")
        else:
            await officers.upsert(db, scope, [officer(1)], at=at, by=who, reason="改正")


async def begun(database, state, intent=INTENT):
    await prepare(database, intent=intent)
    if state == "frozen":
        async with database.unit(county) as db:
            await freeze(db, 1, intent=intent)


async def step(database, sql, who):
    async with database.unit(county) as db:
        assert (await db.execute(text(sql.format(who=who)))).rowcount == 1


@pytest.mark.parametrize("kind", ["site", "officer"])
@pytest.mark.parametrize("name", STEPS)
async def test_who_edited_does_not(database, name, kind):
    state, sql = STEPS[name]
    await begun(database, state)
    await edited(database, ONE, kind=kind)
    with pytest.raises(SameHand):
        await step(database, sql, ONE)
    await step(database, sql, "somebody-else")


TRICKS = (
    "select set_config('app.visible', '', true)",
    "select set_config('app.visible', '{150203}', true)",
    'create temp table site_change (bureau text, "by" text, at timestamptz)',
    "set local search_path = pg_temp, public",
    "set constraints all deferred",
    "set local timezone = 'Pacific/Kiritimati'",
)


@pytest.mark.parametrize("trick", TRICKS)
async def test_no_trick_helps(database, trick):
    await begun(database, "prepared")
    await edited(database, ONE)
    refused = False
    try:
        async with database.unit(county) as db:
            await db.execute(text(trick))
            changed = (await db.execute(text(FREEZE.format(who=ONE)))).rowcount
        refused = changed == 0  # nothing visible, nothing frozen
    except Exception as problem:
        assert type(problem).__name__ in {"SameHand", "OutOfScope", "DBAPIError", "ProgrammingError"}
        refused = True
    assert refused
    async with database.unit(county) as db:
        assert (await draws.get(db, county, COUNTY, 1)).frozen_by is None


@pytest.mark.parametrize(
    "statement",
    [
        "alter table draw disable trigger all",
        "drop trigger draw_editors on draw",
        "create or replace function draw_editors() returns trigger language plpgsql as"
        " 'begin return null; end'",
        "set session_replication_role = replica",
        "delete from site_change",
        "update site_change set \"by\" = 'z'",
    ],
)
async def test_nor_is_the_trigger_or_what_it_reads_removed(database, statement):
    await edited(database, ONE)
    with pytest.raises(Exception, match=r"范围|scope"):
        async with database.unit(county) as db:
            await db.execute(text(statement))


async def test_edits_before_the_last_freeze_of_the_roster_are_over(database):
    await edited(database, ONE, at=AT - timedelta(hours=1))
    await begun(database, "frozen")
    await prepare(database, intent=DrawIntent(COUNTY, INTENT.item, "audit", INTENT.period))
    await step(database, FREEZE + " where draw_no = 2", ONE)


async def test_a_freeze_of_another_roster_ends_nothing(database):
    await begun(database, "frozen", DrawIntent(CITY, INTENT.item, "routine", INTENT.period))
    await edited(database, ONE, at=AT - timedelta(hours=1))
    await prepare(database)
    with pytest.raises(SameHand):
        await step(database, FREEZE + " where draw_no = 2", ONE)


async def test_the_drawing_bureaus_officers_and_the_subjects_sites_count_both(database):
    city = Scope.own(CITY, "x")
    async with database.unit(city) as db:
        await draws.prepare(db, city, DrawIntent(COUNTY, INTENT.item, "overlay", INTENT.period), AT, "x")
    await edited(database, "of-the-county", kind="site")
    await edited(database, "of-the-city", bureau=CITY, kind="officer")
    await edited(database, "of-others", bureau=OTHER, kind="site")
    for who, free in (("of-the-county", False), ("of-the-city", False), ("of-others", True)):
        try:
            async with database.unit(city) as db:
                await db.execute(text(FREEZE.format(who=who)))
        except SameHand:
            assert not free, who
        else:
            assert free, who


async def test_without_the_trigger_it_would_pass(database, urls, superuser_dsn):
    """The tests above hang on the trigger and on nothing else."""
    await begun(database, "prepared")
    await edited(database, ONE)
    async with administer(superuser_dsn, urls.app.rsplit("/", 1)[1]) as db:
        await db.execute(text("drop trigger draw_editors on draw"))
    await step(database, FREEZE, ONE)
