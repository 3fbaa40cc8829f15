"""Who changed the roster draws under a waiver in force that the draw names; copies say what was granted."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from tenants.errors import Conflict, OutOfScope, SameHand, WrongState
from tenants.roles import administer
from tenants.stores import waiver_uses
from tenants.waiver_rows import WaiverUse

from .story import AT, CITY, COUNTY, county
from .test_duties_roster import begun, edited
from .waiving import EDITS, FIRST, LAST, LI, NOON, ask, asked, copy_of, granted, withdraw

# -- who changed the roster and draws all the same

USE = (
    "insert into draw_waiver (bureau, draw_no, act, pair, waiver, subject, at, public_at)"
    " values ('411721', 1, :act, :pair, :id, :who, :at, :at)"
)
RUN = (
    "update draw set state = 'drawn', r = repeat('c', 64), z = repeat('d', 64), drawn_at = :at,"
    " drawn_by = :who"
)
FROZEN = (
    "update draw set state = 'frozen', m = repeat('b', 64), manifest = '{}', rules = '{}', frozen_at = :at,"
    " frozen_by = :who"
)
ACTS = {
    "freeze": ("prepared", FROZEN),
    "beacon": ("frozen", "update draw set beacon_by = :who"),
    "run": ("frozen", RUN),
}
ON = datetime(2026, 1, 2, 4, tzinfo=AT.tzinfo)


async def act(database, name, made=None, *, who=LI, pair=EDITS, at=ON, said=None, used=True):
    """One step of the draw as raw SQL, with the note of the waiver before it."""
    async with database.unit(county) as db:
        if used:
            values = {"act": said or name, "pair": pair, "id": made.id, "who": who, "at": at}
            await db.execute(text(USE), values)
        values = {"who": who} | ({} if name == "beacon" else {"at": at})
        assert (await db.execute(text(ACTS[name][1]), values)).rowcount == 1


@pytest.mark.parametrize("name", ACTS)
async def test_who_edited_acts_under_a_waiver_that_the_draw_names(database, name):
    made = await granted(database, EDITS)
    await begun(database, ACTS[name][0])
    await edited(database, LI)
    with pytest.raises(SameHand):  # the waiver alone is not enough
        await act(database, name, used=False)
    with pytest.raises(SameHand):
        await act(database, name, made, said="run" if name != "run" else "freeze")
    for day in (datetime(2025, 12, 31, 15, tzinfo=AT.tzinfo), datetime(2026, 6, 30, 16, tzinfo=AT.tzinfo)):
        with pytest.raises(Conflict):  # the day is China's
            await act(database, name, made, at=day)
    await act(database, name, made)
    async with database.unit(county) as db:
        (use,) = await waiver_uses.of_draw(db, county, COUNTY, 1)
        assert (use.act, use.pair, use.waiver, use.subject) == (name, EDITS, made.id, LI)


async def test_the_act_itself_must_be_on_a_day_of_the_waiver(database):
    made = await granted(database, EDITS)
    await begun(database, "prepared")
    await edited(database, LI)
    with pytest.raises(SameHand):
        async with database.unit(county) as db:
            values = {"act": "freeze", "pair": EDITS, "id": made.id, "who": LI, "at": ON}
            await db.execute(text(USE), values)
            late = datetime(2026, 7, 1, 4, tzinfo=AT.tzinfo)
            await db.execute(text(FROZEN), {"who": LI, "at": late})


async def test_only_the_person_and_pair_named(database):
    made = await granted(database, EDITS)
    mine = await granted(database, "registry_keeper+drawer")
    await begun(database, "prepared")
    await edited(database, LI)
    await edited(database, "wang", kind="officer")
    with pytest.raises(Conflict):
        await act(database, "freeze", made, who="wang")
    with pytest.raises(Conflict):  # a note in one name serves no other
        async with database.unit(county) as db:
            values = {"act": "freeze", "pair": EDITS, "id": made.id, "who": LI, "at": ON}
            await db.execute(text(USE), values)
            await db.execute(text(FROZEN), {"who": "wang", "at": ON})
    with pytest.raises(SameHand):
        await act(database, "freeze", mine, pair="registry_keeper+drawer")
    with pytest.raises(Conflict):
        await act(database, "freeze", mine)


async def test_withdrawn_it_serves_no_more(database):
    made = await granted(database, EDITS)
    await begun(database, "prepared")
    await edited(database, LI)
    async with database.unit(county) as db:  # noted while it was in force, used after it ended
        values = {"act": "freeze", "pair": EDITS, "id": made.id, "who": LI, "at": ON}
        await db.execute(text(USE), values)
    await withdraw(database, made)
    async with database.unit(county) as db:
        await waiver_uses.ended(db, county, made.id, "x", NOON)
    with pytest.raises(SameHand):
        await act(database, "freeze", used=False)


async def test_who_edited_nothing_needs_no_waiver(database):
    await begun(database, "prepared")
    await act(database, "freeze", used=False)


# -- the copy where the bureau lives


async def test_a_copy_says_what_was_granted(database):
    made = await granted(database, copied=False)
    row = await ask(database, asked())
    forged = [
        copy_of(made, subject="wang"), copy_of(made, until=LAST + timedelta(1)), copy_of(made, id=uuid4()),
        copy_of(made, pairs=(EDITS,)), copy_of(made, ended_at=AT),
        copy_of(made, id=row.id, proposed_by="a", approved_by="b"),
    ]  # fmt: skip
    for one in forged:
        with pytest.raises(Conflict):
            async with database.unit(county) as db:
                await waiver_uses.copy(db, county, one)
    async with database.unit(county) as db:
        await waiver_uses.copy(db, county, copy_of(made))


async def test_a_copy_ends_with_its_waiver_and_is_never_removed(database):
    made = await granted(database)
    with pytest.raises(WrongState):
        async with database.unit(county) as db:
            await waiver_uses.ended(db, county, made.id, "x", NOON)
    await withdraw(database, made)
    async with database.unit(county) as db:
        await waiver_uses.ended(db, county, made.id, "x", NOON)
    for statement in (
        "update waiver_copy set ended_at = null", "update waiver_copy set ended_at = '2030-01-01'",
        "delete from waiver_copy", "update waiver_copy set public_at = null",
    ):  # fmt: skip
        with pytest.raises((Conflict, OutOfScope)):
            async with database.unit(county) as db:
                await db.execute(text(statement))


@pytest.mark.parametrize("statement", ["delete from draw_waiver", "update draw_waiver set subject = 'z'"])
async def test_what_was_done_under_it_stays_said(database, statement):
    made = await granted(database, EDITS)
    await begun(database, "prepared")
    async with database.unit(county) as db:
        await waiver_uses.use(db, county, WaiverUse(COUNTY, 1, "freeze", EDITS, made.id, LI, ON, ON))
    with pytest.raises(OutOfScope):
        async with database.unit(county) as db:
            await db.execute(text(statement))


async def test_the_public_reads_duties_and_days_and_no_person(database, portal):
    made = await granted(database, EDITS)
    await begun(database, "prepared")
    await edited(database, LI)
    await act(database, "freeze", made)
    async with portal.public() as db:
        (told,) = await waiver_uses.public_waivers(db, COUNTY)
        (use,) = await waiver_uses.public_uses(db, COUNTY, 1)
        assert (told.pairs, told.until, told.above) == ((EDITS,), LAST, CITY)
        assert (use.act, use.waiver, use.since) == ("freeze", made.id, FIRST)
    for table, column in (("waiver", "id"), ("waiver_copy", "subject"), ("draw_waiver", "subject")):
        with pytest.raises(OutOfScope):
            async with portal.public() as db:
                await db.execute(text(f"select {column} from {table}"))


async def test_without_the_public_nothing_is_waived(database, urls, superuser_dsn):
    """A copy nobody can read counts for nothing, whoever put it there."""
    made = await granted(database, EDITS)
    await begun(database, "prepared")
    await edited(database, LI)
    async with administer(superuser_dsn, urls.app.rsplit("/", 1)[1]) as db:
        await db.exec_driver_sql("set session_replication_role = replica")
        await db.exec_driver_sql("update waiver_copy set public_at = null")
    with pytest.raises(Conflict):
        await act(database, "freeze", made)
