"""A database that stood at step 0020, with the rows the program of that time wrote, comes along whole.

`tests/records/v0020.json.xz` holds a finished demonstration of release 0.3 as it lay in its database: of one
county, its city and its province every membership, plan, draw, visit, notice and journal entry. Left out for
size: most sites, and all but the first bytes of what is sealed or uploaded; nothing of it is opened here.
"""

import json
import lzma
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.errors import GrantedByOne
from tenants.identity import SCHEMA_VERSION
from tenants.migrate import _FOLDER, set_up
from tenants.roles import administer, ensure_database
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.session import Database, make_engine
from tenants.stores import journal_pages, key_checks, members, visits
from tenants.urls import DatabaseUrls

from .conftest import PASSWORDS, Template

RECORD = Path(__file__).parents[1] / "records" / "v0020.json.xz"
NAME, IDENTITY, XP = "before_0021", "shuangsui-demo", "411721"
TABLES = text(
    "select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"
)
RULES = text(
    "select conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype from pg_constraint"
    " where connamespace = 'public'::regnamespace and contype in ('c', 'f') order by contype, conname"
)


@dataclass(frozen=True)
class Upgraded:
    """The database after the upgrade, and what each table held before: columns, number and digest."""

    dsn: str
    urls: DatabaseUrls
    before: dict[str, tuple[list[str], int, str]]
    steps: list[str]


def _to_0020(db: Any) -> None:
    config = Config(attributes={"connection": db})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "0020")


async def fill(db: AsyncConnection) -> None:
    """The rows as recorded, each value as PostgreSQL wrote it."""
    await db.execute(text("set session_replication_role = replica"))
    for table, kept in json.loads(lzma.decompress(RECORD.read_bytes())).items():
        await db.execute(text(f'delete from "{table}"'))  # what the steps themselves put there
        types = await _types(db, table)
        names = ", ".join(f'"{name}"' for name in kept["columns"])
        cast = ", ".join(f'x."{name}"::{types[name]}' for name in kept["columns"])
        given = ", ".join(f'"{name}" text' for name in kept["columns"])
        read = f"select {cast} from json_to_recordset($1::text::json) as x ({given})"
        put = f'insert into "{table}" ({names}) {read}'
        rows = [dict(zip(kept["columns"], row, strict=True)) for row in kept["rows"]]
        raw: Any = (await db.get_raw_connection()).driver_connection
        await raw.execute(put, json.dumps(rows))


async def _types(db: AsyncConnection, table: str) -> dict[str, str]:
    """Column → type, in order."""
    asked = (
        "select attname, format_type(atttypid, atttypmod) from pg_attribute"
        " where attrelid = cast(:t as regclass) and attnum > 0 and not attisdropped order by attnum"
    )
    found = await db.execute(text(asked), {"t": f'public."{table}"'})
    return dict(found.all())  # type: ignore[arg-type]


async def held(
    db: AsyncConnection, like: dict[str, tuple[list[str], int, str]] | None = None
) -> dict[str, tuple[list[str], int, str]]:
    found = {}
    for (table,) in (await db.execute(TABLES)).all():
        if like is not None and table not in like:
            continue
        columns = like[table][0] if like else [*await _types(db, table)]
        listed = ", ".join(f'"{name}"' for name in columns)
        each = f'select md5(row(r.*)::text) as h from (select {listed} from "{table}") as r'
        digest = f"select count(*), coalesce(md5(string_agg(h, '' order by h)), '') from ({each}) as one"
        n, said = (await db.execute(text(digest))).one()
        found[table] = (columns, n, said)
    return found


@pytest.fixture(scope="module")
async def upgraded(superuser_dsn: str, migrated_template: Template) -> AsyncIterator[Upgraded]:
    await ensure_database(superuser_dsn, NAME)
    urls = DatabaseUrls.beside(superuser_dsn, NAME, PASSWORDS, IDENTITY)
    engine = make_engine(urls.migrator)
    async with engine.begin() as db:
        await db.run_sync(_to_0020)
    await engine.dispose()
    async with administer(superuser_dsn, NAME) as db:
        await fill(db)
        before = await held(db)
    steps: list[str] = []
    await set_up(superuser_dsn, NAME, PASSWORDS, identity=IDENTITY, step=steps.append)
    yield Upgraded(superuser_dsn, urls, before, steps)
    async with administer(superuser_dsn) as db:
        await db.exec_driver_sql(f"drop database {NAME} with (force)")


async def test_every_row_is_there_as_it_was(upgraded: Upgraded) -> None:
    async with administer(upgraded.dsn, NAME) as db:
        after = await held(db, upgraded.before)
    assert after == upgraded.before
    counted = {table: n for table, (_, n, _) in upgraded.before.items()}
    assert (counted["membership"], counted["draw"], counted["visit"]) == (64, 2, 114)
    assert counted["journal"] == 686 and counted["notice"] == 120
    assert (upgraded.steps[0], upgraded.steps[-1]) == ("0021", SCHEMA_VERSION)


async def test_every_constraint_of_today_holds_for_the_rows_of_then(upgraded: Upgraded) -> None:
    """Taken off and put on again: then PostgreSQL looks at every row."""
    async with administer(upgraded.dsn, NAME) as db:
        rules = (await db.execute(RULES)).all()
        assert len(rules) > 200
        for table, name, said, _ in rules:
            again = f'add constraint "{name}" {said}'
            await db.execute(
                text(f'alter table {table} drop constraint "{name}", {again}'.replace(":", "\\:"))
            )
        left = await db.scalar(text("select count(*) from pg_constraint where not convalidated"))
    assert left == 0


async def test_the_program_of_today_reads_and_goes_on(upgraded: Upgraded) -> None:
    database = await Database.connect(upgraded.urls.app, expected_identity=IDENTITY)
    scope = Scope.own(XP, "system")
    try:
        async with database.unit(scope) as db:
            people = await members.in_bureau(db, scope, XP)
            origins = await db.scalars(text("select distinct origin from membership"))
            assert {one.role for one in people} >= {"drawer", "bureau_head"} and set(origins) == {"earlier"}
            assert len(await visits.of_draw(db, scope, XP, 1)) > 50
            last = await journal_pages.last(db, scope, XP)
            assert last is not None and await key_checks.kept(db, scope, XP, "local") == ()
        since = max(one.valid_from for one in people)
        with pytest.raises(GrantedByOne):  # the rules of today bind who comes now
            async with database.unit(scope) as db:
                await members.grant(db, scope, Membership(XP, "new", "drawer", "新", since))
    finally:
        await database.close()
