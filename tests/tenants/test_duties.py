"""Duties kept apart: exclusive roles by store and by trigger, also against raw SQL; voids by two people."""

import asyncio
import re
from datetime import date, timedelta
from itertools import combinations, permutations
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from policies.access import conflicts
from policies.access_matrix import EXCLUSIVE, ROLES
from policies.errors import Missing
from services.demo.granting import give
from tenants.errors import Conflict, ExclusiveRoles, OutOfScope, SameHand, UnfrozenDraw, WrongState
from tenants.migrations.v0038.admins import EXCLUSIVE as TRIGGER
from tenants.rows import DrawIntent, Membership
from tenants.scope import Scope
from tenants.stores import draws, edits, members, officers, sites, voids

from .agreeing import INSERT, agree, hold, row
from .story import AT, CITY, COUNTY, OTHER, city, county, officer, other, site
from .test_draws import INTENT, freeze, prepare

FIRST, LAST = date(2025, 1, 1), date(2025, 6, 30)
PAIRS = sorted({tuple(sorted(pair)) for group in EXCLUSIVE for pair in combinations(sorted(group), 2)})
HEAD = Scope.own(COUNTY, "head")
NAMES = [role for role in ROLES if role != "support"]  # that one is lent


def held(role, subject="li", bureau=COUNTY, since=FIRST, until=None):
    return Membership(bureau, subject, role, "某某", since, until)


async def grant(database, *rows, scope=county):
    async with database.unit(scope) as db:
        for row in rows:
            await give(db, scope, row)


async def raw(database, role, subject="li"):
    async with database.unit(county) as db:
        await hold(db, row(COUNTY, subject, role, FIRST))


def test_the_trigger_names_the_pairs_of_the_matrix():
    named = re.findall(r"\('(\w+)', '(\w+)', (true|false)\)", TRIGGER)
    assert sorted(tuple(sorted(pair)) for *pair, _ in named) == PAIRS
    everywhere = {role for *pair, where in named if where == "true" for role in pair}
    assert everywhere == {"security_admin", "audit_admin", "system_admin"}


async def test_exclusive_roles_are_refused_by_store_and_by_trigger(database):
    for n, (one, another) in enumerate(p for pair in PAIRS for p in permutations(pair)):
        await grant(database, held(one, f"p{n}"))
        with pytest.raises(ExclusiveRoles) as caught:
            await grant(database, held(another, f"p{n}"))
        assert ROLES[one][0] in str(caught.value) and ROLES[another][0] in str(caught.value)
        with pytest.raises(ExclusiveRoles):
            await raw(database, another, f"p{n}")
        await grant(database, held(another, f"q{n}"))  # somebody else may


async def test_dates_decide(database):
    await grant(database, held("registry_keeper", until=LAST))
    with pytest.raises(ExclusiveRoles):
        await grant(database, held("drawer", since=LAST))
    await grant(database, held("drawer", since=LAST + timedelta(1)))
    with pytest.raises(ExclusiveRoles):  # nor by another period of the former one
        await grant(database, held("registry_keeper", since=LAST + timedelta(9)))
    await grant(database, held("section_supplier", since=LAST + timedelta(5), until=LAST))  # never holds
    with pytest.raises(ExclusiveRoles):
        await grant(database, held("dispatcher", since=LAST, until=LAST + timedelta(1)))


async def test_what_may_be_held_together(database):
    every = ("drawer", "city_drawer", "publisher", "bureau_head", "reviewer")
    await grant(database, *(held(role) for role in every))
    await grant(database, held("dispatcher", bureau=OTHER), scope=other)  # another bureau, another duty


HOSTILE = {
    "an empty list of visible bureaus": ["select set_config('app.visible', '', true)"],
    "somebody else's list": ["select set_config('app.visible', '{150203}', true)"],
    "a table of the same name": [
        "create temp table membership (bureau text, subject text, role text, valid_from date,"
        " valid_until date)",
        "set local search_path = pg_temp, public",
    ],
    "deferral": ["set constraints all deferred"],
}


