"""Choices, duties, entrustments and key lists in the database: who sees them, what never changes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from policies.errors import Missing
from policies.roster.key_list import Listed
from tenants.errors import Conflict, OutOfScope, SameHand, SecondChoice, WrongState
from tenants.migrate import _FOLDER
from tenants.organisation_rows import Duty, Entrustment, KeyList
from tenants.roles import administer, ensure_database
from tenants.rows import RuleChoice
from tenants.session import make_engine
from tenants.stores import choices, key_lists, public_choices, standing
from tenants.urls import DatabaseUrls

from .conftest import IDENTITY, PASSWORDS
from .story import AT, CITY, COUNTY, OTHER, city, county, other

CHOICE = RuleChoice(
    COUNTY, "team.size", date(2026, 1, 1), 3, {"text": "某文", "clause": "一"}, {}, "admin", None, AT
)
DUTY = Duty(COUNTY, uuid4(), "office", "主任", "某某", "", "", date(2025, 1, 1), None, AT, "admin")
LETTER = Entrustment(COUNTY, uuid4(), "大队", "", "现场检查", "委托书", date(2025, 1, 1), None, AT, "admin")
LIST = KeyList(CITY, uuid4(), 2026, "whole", "某文", date(2025, 11, 1), "", "aa", 1, AT, "keeper")


async def test_a_choice_is_settled_once(database):
    async with database.unit(county) as db:
        await choices.put(db, county, CHOICE)
    with pytest.raises(SecondChoice):
        async with database.unit(county) as db:
            await choices.put(db, county, replace(CHOICE, id=uuid4()))
    with pytest.raises(SameHand):
        async with database.unit(county) as db:
            await choices.settle(db, county, CHOICE.id, by="admin", at=AT, composed={})
    async with database.unit(county) as db:
        await choices.withdraw(db, county, CHOICE.id, by="head", at=AT, why="重填")
        again = replace(CHOICE, id=uuid4(), value=4)
        await choices.put(db, county, again)
        await choices.settle(db, county, again.id, by="head", at=AT, composed={"on": "2026-01-01"})
        for act in (
            choices.settle(db, county, again.id, by="other", at=AT, composed={}),
            choices.withdraw(db, county, CHOICE.id, by="head", at=AT, why="再退"),
        ):
            with pytest.raises(WrongState):
                await act
        kept = await choices.all_of(db, county, COUNTY)
        assert {c.value: c.state for c in kept} == {3: "withdrawn", 4: "approved"}
        assert await choices.composed(db, county, COUNTY, again.id) == {"on": "2026-01-01"}
    for change in ("value = '9'", "approved_by = 'x'", "effective = '2027-01-01'"):
        with pytest.raises((WrongState, OutOfScope)):
            async with database.unit(county) as db:
                await db.execute(text(f"update rule_choice set {change}"))


async def test_narrowed_choices_of_a_day_stand_beside_each_other(database):
    async with database.unit(county) as db:
        await choices.put(db, county, CHOICE)
        await choices.put(db, county, replace(CHOICE, id=uuid4(), subject=OTHER))
        await choices.put(db, county, replace(CHOICE, id=uuid4(), basis={**CHOICE.basis, "item": "noise"}))
        assert {(c.subject, c.item) for c in await choices.all_of(db, county, COUNTY)} == {
            ("", ""), (OTHER, ""), ("", "noise")
        }  # fmt: skip


async def test_the_public_sees_approved_choices_without_people(database, portal):
    hidden = replace(CHOICE, id=uuid4(), key="team.crews")
    async with database.unit(county) as db:
        await choices.put(db, county, CHOICE)
        await choices.put(db, county, hidden)
        await choices.settle(db, county, CHOICE.id, by="head", at=AT, composed={"a": 1})
    async with portal.public() as db:
        (seen,) = await public_choices.public_choices(db, COUNTY)
        assert seen.id == CHOICE.id and not hasattr(seen, "proposed_by")
        assert await public_choices.public_composed(db, COUNTY, CHOICE.id) == {"a": 1}
        with pytest.raises(Missing):
            await public_choices.public_composed(db, COUNTY, hidden.id)
    with pytest.raises(OutOfScope):
        async with portal.public() as db:
            await db.execute(text("select proposed_by from rule_choice"))


async def test_duties_and_entrustments_end_once(database):
    async with database.unit(county) as db:
        await standing.put(db, county, DUTY)
        await standing.put(db, county, LETTER)
        await standing.end(db, county, Duty, DUTY.id, until=date(2025, 6, 30), by="admin", at=AT)
        with pytest.raises(WrongState):
            await standing.end(db, county, Duty, DUTY.id, until=date(2025, 7, 1), by="admin", at=AT)
        assert await standing.all_of(db, county, Duty, COUNTY, on=date(2025, 7, 1)) == ()
        assert len(await standing.all_of(db, county, Duty, COUNTY, on=date(2025, 6, 30))) == 1
        assert await standing.all_of(db, county, Entrustment, COUNTY) == (LETTER,)
    with pytest.raises(Conflict):
        async with database.unit(county) as db:
            early = date(2024, 1, 1)
            await standing.end(db, county, Entrustment, LETTER.id, until=early, by="admin", at=AT)


async def test_bureaus_keep_apart_and_a_city_reads_its_county(database):
    async with database.unit(county) as db:
        await standing.put(db, county, DUTY)
        await choices.put(db, county, CHOICE)
    async with database.unit(other) as db:
        assert await standing.all_of(db, other, Duty, COUNTY) == ()
        for statement in ("select count(*) from duty", "select count(*) from rule_choice"):
            assert await db.scalar(text(statement)) == 0
        with pytest.raises(Missing):
            await choices.get(db, other, COUNTY, CHOICE.id)
        with pytest.raises(OutOfScope):
            await standing.put(db, other, DUTY)
    async with database.unit(city) as db:
        assert (await choices.get(db, city, COUNTY, CHOICE.id)).id == CHOICE.id
        with pytest.raises(WrongState):
            await choices.withdraw(db, city, CHOICE.id, by="x", at=AT, why="x")


async def test_key_lists_are_kept_whole_and_never_changed(database):
    entries = (Listed("91411721MA00000001", "甲", COUNTY, ("大气",)), Listed("91411721MA00000002", "乙"))
    async with database.unit(city) as db:
        await key_lists.put(db, city, LIST, entries)
        assert await key_lists.entries_of(db, city, CITY, LIST.id) == entries
        assert await key_lists.all_of(db, city, CITY, 2026) == (LIST,)
        assert await key_lists.all_of(db, city, CITY, 2027) == ()
    with pytest.raises(Conflict):
        async with database.unit(city) as db:
            await key_lists.put(db, city, replace(LIST, id=uuid4()), entries)
    for statement in ("update key_list set text = 'x'", "delete from key_list_entry"):
        with pytest.raises(OutOfScope):
            async with database.unit(city) as db:
                await db.execute(text(statement))
    async with database.unit(county) as db:
        assert await key_lists.all_of(db, county, CITY) == ()


async def test_choices_kept_before_step_0008_come_along(superuser_dsn):
    """A database of step 0007 with a narrowed choice: migrated, it has an id and its subject as a column."""
    name = "before_0008"
    await ensure_database(superuser_dsn, name)
    urls = DatabaseUrls.beside(superuser_dsn, name, PASSWORDS, IDENTITY)
    engine = make_engine(urls.migrator)
    async with engine.begin() as db:
        await db.run_sync(_to, "0007")
    async with administer(superuser_dsn, name) as db:
        await db.execute(
            text(
                "insert into bureau (code, name, level, path, labels) values ('150200', 'x', 'city',"
                " '{150200}', '{}')"
            )
        )
        await db.execute(
            text(
                "insert into rule_choice values ('150200', 'rate.key', '2025-12-01', '1',"
                " '{\"subject\": \"150203\"}', '{}', 'a', 'b', :at)"
            ),
            {"at": datetime(2025, 12, 1, tzinfo=UTC)},
        )
    async with engine.begin() as db:
        await db.run_sync(_to, "head")
    await engine.dispose()
    async with administer(superuser_dsn, name) as db:
        (row,) = (await db.execute(text("select id, item, subject, approved_by from rule_choice"))).all()
    assert row.id and (row.item, row.subject, row.approved_by) == ("", "150203", "b")


def _to(db, step):
    config = Config(attributes={"connection": db})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, step)
