"""The two worlds again for every pair of options: databases, server versions, layers, sign-in, dialects."""

import os
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from services.embedded import PostgresServer, ValkeyServer
from services.home import Home
from services.serve import free_port

from .apart import copied, dropped, left_behind, make_different, row_security_off
from .asking import ask_all
from .options import ARRAY, Options, missing
from .probes import plan
from .test_layers import predicates_off
from .test_worlds import differences, strangers
from .worlds import World, told

SMALL = 9  # every ninth probe; which ones differs from row to row
SAMPLE = 1 if "PROVE" in os.environ else SMALL
RUN = [row for row in ARRAY if row.people == "embedded"]


def test_every_two_values_meet() -> None:
    assert missing() == set()


@dataclass
class Starts:
    """The told world on each server."""

    servers: dict[str, PostgresServer]
    worlds: dict[str, World]


@pytest.fixture(scope="module")
async def starts(
    told_world: World, pg_server: PostgresServer, pg15_server: PostgresServer | None,
    valkey_server: ValkeyServer, new_home: Callable[[str], Home],
) -> Starts:  # fmt: skip
    made = Starts({"18": pg_server}, {"18": told_world})
    if pg15_server is not None:
        home = new_home("prove-told-15")
        made.servers["15"] = pg15_server
        made.worlds["15"] = await told(pg15_server.superuser_dsn, valkey_server.url, home, free_port())
    return made


@asynccontextmanager
async def two_worlds(
    options: Options, starts: Starts, new_home: Callable[[str], Home]
) -> AsyncIterator[tuple[World, World]]:
    """As the options say, one beside the other; gone afterwards, with nothing left behind."""
    dsn, number = starts.servers[options.server].superuser_dsn, ARRAY.index(options)
    start, name = starts.worlds[options.server], f"prove_o{number}"
    living = await copied(start, dsn, new_home(f"{name}-living"), f"{name}_living", 7, options.own)
    made = [
        await copied(living, dsn, new_home(f"{name}-{one}"), f"{name}_{one}", n)
        for one, n in (("same", 8), ("other", 9))
    ]
    await make_different(made[1], dsn, options.own)
    for n, world in enumerate(made):
        if options.layers == "predicates":
            await row_security_off(world, dsn)
        settings = replace(world.settings, database_dialect=options.dialect)
        made[n] = replace(world, settings=settings, own=living.own)
    yield made[0], made[1]
    for world in made:
        assert await left_behind(world, dsn) == (0, 0)
    for world in (living, *made):
        await dropped(world, dsn)


@pytest.mark.timeout(3600 if SAMPLE == 1 else 300)
@pytest.mark.parametrize("options", RUN, ids=lambda row: row.name)
async def test_both_worlds_answer_alike_with(
    options: Options, starts: Starts, new_home: Callable[[str], Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    if options.server not in starts.servers:
        pytest.skip(f"PostgreSQL {options.server} is not installed: {options.name}")
    number = ARRAY.index(options)
    async with two_worlds(options, starts, new_home) as (same, other):
        with monkeypatch.context() as patch:
            if options.layers == "row security":
                with predicates_off(patch):
                    found = await asked(same, other, number)
            else:
                found = await asked(same, other, number)
    assert differences(found) == []
    if options.layers == "both":
        assert strangers(found) == []
        assert [f"{p.name}: {one.status}" for p, one, _ in found if one.status >= 500] == []
    statuses = Counter(one.status for _, one, _ in found)
    assert statuses[200] > len(found) / 20 and statuses[503] == 0, statuses


async def asked(same: World, other: World, number: int):
    async with same.served() as app:
        probes = plan(app, same.own, full=False)[number % SAMPLE :: SAMPLE]
        before = await ask_all(same, probes, app)
    async with other.served() as app:
        after = await ask_all(other, probes, app)
    return list(zip(probes, before, after, strict=True))
