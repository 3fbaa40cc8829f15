"""Between dispatch and visit nothing outside the seal links a site to a draw: the whole store is searched.

The demonstration is cut off right after dispatch and everything it left is dumped. Then it is finished, its
opened bundles say which sites were drawn, and the dump is searched for them.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from redis.asyncio import Redis
from sqlalchemy import text

from services.embedded import ensure_postgres, ensure_valkey, stop_all
from services.home import Home
from tenants.roles import administer
from tests.demonstration import Demo, kill_demo_at, run_demo
from tests.flows.test_demo import drawn

# The roster itself, and the city's key list: every active or key site stands there, drawn or not.
ROSTER = {"site", "site_change", "officer", "officer_change", "import_batch", "key_list_entry"}


@pytest.fixture(scope="module")
def hunted(new_home: Callable[[str], Home]) -> tuple[dict[str, str], Demo]:
    home = new_home("hunted")
    told = kill_demo_at(home, "：派发", 4)
    assert not [line for line in told if "[6/6]" in line]
    dump = asyncio.run(everything(home))
    stop_all(home)
    return dump, run_demo(home)


async def everything(home: Home) -> dict[str, str]:
    """Place → all it holds, as text: tables, Redis, and the files of the home but for the roster's own."""
    dump = await tables(ensure_postgres(home).superuser_dsn)
    async with Redis.from_url(ensure_valkey(home).url) as redis:
        keys = [key async for key in redis.scan_iter()]
        dump["redis"] = repr([(key, await redis.dump(key)) for key in keys])
    for folder in (home.log, home.run, home.bundles, home.outside, home.uploads):
        for path in folder.rglob("*"):
            if path.is_file():
                dump[f"{folder.name}/{path.name}"] = path.read_bytes().decode("utf-8", "replace")
    return dump


async def tables(dsn: str) -> dict[str, str]:
    async with administer(dsn, "shuangsui") as db:
        listing = "select tablename from pg_tables where schemaname = 'public'"
        names = (await db.scalars(text(listing))).all()
        kept = {"notice": "where kind <> 'key_list'"}
        return {
            name: "\n".join((await db.scalars(text(_whole(name, kept.get(name, ""))))).all())
            for name in names
        }


def _whole(table: str, where: str) -> str:
    return f'select t::text from public."{table}" t {where}'


def test_the_hunt_would_see_a_name(hunted: tuple[dict[str, str], Demo]) -> None:
    dump, demo = hunted
    code, _ = drawn(demo, "411721")[0]
    assert code in dump["site"], "the roster holds every site, so the search itself works"
    assert dump["task"] and dump["assignment"], "the dump was taken after dispatch"


@pytest.mark.parametrize("bureau", ["411721", "150203", "411700", "150200"])
def test_no_drawn_site_is_named_outside_the_seal(hunted: tuple[dict[str, str], Demo], bureau: str) -> None:
    dump, demo = hunted
    sites = {code for code, _ in drawn(demo, bureau)}
    names = {line.split(",")[2].strip('"') for line in dump["site"].splitlines() if named(line) in sites}
    assert len(names) == len(sites)
    found = {
        (place, word)
        for place, whole in dump.items()
        if place not in ROSTER
        for word in sites | names
        if word in whole
    }
    assert not found


def named(row: str) -> str:
    return row.split(",")[1].strip('"')


def test_the_mark_of_a_task_says_nothing_by_its_length(hunted: tuple[dict[str, str], Demo]) -> None:
    dump, _ = hunted
    lengths = {len(line.split("\\x")[1].split('"')[0].split(",")[0]) for line in dump["task"].splitlines()}
    assert len(lengths) == 1, lengths


def test_journalled_reads_name_slots_not_sites(hunted: tuple[dict[str, str], Demo]) -> None:
    dump, _ = hunted
    assert "派发任务" in dump["journal"], "opening the list for dispatch was journalled"


def test_the_private_files_stay_private(hunted: tuple[dict[str, str], Demo]) -> None:
    _, demo = hunted
    loose = [
        str(path)
        for folder in (demo.home.keys, demo.home.outside)
        for path in folder.rglob("*")
        if Path(path).is_file() and path.stat().st_mode & 0o077
    ]
    assert not loose
