"""The drill itself, step by step; every step says what it found."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from services.embedded import PostgresServer, ensure_postgres
from services.home import Home
from tests.demonstration import run_demo

from .ground import DATABASE, TICKS, Ground

COUNTY = "411721"
# Every site of the county again, under further codes: rows without a meaning, for their number.
MORE = """
insert into site select (jsonb_populate_record(s, jsonb_build_object('code', s.code || '-' || g))).*
from site s, generate_series($2::int, $3::int) g where s.bureau = $1 and s.code !~ '-[0-9]+$'
"""


@dataclass(frozen=True)
class Result:
    """What came of it; seconds.

    Attributes:
        rows: in all tables of all bureaus when everything was lost.
        rpo: from the last moment that came back to the moment of the loss, restored to all there is.
        rto: from the order to restore to the end of the verification, at the named second; replay in it.
        kept: what `database verify` said at the named second before the loss, and after the restore.
    """

    rows: int
    base: float
    rpo: float
    rto: float
    replay: float
    verified: float
    moment: datetime
    kept: tuple[dict[str, Any], dict[str, Any]]
    after: int


def run(
    ground: Ground, homes: tuple[Home, Home], times: int, seconds: int, say: Callable[[str], None]
) -> Result:
    """Lose a deployment and put it back twice.

    Args:
        homes: of the two restored copies.
        times: how many times as many sites the county gets.
        seconds: for how long people work on after the named second.
    """
    begun = time.monotonic()
    ground.begin()
    say("一个季度的演示数据 · a quarter of the demonstration")
    run_demo(ground.home)
    say(f"{time.monotonic() - begun:.0f} s")
    server = ensure_postgres(ground.home)
    begun = time.monotonic()
    say(f"基础备份 · base backup: {ground.base_backup(server).name}")
    base = time.monotonic() - begun
    asyncio.run(_more(server, 1, times))
    kept = ground.verify(ground.home)
    moment = asyncio.run(_moment(server))
    say(f"指定时刻 · the named second: {moment.isoformat()}")
    time.sleep(1.1)
    asyncio.run(_more(server, times + 1, times + 1))
    lost_at = asyncio.run(_work_on(server, seconds))
    rows = sum(one["rows"] for one in kept["bureaus"])
    ground.lose()
    say("数据已丢失 · the data are gone")
    begun = time.monotonic()
    ground.restore(homes[0], moment)
    replay = time.monotonic() - begun
    found = ground.verify(homes[0])
    rto = time.monotonic() - begun
    say(f"已恢复到指定时刻并核对 · restored to the second and verified: {rto:.0f} s")
    last, after = asyncio.run(_last(ground.restore(homes[1])))
    rpo = (lost_at - last).total_seconds()
    say(f"恢复到最后 · restored to all there is: {rpo:.1f} s lost")
    return Result(rows, base, rpo, rto, replay, rto - replay, moment, (kept, found), after)


async def _connect(server: PostgresServer) -> asyncpg.Connection:
    return await asyncpg.connect(server.dsn(DATABASE))


async def _more(server: PostgresServer, first: int, last: int) -> None:
    db = await _connect(server)
    try:
        await db.execute(TICKS)
        await db.execute(MORE, COUNTY, first, last)
    finally:
        await db.close()


async def _moment(server: PostgresServer) -> datetime:
    """A second that has fully passed: everything kept so far was committed before it."""
    db = await _connect(server)
    try:
        await asyncio.sleep(1.1)
        now: datetime = await db.fetchval("select clock_timestamp()")
    finally:
        await db.close()
    return now.astimezone(UTC).replace(microsecond=0)


async def _work_on(server: PostgresServer, seconds: int) -> datetime:
    """Somebody commits ten times a second until the end; returns the moment of the last commit."""
    db = await _connect(server)
    try:
        last: datetime = await db.fetchval("insert into drill_tick values (clock_timestamp()) returning at")
        until = last + timedelta(seconds=seconds)
        while last < until:
            last = await db.fetchval("insert into drill_tick values (clock_timestamp()) returning at")
            await asyncio.sleep(0.1)
    finally:
        await db.close()
    return last


async def _last(server: PostgresServer) -> tuple[datetime, int]:
    """The last commit that came back, and how many sites the county has then."""
    db = await _connect(server)
    try:
        sites = await db.fetchval("select count(*) from site where bureau = $1", COUNTY)
        return await db.fetchval("select max(at) from drill_tick"), int(sites)
    finally:
        await db.close()
