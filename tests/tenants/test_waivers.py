"""Waivers in the database: step by step, by three hands; roles that are let through, and no others."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from policies.waivers import PAIRS
from tenants.errors import BeyondWaiver, Conflict, ExclusiveRoles, OutOfScope, SameHand, WrongState
from tenants.migrations.v0038.admins import WAIVED as IN_DATABASE
from tenants.scope import Scope
from tenants.stores import waivers

from .story import AT, CITY, COUNTY, OTHER, county, other
from .waiving import (
    EDITS,
    FIRST,
    LAST,
    LI,
    ask,
    asked,
    end,
    grant,
    granted,
    hand,
    held,
    propose,
    withdraw,
)


def test_the_pairs_are_the_same_everywhere():
    assert tuple(PAIRS) == IN_DATABASE


# -- the waiver's own way


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"pairs": ("witness+drawer",)}, Conflict),
        ({"pairs": ("security_admin+audit_admin",)}, Conflict),
        ({"pairs": ()}, Conflict),
        ({"until": FIRST + timedelta(365)}, Conflict),
        ({"until": FIRST - timedelta(1)}, Conflict),
        ({"staff": 0}, Conflict),
        ({"above": OTHER}, WrongState),
        ({"above": COUNTY}, Conflict),
        ({"state": "proposed", "proposed_by": "city-1", "proposed_at": AT}, WrongState),
        (
            {
                "state": "granted",
                "proposed_by": "a",
                "proposed_at": AT,
                "approved_by": "b",
                "approved_at": AT,
            },
            WrongState,
        ),
    ],
)
async def test_what_may_not_be_asked(database, change, problem):
    with pytest.raises(problem):
        await ask(database, asked(**change))


async def test_a_year_is_the_longest(database):
    await ask(database, asked(until=FIRST + timedelta(364)))


@pytest.mark.parametrize("who", ["head", LI])
async def test_who_asked_or_gains_neither_proposes_nor_approves(database, who):
    row = await ask(database, asked())
    with pytest.raises(SameHand):
        await propose(database, row, by=who)
    await propose(database, row)
    for one in (who, "city-1"):
        with pytest.raises(SameHand):
            async with database.unit(county) as db:
                await waivers.approve(db, county, row.id, hand(one), FIRST)


async def test_the_first_hand_may_give_fewer_days_never_more(database):
    row = await ask(database, asked())
    for days in ({"since": FIRST - timedelta(1)}, {"until": LAST + timedelta(1)}):
        with pytest.raises(WrongState):
            await propose(database, row, **days)
    await propose(database, row, since=FIRST + timedelta(1), until=LAST - timedelta(1))


async def test_it_begins_no_earlier_than_it_is_granted_and_no_later(database):
    row = await ask(database, asked())
    await propose(database, row)
    later = datetime(2026, 2, 1, 4, tzinfo=AT.tzinfo)
    for since in (FIRST, date(2026, 2, 2)):
        with pytest.raises(WrongState):
            async with database.unit(county) as db:
                await waivers.approve(db, county, row.id, hand(at=later), since)
    async with database.unit(county) as db:
        await waivers.approve(db, county, row.id, hand(at=later), date(2026, 2, 1))


GRANTED = "update waiver set state = 'granted', approved_by = 'y', approved_at = asked_at"


@pytest.mark.parametrize(
    "statement",
    [
        GRANTED,  # past the first hand
        "update waiver set subject = 'wang'",
        "update waiver set pairs = array['dispatcher+drawer']",
        "update waiver set bureau = '150203'",
        "update waiver set reason = 'x'",
        "update waiver set until = until + 1",
        "delete from waiver",
        "truncate waiver",
        "alter table waiver disable trigger all",
        "drop trigger waiver_steps on waiver",
    ],
)
async def test_raw_sql_takes_no_short_cut(database, statement):
    await ask(database, asked())
    with pytest.raises((Conflict, OutOfScope)):
        async with database.unit(county) as db:
            await db.execute(text(statement))


async def test_what_is_decided_stays(database):
    row = await ask(database, asked())
    async with database.unit(county) as db:
        await waivers.refuse(db, county, row.id, hand("city-1"), "够了")
    with pytest.raises(WrongState):
        await propose(database, row)
    with pytest.raises(WrongState):
        async with database.unit(county) as db:
            await db.execute(text("update waiver set state = 'asked', decided_by = null, decided_at = null"))


async def test_another_bureau_sees_and_does_nothing(database):
    made = await granted(database)
    async with database.unit(other) as db:
        assert await waivers.of_bureau(db, other, OTHER) == () == await waivers.asked_of(db, other)
        with pytest.raises(WrongState):
            await waivers.withdraw(db, other, made.id, hand("z"), "x", FIRST)
    above = Scope.own(CITY, "city-1")
    async with database.unit(above) as db:
        assert [one.id for one in await waivers.asked_of(db, above)] == [made.id]
        assert await waivers.of_bureau(db, above, COUNTY) == ()


# -- roles that exclude each other


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair != EDITS])
async def test_the_pair_and_person_named_may_hold_both_on_those_days(database, pair):
    one, another = pair.split("+")
    await granted(database, pair)
    await grant(database, one, since=FIRST - timedelta(2))
    with pytest.raises(BeyondWaiver):
        await grant(database, another)
    with pytest.raises(BeyondWaiver):
        await grant(database, another, until=LAST + timedelta(1))
    with pytest.raises(ExclusiveRoles, match="同一人不能同时担任"):
        await grant(database, another, since=FIRST - timedelta(1), until=LAST)
    await grant(database, another, until=LAST)
    assert set(await held(database)) == {one, another}


async def test_nobody_else_nothing_else_nowhere_else(database):
    await granted(database)
    await grant(database, "registry_keeper", subject="wang")
    with pytest.raises(ExclusiveRoles):
        await grant(database, "drawer", subject="wang", until=LAST)
    await grant(database, "dispatcher")
    with pytest.raises(ExclusiveRoles):
        await grant(database, "drawer", until=LAST)
    await grant(database, "registry_keeper", bureau=OTHER)
    with pytest.raises(ExclusiveRoles):
        await grant(database, "drawer", bureau=OTHER, until=LAST)


RAW = (
    "insert into membership (bureau, subject, role, name, certificate, valid_from, valid_until, origin)"
    " values (:b, :s, 'registry_keeper', 'x', '', :f, :u, 'one')"
)


@pytest.mark.parametrize(
    ("state", "lets"),
    [("none", False), ("asked", False), ("proposed", False), ("granted", True), ("withdrawn", False)],
)
async def test_raw_sql_gets_what_is_granted_and_no_more(database, state, lets):
    """Past the stores: the trigger alone decides."""
    await grant(database, "drawer", until=LAST)
    if state in ("granted", "withdrawn"):
        made = await granted(database)
        if state == "withdrawn":
            await withdraw(database, made)
    elif state != "none":
        row = await ask(database, asked())
        if state == "proposed":
            await propose(database, row)
    values = {"b": COUNTY, "s": LI, "f": FIRST, "u": LAST}
    if lets:
        async with database.unit(county) as db:
            await db.execute(text(RAW), values)
        return
    for days in (values, values | {"u": FIRST}):  # the day of the withdrawal lets nothing new in
        with pytest.raises(ExclusiveRoles):
            async with database.unit(county) as db:
                await db.execute(text(RAW), days)


async def test_two_waivers_in_a_row_cover_both(database):
    await granted(database, until=date(2026, 3, 31))
    await granted(database, since=date(2026, 4, 1))
    await grant(database, "registry_keeper")
    await grant(database, "drawer", until=LAST)


async def test_a_gap_of_a_day_is_a_gap(database):
    await granted(database, until=date(2026, 3, 30))
    await granted(database, since=date(2026, 4, 1))
    await grant(database, "registry_keeper")
    with pytest.raises(BeyondWaiver) as caught:
        await grant(database, "drawer", until=LAST)
    assert caught.value.facts["last"] == "2026-03-30"


async def test_it_is_not_withdrawn_while_a_role_stands_on_it(database):
    made = await granted(database)
    await grant(database, "registry_keeper")
    await grant(database, "drawer", until=LAST)
    with pytest.raises(WrongState):
        await withdraw(database, made)
    await end(database, "drawer")
    await withdraw(database, made)
    with pytest.raises(ExclusiveRoles):
        await grant(database, "drawer", since=FIRST + timedelta(1), until=LAST)


async def test_the_last_day_is_the_day_it_was_withdrawn(database):
    made = await granted(database)
    for on in (FIRST + timedelta(30), FIRST - timedelta(1)):
        with pytest.raises(Conflict):
            await withdraw(database, made, on)


async def test_the_other_of_two_waivers_goes_on(database):
    made = await granted(database)
    await granted(database)
    await grant(database, "registry_keeper")
    await grant(database, "drawer", until=LAST)
    await withdraw(database, made)


async def test_a_role_that_ends_that_day_must_be_ended_all_the_same(database):
    made = await granted(database)
    await grant(database, "registry_keeper")
    await grant(database, "drawer", until=FIRST)
    with pytest.raises(WrongState):
        await withdraw(database, made)
    await end(database, "drawer")
    await withdraw(database, made)
