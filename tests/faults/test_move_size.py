"""A large bureau moves: 300,000 sites with their changes and a long journal, in memory that does not grow."""

import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from policies.journals import START
from services.usecases.rewrap_keys import operator
from tenants.file_keys import LocalFileKeys
from tenants.journal import entry_hash
from tenants.key_checks import CheckedKeys
from tenants.records import JournalEntry
from tenants.roles import administer
from tenants.scope import Scope
from tenants.stores import key_checks
from tests.moving import COUNTY, Ground, ground_of, stamped

SITES, ENTRIES, PAGE = 300_000, 100_000, 5_000
FIELDS = ("actor", "actor_name", "action", "target", "why", "before", "after", "prev")
GROWTH = 120_000  # kilobytes; the rows are some 700 MB as written out

_MANY = (
    "insert into {table} select new.*"
    " from (select to_jsonb(t) as row from {table} as t where bureau = '411721' limit 1) as one,"
    " generate_series(1, {rows}) as n, lateral jsonb_populate_record(null::{table}, one.row"
    " || jsonb_build_object('code', 'L' || lpad(n::text, 8, '0'), 'name', 'large ' || n,"
    " 'n', 1000000 + n)) as new"
)


@pytest.fixture
async def large(pg_server: Any, new_home: Any) -> AsyncIterator[Ground]:
    stamp = await stamped(pg_server.superuser_dsn, new_home("large"))
    async with ground_of(stamp, pg_server.superuser_dsn, new_home) as ground:
        async with administer(pg_server.superuser_dsn, f"{ground.name}_shared") as db:
            await db.execute(text("set session_replication_role = replica"))
            raw: Any = (await db.get_raw_connection()).driver_connection
            for table in ("site", "site_change"):
                await raw.execute(_MANY.format(table=table, rows=SITES))
            await write_journal(raw)
            await db.execute(text("analyze"))
        yield ground


async def write_journal(raw: Any) -> None:
    """Entries as the product writes them, chained; those of before go."""
    await raw.execute("delete from journal where bureau = $1", COUNTY)
    at, prev = datetime(2025, 12, 1, tzinfo=UTC), START
    put = "insert into journal values ($1, $2, $3, 'k', '录入员', 'site.edit', $4, '更新', null, $5, $6, $7)"
    for first in range(1, ENTRIES, PAGE):
        rows = []
        for n in range(first, first + PAGE):
            after = {"code": f"L{n:08d}", "name": f"large {n}"}
            told = ("k", "录入员", "site.edit", f"site/{COUNTY}/{n}", "更新", None, after, prev)
            values = dict(zip(FIELDS, told, strict=True))
            head = entry_hash(JournalEntry(bureau=COUNTY, n=n, at=at, hash=b"", **values))  # type: ignore[arg-type]
            rows.append((COUNTY, n, at, values["target"], json.dumps(after), prev, head))
            prev = head
        await raw.executemany(put, rows)


def peak(*, anew: bool = False) -> int:
    """Kilobytes this process held at most since it was last asked anew."""
    if anew:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    told = Path("/proc/self/status").read_text("ascii")
    return int(told.partition("VmHWM:")[2].split()[0])


@pytest.mark.prove
@pytest.mark.timeout(1200)
@pytest.mark.skipif("PROVE" not in os.environ, reason="make prove: a bureau of 300,000 sites moves")
async def test_it_arrives_whole_told_step_by_step_and_in_little_memory(large: Ground) -> None:
    scope = Scope.own(COUNTY, "tests")
    async with large.app.work(operator(COUNTY)) as work:
        await CheckedKeys(work.db, scope, large.app.keys).wrap(COUNTY, bytes(32))
    async with large.databases.unit(scope) as db:
        known = await key_checks.kept(db, scope, COUNTY, "local")
    before = peak(anew=True)
    done = await large.move("own1")
    grown = peak() - before
    ((kept,),) = await large.ask("shared", "select tables from bureau_move")
    rows = {name: n for name, n, _ in kept["sums"]}
    assert rows["site"] > SITES and rows["site_change"] > SITES and rows["journal"] >= ENTRIES
    assert done.rows == sum(rows.values()) and await large.home() == {"own1"}
    assert grown < GROWTH, f"{grown} kB"
    lines = [one.line() for one in large.told]
    inside = [line for line in lines if " site " in line and " 行" in line]
    assert {one.step for one in large.told} == {1, 2, 3, 4, 5, 6} and len(inside) >= 20, lines
    async with large.databases.unit(scope) as db:
        assert await key_checks.kept(db, scope, COUNTY, "local") == known and known
    async with large.app.work(operator(COUNTY)) as work:  # the check value came along
        await CheckedKeys(work.db, scope, LocalFileKeys(large.app.home.keys)).check(COUNTY)
