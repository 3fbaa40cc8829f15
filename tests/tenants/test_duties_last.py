"""A bureau keeps a head and an administrator; nobody holds two administrator roles in any two bureaus."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from services.demo import granting
from tenants.errors import ExclusiveRoles, LastOne
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import members

from .story import CITY, COUNTY, county

FIRST, DAY = date(2025, 1, 1), date(2026, 1, 5)
LASTING = ("bureau_admin", "bureau_head")


async def give(database, role, who, *, bureau=COUNTY, since=FIRST, until=None):
    scope = Scope.own(bureau, "x")
    async with database.unit(scope) as db:
        row = Membership(bureau, who, role, "某某", since, until)
        held = [m for m in await members.in_bureau(db, scope, bureau) if (m.subject, m.role) == (who, role)]
        if held and until:
            await members.shorten(db, scope, held[0], until)
        else:
            await granting.give(db, scope, row)


@pytest.mark.parametrize("role", LASTING)
async def test_the_last_one_is_not_ended(database, role):
    await give(database, role, "li")
    with pytest.raises(LastOne):
        await give(database, role, "li", until=DAY)
    await give(database, role, "wang")
    await give(database, role, "wang", until=DAY)  # goes on the very day li would
    with pytest.raises(LastOne):
        await give(database, role, "li", until=DAY)
    await give(database, role, "zhao")
    await give(database, role, "li", until=DAY)
    with pytest.raises(LastOne):
        await give(database, role, "zhao", until=DAY + timedelta(days=1))


async def test_other_roles_and_other_bureaus_do_not_stand_in(database):
    await give(database, "bureau_head", "li")
    await give(database, "bureau_admin", "wang")
    await give(database, "bureau_head", "wang", bureau=CITY)
    with pytest.raises(LastOne):
        await give(database, "bureau_head", "li", until=DAY)
    await give(database, "publisher", "li")
    await give(database, "publisher", "li", until=DAY)


@pytest.mark.parametrize(
    "change",
    [
        "valid_until = '2025-06-01'",
        "valid_until = '2026-01-05', ended_at = '2026-01-05T09:00:00+08:00', ended_by = 'li'",
        "valid_until = '2026-01-05'",
    ],
)
async def test_raw_sql_does_not_end_the_last_one(database, change):
    await give(database, "bureau_head", "li")
    with pytest.raises(LastOne):
        async with database.unit(county) as db:
            await db.execute(text(f"update membership set {change}"))


async def test_two_who_go_at_once_do_not_both_go(database, owner_rows):
    for who in ("li", "wang"):
        await give(database, "bureau_admin", who)
    found = await asyncio.gather(
        *(give(database, "bureau_admin", who, until=DAY) for who in ("li", "wang")), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in found) == ["LastOne", "NoneType"]
    left = await owner_rows("select count(*) from membership where valid_until is null")
    assert left == [(1,)]


@pytest.mark.parametrize("one", ["security_admin", "audit_admin", "system_admin"])
async def test_administrator_roles_exclude_each_other_across_bureaus(database, one):
    await give(database, one, "li", bureau=CITY)
    for other in {"security_admin", "audit_admin", "system_admin"} - {one}:
        with pytest.raises(ExclusiveRoles):
            await give(database, other, "li")
    await give(database, one, "li")  # the same duty in two bureaus is one duty
    await give(database, "drawer", "li")
    await give(database, "registry_keeper", "li", bureau=CITY)  # another bureau, another roster