@pytest.mark.parametrize("trick", HOSTILE)
async def test_tricks_of_raw_sql_change_nothing(database, owner_rows, trick):
    await grant(database, held("drawer"))
    with pytest.raises((ExclusiveRoles, OutOfScope, DBAPIError)):
        async with database.unit(county) as db:
            for statement in HOSTILE[trick]:
                await db.execute(text(statement))
            await db.execute(text(INSERT), row(COUNTY, "li", "registry_keeper", FIRST))
    assert await owner_rows("select role from membership where subject = 'li'") == [("drawer",)]


@pytest.mark.parametrize(
    "statement",
    [
        "alter table membership disable trigger all",
        "drop trigger membership_exclusive on membership",
        "create or replace function membership_exclusive() returns trigger language plpgsql as"
        " 'begin return null; end'",
        "set session_replication_role = replica",
        "update membership set role = 'registry_keeper'",
        "delete from membership",
    ],
)
async def test_the_trigger_is_not_removed_by_those_it_binds(database, statement):
    await grant(database, held("drawer"))
    with pytest.raises(OutOfScope):
        async with database.unit(county) as db:
            await db.execute(text(statement))


async def test_one_statement_with_both_roles_is_refused(database):
    keeper, drawer = (row(COUNTY, "li", role, FIRST, LAST) for role in ("registry_keeper", "drawer"))
    values = keeper | {f"{name}2": value for name, value in drawer.items()}
    both = f"{INSERT}, (:b2, :s2, :r2, :n2, '', :f2, :u2, :o2, :g2)"
    with pytest.raises(ExclusiveRoles):
        async with database.unit(county) as db:
            await agree(db, drawer)
            await db.execute(text(both), values)


async def test_two_grants_at_once(database, owner_rows):
    """Neither sees the other's row before it commits; still only one stays."""
    tries = [
        raw(database, role, f"p{n}") for n in range(6) for role in ("registry_keeper", "drawer", "witness")
    ]
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert {type(one) for one in found} == {type(None), ExclusiveRoles}
    rows = await owner_rows("select subject, array_agg(role) from membership group by subject")
    assert len(rows) == 6 and not [roles for _, roles in rows if conflicts(roles)]


async def test_an_old_snapshot_is_refused(database):
    with pytest.raises(DBAPIError, match="READ COMMITTED"):
        async with database.unit(county, serializable=True) as db:
            await members.grant(db, county, held("registry_keeper"))


async def test_random_histories_never_hold_two(database, owner_rows):
    dice = Random(6)
    kept = 0
    async with database.unit(county) as db:
        for _ in range(400):
            since = FIRST + timedelta(dice.randrange(60))
            until = dice.choice([None, since + timedelta(dice.randrange(40))])
            one = held(dice.choice(NAMES), f"p{dice.randrange(8)}", since=since, until=until)
            try:
                async with db.begin_nested():
                    await hold(db, row(COUNTY, one.subject, one.role, since, until))
                    kept += 1
            except DBAPIError as error:
                assert re.search("exclusive roles|held that day|membership_pkey", str(error.orig))
    rows = await owner_rows(
        "select subject, role, valid_from, coalesce(valid_until, '9999-12-31') from membership"
    )
    assert 50 < kept < 400
    for one, another in combinations(rows, 2):
        together = max(one[2], another[2]) <= min(one[3], another[3])
        assert one[0] != another[0] or not together or not conflicts({one[1], another[1]})


async def frozen(database):
    await prepare(database)
    async with database.unit(county) as db:
        await freeze(db, 1)


