"""Break-glass in the database: two people, one hour, no writing; raw SQL of the app's own role is refused."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from policies.access_glass import WAITS, Glass, GlassSealed
from policies.terms import Principal
from tenants import sealed
from tenants.databases import Databases
from tenants.errors import Conflict, OutOfScope, SameHand, WrongState
from tenants.scope import Scope
from tenants.stores import glass, sites

from .story import AT, CITY, COUNTY, OTHER, county, put_bureaus, site

ASKER, HEAD = "sys-411700", "head-411721"
MINUTE = timedelta(minutes=1)
LOOK = replace(county, subject=ASKER, glass=True)


@pytest.fixture
async def database(database, owner_rows):
    """The city's system administrator, the county's head, and bureaus for them; past every guard."""
    async with database.unit(Scope.for_system()) as db:
        await put_bureaus(db)
    for bureau, subject, role in (
        (CITY, ASKER, "system_admin"),
        (COUNTY, HEAD, "bureau_head"),
        (CITY, "head-411700", "bureau_head"),
        (OTHER, "sys-150203", "system_admin"),
    ):
        await member(owner_rows, bureau, subject, role)
    return database


async def member(owner_rows, bureau: str, subject: str, role: str) -> None:
    await owner_rows("alter table membership no force row level security")
    await owner_rows("alter table membership disable trigger user")
    await owner_rows(
        "insert into membership (bureau, subject, role, name, certificate, valid_from, origin)"
        f" values ('{bureau}', '{subject}', '{role}', 'x', '', '2025-01-01', 'earlier')"
    )
    await owner_rows("alter table membership enable trigger user")
    await owner_rows("alter table membership force row level security")


def request(**more) -> Glass:
    told = {"reason": "导入后数量不符", "purpose": "核对导入记录", "minutes": 30, "asked_at": AT}
    asked = {"asker": ASKER, "asker_name": "某某", "asker_bureau": CITY, "asker_role": "system_admin"}
    return Glass(**{"bureau": COUNTY, "id": uuid4(), **asked, **told, **more})


async def asked(database, **more) -> UUID:
    made = request(**more)
    async with database.unit(replace(county, subject=made.asker)) as db:
        await glass.ask(db, county, made)
    return made.id


async def approve(database, id: UUID, by: str = HEAD, at: datetime = AT) -> None:
    async with database.unit(replace(county, subject=by)) as db:
        await glass.approve(db, county, id, by=by, name="负责人", at=at)


async def test_asked_approved_for_its_minutes_and_ended(database):
    id = await asked(database)
    await approve(database, id)
    async with database.unit(county) as db:
        (one,) = await glass.in_bureau(db, county, COUNTY)
    assert one.ends_at == AT + 30 * MINUTE and one.approved_by == HEAD
    states = [one.state(at) for at in (AT - MINUTE, AT, AT + 29 * MINUTE, AT + 30 * MINUTE)]
    assert states == ["over", "open", "open", "over"]
    async with database.unit(county) as db:
        await glass.end(db, county, id, by=HEAD, name="负责人", at=AT + MINUTE)
        (one,) = await glass.in_bureau(db, county, COUNTY)
    assert one.state(AT + 2 * MINUTE) == "over"
    with pytest.raises(WrongState):
        async with database.unit(county) as db:
            await glass.end(db, county, id, by=HEAD, name="负责人", at=AT + MINUTE)


async def test_who_asked_reads_the_own_request_and_nobody_elses(database):
    id = await asked(database)
    for subject, seen in ((ASKER, [id]), ("sys-150203", [])):
        async with database.unit(Scope.login(subject)) as db:
            assert [one.id for one in await glass.of_subject(db, ASKER)] == seen


async def test_nobody_approves_the_own_request(database, owner_rows):
    await member(owner_rows, COUNTY, ASKER, "bureau_head")
    id = await asked(database)
    with pytest.raises(SameHand):
        await approve(database, id, by=ASKER)


async def test_only_the_head_of_that_bureau_approves(database):
    id = await asked(database)
    for by in ("drawer-411721", "head-411700", "nobody"):
        with pytest.raises(Conflict):
            await approve(database, id, by=by)


async def test_a_head_whose_role_was_ended_a_moment_ago_approves_nothing(database, owner_rows):
    id = await asked(database)
    await owner_rows("alter table membership no force row level security")
    await owner_rows("alter table membership disable trigger user")
    await owner_rows(
        "update membership set ended_by = 'x', ended_at = '2025-12-25 01:00+00', valid_until = '2025-12-25'"
        f" where subject = '{HEAD}'"
    )
    await owner_rows("alter table membership enable trigger user")
    await owner_rows("alter table membership force row level security")
    with pytest.raises(Conflict):
        await approve(database, id)


WRONG = [
    {"asker": "nobody"},
    {"asker_role": "security_admin"},
    {"asker_bureau": COUNTY},
    {"asker": "sys-150203", "asker_bureau": OTHER},  # neither the bureau nor one above it
    {"asked_at": datetime(2024, 12, 31, tzinfo=UTC)},  # before the role
    {"minutes": 61},
    {"minutes": 0},
    {"reason": ""},
    {"approved_by": HEAD, "approved_name": "x", "approved_at": AT, "ends_at": AT + MINUTE},
    {"ended_by": HEAD, "ended_name": "x", "ended_at": AT},
]


async def test_what_cannot_be_asked(database):
    for wrong in WRONG:
        with pytest.raises(Conflict):
            await asked(database, **wrong)


async def test_a_request_left_alone_lapses(database):
    id = await asked(database)
    assert request().state(AT + WAITS) == "lapsed"
    with pytest.raises(Conflict):
        await approve(database, id, at=AT + WAITS + MINUTE)


WAITING = [
    "update glass set approved_by = 'head-411721', approved_name = 'x', approved_at = '{at}',"
    " ends_at = '{at}'::timestamptz + interval '61 min'",
    "update glass set approved_by = 'head-411721', approved_name = 'x', approved_at = '{at}',"
    " ends_at = '{at}'::timestamptz + interval '31 min'",
    "update glass set minutes = 60",
    "update glass set asker = 'li'",
    "update glass set approved_by = 'head-411721', approved_name = 'x', approved_at = '{at}'",
    "delete from glass",
    "insert into glass select * from glass",
    "alter table glass disable trigger all",
    "set session_replication_role = replica",
]
OPEN = [
    "update glass set ends_at = ends_at + interval '1 min'",
    "update glass set approved_at = approved_at + interval '10 min', ends_at = ends_at + interval '10 min'",
    "update glass set approved_by = 'head-411700'",
    "update glass set approved_by = null, approved_name = null, approved_at = null, ends_at = null",
]
ENDED = [
    "update glass set ended_at = null, ended_by = null, ended_name = null",
    "update glass set ended_by = 'z'",
]


@pytest.mark.parametrize("steps", [0, 1, 2], ids=["waiting", "open", "ended"])
async def test_raw_sql_does_not_get_round_it(database, steps):
    id = await asked(database)
    if steps:
        await approve(database, id)
    if steps > 1:
        async with database.unit(county) as db:
            await glass.end(db, county, id, by=HEAD, name="x", at=AT)
    for statement in (WAITING, OPEN, ENDED)[steps]:
        with pytest.raises((Conflict, OutOfScope)):
            async with database.unit(county) as db:
                await db.execute(text(statement.format(at=AT.isoformat())))


async def test_the_lent_role_is_no_membership(database):
    with pytest.raises(Conflict):
        async with database.unit(county) as db:
            await db.execute(
                text(
                    "insert into membership (bureau, subject, role, name, certificate, valid_from)"
                    " values ('411721', 'li', 'support', 'x', '', '2025-01-01')"
                )
            )


HOSTILE = [
    "insert into import_batch (bureau) values ('411721')",
    "update site set name = 'x'",
    "update membership set valid_until = null",
    "update glass set ended_at = null",
    "insert into journal (bureau, n) values ('411721', 99)",
    "set transaction read write",
    "set local transaction_read_only = off",
    "select set_config('transaction_read_only', 'off', true)",
    "select pg_advisory_xact_lock(1); update site set name = 'x'",
]


@pytest.mark.parametrize("own", [False, True], ids=["one database", "several"])
async def test_a_look_writes_nothing_whatever_sql_says(database, urls, own):
    async with database.unit(county) as db:
        await sites.upsert(db, county, [site(1)], at=AT, by="keeper", reason="test")
    many = await Databases.open(urls, {}, now=lambda: AT) if own else None
    for statement in HOSTILE:
        with pytest.raises((OutOfScope, DBAPIError, Conflict)):
            async with (many or database).unit(LOOK) as db:
                for one in statement.split("; "):
                    await db.execute(text(one))
    if many is not None:
        await many.close()
    async with database.unit(county) as db:
        assert (await sites.one(db, county, COUNTY, site(1).code)).name == site(1).name


async def test_a_look_stays_read_only_when_a_unit_asks_for_serializable(database):
    with pytest.raises(OutOfScope):
        await database.serial(LOOK, lambda db: db.execute(text("delete from outbox")))


OPENERS = sorted(name for name in vars(sealed) if name.startswith("open_"))
ARGUMENTS = {
    "open_part": (COUNTY, 1, "lists"),
    "open_tasks": (COUNTY, 1, None),
    "open_reveal": (COUNTY, 1, "bureau"),
    "open_events": (COUNTY, 1),
    "open_changes": ((),),
}


@pytest.mark.parametrize("name", OPENERS)
async def test_nothing_sealed_opens_for_a_look(name):
    """By its scope and by its person, before anything is asked: neither database nor keys are there."""
    for scope, role in ((LOOK, "dispatcher"), (county, "support")):
        who = Principal(ASKER, "某某", COUNTY, frozenset({role}))
        with pytest.raises(GlassSealed):
            await getattr(sealed, name)(None, scope, None, *ARGUMENTS[name], actor=who, why="x", at=AT)


async def test_no_data_key_is_handed_to_a_look():
    with pytest.raises(GlassSealed):
        await sealed.data_key(None, LOOK, None, 1)


def test_one_module_opens_what_is_sealed():
    """Whoever unseals elsewhere opens past the refusal; the mover checks copies and shows nobody anything."""
    root = Path(sealed.__file__).parents[1]
    found = {
        path.relative_to(root).as_posix()
        for floor in ("tenants", "services")
        for path in (root / floor).rglob("*.py")
        if re.search(r"\bunseal\(", path.read_text("utf-8"))
    }
    assert found == {"tenants/sealed.py", "tenants/sealing.py", "tenants/moving/probing.py"}


def test_minutes_left():
    assert request(approved_at=AT, ends_at=AT + MINUTE, approved_by=HEAD).left(AT) == 1
    assert request().left(AT) == 0
