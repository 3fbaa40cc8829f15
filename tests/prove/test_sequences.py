"""Sequences of requests, one answer used in the next, are answered alike in both worlds.

Between them the other bureau's people work on, in one of the worlds only.
"""

import os
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
import redis.asyncio as redis
from sqlalchemy import select, text, true

from services.embedded import PostgresServer
from services.home import Home
from tenants.roles import administer
from tenants.stores import leaks, sites

from .apart import copied, database_of, dropped, make_different
from .rows import FOREIGN
from .sequences import cast
from .sequences_meanwhile import PEOPLE, Meanwhile
from .sequences_play import Step, play
from .test_worlds import _first_difference
from .worlds import World, own_keys

BATCHES, BATCH, SMALL = 21, 100, 40
Twins = Callable[[str], AbstractAsyncContextManager[tuple[World, World]]]
Pairs = list[tuple[list[Step], list[Step]]]


@pytest.fixture
def twins(told_world: World, pg_server: PostgresServer, new_home: Callable[[str], Home]) -> Twins:
    """Makes two fresh worlds that differ in the foreign bureau's data only."""
    dsn = pg_server.superuser_dsn

    @asynccontextmanager
    async def made(name: str) -> AsyncIterator[tuple[World, World]]:
        both = []
        for number, one in ((10, "same"), (11, "other")):
            home = new_home(f"prove-walks-{name}-{one}")
            both.append(await copied(told_world, dsn, home, f"prove_walks_{name}_{one}", number))
            async with redis.from_url(both[-1].servers.redis_url) as client:
                await client.flushdb()
        await make_different(both[1], dsn, {})
        yield both[0], both[1]
        for world in both:
            await dropped(world, dsn)

    return made


async def walked(worlds: tuple[World, World], dsn: str, seed: str, many: int, *, only: str = "") -> Pairs:
    """Every walk as it went in either world."""
    same, other = worlds
    foreign = await own_keys(dsn, database_of(same.servers.database), FOREIGN)
    before = await play(same, seed, range(many), foreign=foreign, only=only)
    busy = Meanwhile()
    after = await play(other, seed, range(many), foreign=foreign, only=only, between=busy, also=PEOPLE)
    assert len([act for act, times in busy.done.items() if times]) >= min(many // 5, 4), busy.done
    return list(zip(before, after, strict=True))


def differences(found: Pairs) -> list[str]:
    """Where walks part: the first such step of each."""
    told = []
    for number, (before, after) in enumerate(found):
        for n, (one, two) in enumerate(zip(before, after, strict=True)):
            if one == two:
                continue
            what = "" if one.asked == two.asked else f" / {two.asked}"
            shown = _first_difference(one.answer, two.answer)
            told.append(f"{number}.{n} {one.asked}{what}: {one.answer.status} {two.answer.status} {shown}")
            break
    return told


def judged(found: Pairs) -> None:
    """Alike, nothing broke, and the walks did things: wrote, reused ids, went astray."""
    steps = [step for walk, _ in found for step in walk]
    told = differences(found)
    assert not told, "\n".join(told)
    assert [f"{s.asked}: {s.answer.body[:300]}" for s in steps if s.answer.status >= 500] == []
    statuses = Counter(step.answer.status for step in steps)
    written = Counter(s.route for s in steps if s.method != "GET" and s.answer.status < 400)
    assert all(5 <= len(walk) <= 12 for walk, _ in found)
    assert statuses[200] > len(steps) / 4 and statuses[404] > len(steps) / 20, statuses
    assert written.total() > len(found) / 3 and len(written) >= 10, written
    assert sum(FOREIGN in step.asked for step in steps) > len(found) / 4
    forms = sum("csrf_token" in step.asked for step in steps)
    assert forms > len(found) / 4


async def test_walks_are_answered_alike(twins: Twins, pg_server: PostgresServer) -> None:
    async with twins("small") as worlds:
        judged(await walked(worlds, pg_server.superuser_dsn, "walks", SMALL))


@asynccontextmanager
async def security_off(worlds: tuple[World, World], dsn: str, table: str) -> AsyncIterator[None]:
    for world in worlds:
        async with administer(dsn, database_of(world.servers.database)) as db:
            await db.execute(text(f"alter table {table} disable row level security"))
    yield


async def test_a_read_that_leaks_would_show(
    twins: Twins, pg_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that forgets its bureau, with row security off for its table: the walks part."""
    monkeypatch.setattr(sites, "_of", lambda scope, bureau: select(*sites._COLUMNS))
    dsn = pg_server.superuser_dsn
    async with twins("read") as worlds, security_off(worlds, dsn, "site"):
        told = differences(await walked(worlds, dsn, "leak", 8, only="/sites"))
    assert told


async def test_a_number_that_counts_others_would_show(
    twins: Twins, pg_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only who writes, then reads, sees it: a list's next number that counts another's rows too."""
    monkeypatch.setattr(leaks, "own", lambda scope, column: true())
    dsn = pg_server.superuser_dsn
    async with twins("count") as worlds, security_off(worlds, dsn, "leak_case"):
        told = differences(await walked(worlds, dsn, "leak", 12, only="/leaks"))
    assert any("leaks" in line for line in told), told


@pytest.mark.prove
@pytest.mark.timeout(900)
@pytest.mark.skipif("PROVE" not in os.environ, reason="make prove: 2,100 walks")
@pytest.mark.parametrize("batch", range(BATCHES))
async def test_many_walks_are_answered_alike(batch: int, twins: Twins, pg_server: PostgresServer) -> None:
    async with twins(f"b{batch}") as worlds:
        judged(await walked(worlds, pg_server.superuser_dsn, f"batch {batch}", BATCH))


def test_everybody_takes_part() -> None:
    """Over the small number of walks every post of the own county, and people of both above it."""
    seen = {p.username for number in range(SMALL) for p in cast("walks", number)}
    assert {name.split("-")[0] for name in seen} == {"411721", "411700", "410000"}
    own = ("keeper", "drawer", "dispatcher", "reviewer", "publisher", "head", "admin")
    assert {f"411721-{post}" for post in own} <= seen