async def test_one_proposes_another_approves(database):
    await prepare(database)
    async with database.unit(county) as db:
        with pytest.raises(UnfrozenDraw):
            await voids.propose(db, county, 1, "名录有误", AT)
        assert await voids.latest(db, county, COUNTY, 1) is None
        with pytest.raises(Missing):
            await voids.approve(db, county, 1, 1, AT)
        await freeze(db, 1)
        await voids.propose(db, county, 1, "名录有误", AT)
        again = await voids.propose(db, county, 1, "名录有误，重新组织", AT)
        assert again.n == 2
        with pytest.raises(SameHand):
            await voids.approve(db, county, 1, 2, AT)
    async with database.unit(HEAD) as db:
        with pytest.raises(WrongState):  # the one read is not the one that counts
            await voids.approve(db, HEAD, 1, 1, AT)
        await voids.approve(db, HEAD, 1, 2, AT)
        with pytest.raises(WrongState):
            await voids.approve(db, HEAD, 1, 2, AT)
        await draws.void(db, HEAD, 1, again.reason, "head", AT)
        kept = await voids.latest(db, HEAD, COUNTY, 1)
        assert kept is not None and (kept.by, kept.approved_by) == (county.subject, "head")


VOID = "update draw set state = 'void', void_reason = 'x', voided_at = now(), voided_by = '{}'"
PROPOSE = (
    "insert into draw_void_proposal (bureau, draw_no, n, reason, by, at, approved_by, approved_at)"
    " values ('411721', 1, 1, 'x', 'li', now(), {})"
)


@pytest.mark.parametrize(
    "statements",
    [
        [VOID.format("head")],
        [PROPOSE.format("null, null"), VOID.format("head")],
        [PROPOSE.format("'li', now()")],
        [PROPOSE.format("'head', null")],
        [
            PROPOSE.format("null, null"),
            "update draw_void_proposal set approved_by = 'li', approved_at = now()",
        ],
        [PROPOSE.format("'head', now()"), VOID.format("li")],
        [PROPOSE.format("'head', now()"), VOID.format("head").replace("'x'", "'y'")],
    ],
)
async def test_no_statement_voids_by_one_hand(database, statements):
    await frozen(database)
    with pytest.raises(Conflict):
        async with database.unit(county) as db:
            for statement in statements:
                await db.execute(text(statement))


@pytest.mark.parametrize(
    "statement", ["update draw_void_proposal set by = 'z'", "delete from draw_void_proposal"]
)
async def test_proposals_are_not_rewritten(database, statement):
    await frozen(database)
    async with database.unit(county) as db:
        await voids.propose(db, county, 1, "名录有误", AT)
    with pytest.raises(OutOfScope):
        async with database.unit(county) as db:
            await db.execute(text(statement))


async def test_the_portal_knows_no_proposals(portal):
    with pytest.raises(OutOfScope):
        async with portal.public() as db:
            await db.execute(text("select * from draw_void_proposal"))


async def test_edits_are_counted_by_person_bureau_and_time(database):
    later = AT + timedelta(hours=1)
    async with database.unit(county) as db:
        await sites.upsert(db, county, [site(1), site(2)], at=AT, by="li", reason="导入")
        await officers.upsert(db, county, [officer(1)], at=later, by="li", reason="导入")
        assert await edits.by_person(db, county, COUNTY, "li", None) == (2, 1)
        assert await edits.by_person(db, county, COUNTY, "li", later) == (0, 1)
        assert await edits.by_person(db, county, COUNTY, "li", later + timedelta(seconds=1)) == (0, 0)
        assert await edits.by_person(db, county, COUNTY, "wang", None) == (0, 0)
        assert await edits.by_person(db, county, CITY, "li", None) == (0, 0)
    async with database.unit(city) as db:
        assert await edits.by_person(db, city, COUNTY, "li", None) == (2, 1)


async def test_the_last_freeze_is_of_the_same_roster_and_counts(database):
    second = DrawIntent(COUNTY, INTENT.item, "audit", INTENT.period)
    await frozen(database)
    await prepare(database, intent=second)
    async with database.unit(county) as db:
        first, next_ = [await draws.get(db, county, COUNTY, n) for n in (1, 2)]
        assert await edits.last_freeze(db, county, first) is None
        assert await edits.last_freeze(db, county, next_) == AT
        await voids.propose(db, county, 1, "名录有误", AT)
    async with database.unit(HEAD) as db:
        await voids.approve(db, HEAD, 1, 1, AT)
        await draws.void(db, HEAD, 1, "名录有误", "head", AT)
        assert await edits.last_freeze(db, HEAD, next_) is None
