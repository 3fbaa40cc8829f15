"""Roles granted by two people and kept as periods: what raw SQL of the app's own role cannot get round."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from policies.access_matrix import SENSITIVE
from services.demo.granting import give
from tenants.errors import (
    Conflict,
    ExclusiveRoles,
    GrantedByOne,
    HeldThatDay,
    LastOne,
    OutOfScope,
    SameHand,
    WrongState,
)
from tenants.migrations.v0021 import grants
from tenants.role_rows import RoleGrant
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import members, role_grants
from tenants.tables import metadata

from .agreeing import APPROVED, INSERT, PROPOSED, agree, hold, row
from .story import CITY, COUNTY, county

FIRST, DAY = date(2025, 1, 1), date(2026, 1, 5)
NOON = datetime(2026, 1, 5, 4, tzinfo=UTC)
OTHER_DAY = DAY + timedelta(days=1)


def test_the_database_knows_the_roles_of_the_matrix():
    assert set(grants.SENSITIVE) == SENSITIVE
    for table, name in (("membership", "membership_two_people"), ("role_grant", "role_grant_role")):
        check = next(c for c in metadata.tables[table].constraints if c.name == name)
        listed = set(re.findall(r"'(\w+)'", str(check.sqltext))) - {"one"}
        assert listed == SENSITIVE, name


async def raw(database, sql, **values):
    async with database.unit(county) as db:
        await db.execute(text(sql), values)


async def one(owner_rows, what, subject="li"):
    return await owner_rows(f"select {what} from membership where subject = '{subject}' order by valid_from")


@pytest.mark.parametrize("role", sorted(SENSITIVE))
async def test_no_sensitive_role_by_one_person(database, owner_rows, role):
    plain = row(COUNTY, "li", role, FIRST) | {"o": "one", "g": None}
    tries = [plain, plain | {"o": "earlier"}, plain | {"o": "two", "g": uuid4()}, plain | {"o": "two"}]
    for values in tries:
        with pytest.raises((GrantedByOne, Conflict)):
            await raw(database, INSERT, **values)
    assert await one(owner_rows, "role") == []
    async with database.unit(county) as db:
        await hold(db, row(COUNTY, "li", role, FIRST))
    assert await one(owner_rows, "role") == [(role,)]


FORGED = {
    "another person": {"s": "wang"},
    "another role": {"r": "dispatcher"},
    "another name": {"n": "y"},
    "earlier": {"f": FIRST - timedelta(days=1)},
    "longer": {"u": None},
    "as a plain one": {"o": "one"},
    "as an old one": {"o": "earlier"},
}


@pytest.mark.parametrize("change", FORGED)
async def test_the_row_is_what_two_people_agreed_on(database, owner_rows, change):
    values = row(COUNTY, "li", "drawer", FIRST, DAY)
    async with database.unit(county) as db:
        await agree(db, values)
    with pytest.raises((GrantedByOne, Conflict)):
        await raw(database, INSERT, **values | FORGED[change])
    await raw(database, INSERT, **values | {"u": DAY - timedelta(days=1)})  # shorter is no more than agreed
    with pytest.raises(Conflict):  # nor twice
        await raw(database, INSERT, **values | {"f": DAY})
    assert await one(owner_rows, "valid_until") == [(DAY - timedelta(days=1),)]


async def test_a_proposal_alone_or_withdrawn_or_of_one_hand_gives_nothing(database):
    values = row(COUNTY, "li", "drawer", FIRST)
    asked = {name: values[name] for name in "bgsnrfu"} | {"p": "one", "at": NOON}
    await raw(database, PROPOSED, **asked)
    with pytest.raises(GrantedByOne):
        await raw(database, INSERT, **values)
    for who in ("one", "li"):  # neither who proposed nor whose role it is
        with pytest.raises(SameHand):
            await raw(database, APPROVED, a=who, b=COUNTY, g=values["g"], at=NOON)
    await raw(database, APPROVED, a="two", b=COUNTY, g=values["g"], at=NOON)
    with pytest.raises(GrantedByOne):  # not for days before it was approved
        await raw(database, INSERT, **values)
    await raw(database, INSERT, **values | {"f": DAY})
    for change in ("approved_by = 'three'", "withdrawn_by = 'one', withdrawn_at = now()"):
        with pytest.raises(WrongState):
            await raw(database, f"update role_grant set {change}")
    for change in ("subject = 'wang'", "role = 'bureau_head'", "proposed_by = 'x'", "until = null"):
        with pytest.raises(OutOfScope):
            await raw(database, f"update role_grant set {change}")
    with pytest.raises(OutOfScope):
        await raw(database, "delete from role_grant")


async def test_the_first_two_come_before_all_others_and_are_two(database, owner_rows):
    def first(role, subject, **more):
        return Membership(COUNTY, subject, role, "某某", FIRST, origin="founding", **more)

    async def found(*rows):
        async with database.unit(county) as db:
            for each in rows:
                await members.grant(db, county, each)

    with pytest.raises((GrantedByOne, Conflict)):
        await found(first("drawer", "li"))
    with pytest.raises(GrantedByOne):  # one person is not two
        await found(first("bureau_admin", "li"), first("bureau_head", "li"))
    await found(first("bureau_admin", "li"), first("bureau_head", "wang"))
    for role in ("bureau_admin", "bureau_head"):
        with pytest.raises((GrantedByOne, Conflict)):
            await found(first(role, "zhao"))
    rows = await owner_rows("select subject, origin from membership order by subject")
    assert rows == [("li", "founding"), ("wang", "founding")]


async def test_nobody_founds_a_bureau_that_has_people(database):
    async with database.unit(county) as db:
        await give(db, county, Membership(COUNTY, "li", "publisher", "某某", FIRST))
    tricks = ("select 1", "select set_config('app.visible', '', true)")
    for trick in tricks:
        with pytest.raises((GrantedByOne, OutOfScope)):
            async with database.unit(county) as db:
                await db.execute(text(trick))
                values = row(COUNTY, "zhao", "bureau_head", FIRST) | {"o": "founding", "g": None}
                await db.execute(text(INSERT), values)


async def ended(database, role, who="li", at=NOON, on=DAY):
    async with database.unit(county) as db:
        held = await members.in_bureau(db, county, COUNTY)
        mine = next(m for m in held if (m.subject, m.role) == (who, role) and m.ended_at is None)
        await members.end(db, county, mine, on=on, by="admin", at=at)


async def put(database, role, who="li", since=FIRST, until=None, scope=county):
    async with database.unit(scope) as db:
        await give(db, scope, Membership(scope.bureau, who, role, "某某", since, until))


@pytest.mark.parametrize(("one", "other"), [("registry_keeper", "drawer"), ("drawer", "registry_keeper")])
async def test_who_was_it_this_morning_is_not_the_other_today(database, one, other):
    await put(database, one)
    await ended(database, one)
    async with database.unit(county) as db:  # it is gone at once …
        assert await members.in_bureau(db, county, COUNTY, on=DAY) == ()
        assert [m.role for m in await members.in_bureau(db, county, COUNTY, on=DAY - timedelta(1))] == [one]
    with pytest.raises(ExclusiveRoles):  # … and counts until midnight, in the code
        await put(database, other, since=DAY)
    with pytest.raises(ExclusiveRoles):  # and in the database
        async with database.unit(county) as db:
            await hold(db, row(COUNTY, "li", other, DAY))
    await put(database, other, since=OTHER_DAY)


async def test_periods_of_a_role_follow_each_other(database, owner_rows):
    await put(database, "publisher", until=DAY)
    for since in (FIRST + timedelta(days=5), DAY):
        with pytest.raises(HeldThatDay):
            await put(database, "publisher", since=since)
    await put(database, "publisher", since=OTHER_DAY)
    with pytest.raises(HeldThatDay):  # of all times
        await put(database, "publisher", since=FIRST - timedelta(days=9), until=FIRST)
    await put(database, "publisher", since=FIRST, scope=Scope.own(CITY, "x"))
    found = await one(owner_rows, "bureau, valid_from, valid_until")
    assert found.count((COUNTY, FIRST, DAY)) == found.count((COUNTY, OTHER_DAY, None)) == 1
    assert len(found) == 3


@pytest.mark.parametrize("change", ["valid_until = null", "valid_until = '2027-01-01'", "ended_at = null"])
async def test_what_is_over_stays_over(database, change):
    await put(database, "publisher")
    await ended(database, "publisher")
    with pytest.raises(Conflict):
        await raw(database, f"update membership set {change}")


@pytest.mark.parametrize("change", ["valid_until = null", "valid_until = '2027-01-01'", "name = 'y'"])
async def test_what_two_people_agreed_on_is_not_lengthened_or_renamed(database, change):
    await put(database, "drawer", until=DAY)
    with pytest.raises(WrongState):
        await raw(database, f"update membership set {change}")
    await raw(database, "update membership set valid_until = '2026-01-01'")


@pytest.mark.parametrize("change", ["valid_from = '2024-01-01'", "origin = 'founding'", "grant_id = null"])
async def test_beginnings_are_not_touched(database, change):
    await put(database, "drawer")
    with pytest.raises(OutOfScope):
        await raw(database, f"update membership set {change}")


async def test_an_end_says_the_day_it_was(database):
    await put(database, "publisher")
    for until in ("2026-01-04", "2026-01-06", None):
        with pytest.raises(Conflict):
            await raw(
                database,
                "update membership set valid_until = cast(cast(:u as text) as date), ended_at = :at,"
                " ended_by = 'x'",
                u=until,
                at=NOON,
            )


async def test_the_last_head_does_not_go_before_another_one_is_there(database):
    await put(database, "bureau_head")
    await put(database, "bureau_head", who="wang", since=OTHER_DAY)
    with pytest.raises(LastOne):  # today would be without one
        await ended(database, "bureau_head")
    await put(database, "bureau_head", who="zhao", until=DAY)
    await ended(database, "bureau_head")
    with pytest.raises(LastOne):  # who follows does not go either
        await ended(database, "bureau_head", who="wang")
    with pytest.raises(LastOne):  # an ended one is nobody's stand-in on that day
        await ended(database, "bureau_head", who="zhao")


async def test_of_two_grants_at_once_one_stays(database, owner_rows):
    found = await asyncio.gather(
        *(put(database, "publisher", since=FIRST + timedelta(days=n)) for n in range(4)),
        return_exceptions=True,
    )
    assert sorted(str(type(each).__name__) for each in found) == ["HeldThatDay"] * 3 + ["NoneType"]
    assert len(await one(owner_rows, "role")) == 1


async def test_of_two_approvals_at_once_one_counts(database, owner_rows):
    asked = RoleGrant(COUNTY, uuid4(), "li", "某某", "drawer", "", DAY, None, "", "admin", NOON)
    async with database.unit(county) as db:
        await role_grants.propose(db, county, asked)
        with pytest.raises(Conflict):
            async with db.begin_nested():
                await role_grants.propose(db, county, replace(asked, id=uuid4()))

    async def approve(who):
        async with database.unit(county) as db:
            await role_grants.approve(db, county, asked, by=who, on=DAY, at=NOON)

    found = await asyncio.gather(approve("head"), approve("deputy"), return_exceptions=True)
    assert sorted(str(type(each).__name__) for each in found) == ["NoneType", "WrongState"]
    assert await one(owner_rows, "role, origin, valid_from") == [("drawer", "two", DAY)]
