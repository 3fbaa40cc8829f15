"""The two worlds again for every pair of options: databases, server versions, layers, sign-in, dialects."""

import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from litestar import Litestar

from services.embedded import PostgresServer, ValkeyServer
from services.home import Home
from services.serve import free_port
from tests.services.keycloak_people import Person as Account
from tests.services.keycloak_server import Keycloak, running_keycloak

from .apart import copied, dropped, left_behind, make_different, row_security_off
from .asking import Answer, ask_all
from .options import ARRAY, Options, missing
from .probes import Probe, people, plan
from .real_people import accounts, adopt, ask_as
from .test_layers import predicates_off
from .test_worlds import differences, strangers
from .worlds import World, told

SMALL = 9  # every ninth probe; which ones differs from row to row
SAMPLE = 1 if "PROVE" in os.environ else SMALL
NOT_HERE = "PROVE" not in os.environ
RUN = [
    pytest.param(
        row,
        id=row.name,
        marks=pytest.mark.skipif(NOT_HERE, reason=f"make prove: a real Keycloak signs people in: {row.name}")
        if row.people == "keycloak"
        else (),
    )
    for row in ARRAY
]


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


@pytest.fixture(scope="module")
def real_people(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Real"]:
    """A Keycloak with nobody in it yet."""
    with running_keycloak(tmp_path_factory.mktemp("keycloak") / "log") as keycloak:
        yield Real(keycloak)


@dataclass
class Real:
    """The Keycloak and its accounts by user name, made at the first use."""

    keycloak: Keycloak
    known: dict[str, Account] = field(default_factory=dict)

    async def ready(self) -> None:
        """Everybody of the demonstration who asks has an account."""
        if not self.known:
            self.known |= await accounts(self.keycloak, [p.username for p in people(full=False)])


@asynccontextmanager
async def two_worlds(
    options: Options, starts: Starts, new_home: Callable[[str], Home], real: Real | None
) -> AsyncIterator[tuple[World, World]]:
    """As the options say, one beside the other; gone afterwards, with nothing left behind."""
    dsn, number = starts.servers[options.server].superuser_dsn, ARRAY.index(options)
    start, name = starts.worlds[options.server], f"prove_o{number}"
    living = await copied(start, dsn, new_home(f"{name}-living"), f"{name}_living", 7, options.own)
    if real is not None:
        await real.ready()
        await adopt(living, dsn, real.known)
    made = [
        await copied(living, dsn, new_home(f"{name}-{one}"), f"{name}_{one}", n)
        for one, n in (("same", 8), ("other", 9))
    ]
    await make_different(made[1], dsn, options.own)
    for n, world in enumerate(made):
        if options.layers == "predicates":
            await row_security_off(world, dsn)
        settings = replace(world.settings, database_dialect=options.dialect)
        if real is not None:
            settings = replace(settings, demo=False, keycloak_url=real.keycloak.url)
        made[n] = replace(world, settings=settings, own=living.own)
    yield made[0], made[1]
    for world in made:
        assert await left_behind(world, dsn) == (0, 0)
    for world in (living, *made):
        await dropped(world, dsn)


@pytest.mark.timeout(3600 if SAMPLE == 1 else 300)
@pytest.mark.parametrize("options", RUN)
async def test_both_worlds_answer_alike_with(
    options: Options, starts: Starts, new_home: Callable[[str], Home], monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    if options.server not in starts.servers:
        pytest.skip(f"PostgreSQL {options.server} is not installed: {options.name}")
    number = ARRAY.index(options)
    real = request.getfixturevalue("real_people") if options.people == "keycloak" else None
    async with two_worlds(options, starts, new_home, real) as (same, other):
        with monkeypatch.context() as patch:
            if options.layers == "row security":
                with predicates_off(patch):
                    found = await asked(same, other, number, real)
            else:
                found = await asked(same, other, number, real)
    assert differences(found) == []
    if options.layers == "both":
        assert strangers(found) == []
        assert [f"{p.name}: {one.status}" for p, one, _ in found if one.status >= 500] == []
    statuses = Counter(one.status for _, one, _ in found)
    assert statuses[200] > len(found) / 20 and statuses[503] == 0, statuses


async def asked(same: World, other: World, number: int, real: Real | None):
    async def ask(world: World, probes: list[Probe], app: Litestar) -> list[Answer]:
        if real is None:
            return await ask_all(world, probes, app)
        return await ask_as(world, real.keycloak, real.known, probes, app)

    async with same.served() as app:
        probes = plan(app, same.own, full=False)[number % SAMPLE :: SAMPLE]
        before = await ask(same, probes, app)
    async with other.served() as app:
        after = await ask(other, probes, app)
    return list(zip(probes, before, after, strict=True))
