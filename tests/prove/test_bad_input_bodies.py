"""Ids of another bureau in what is sent: refused as if they named nothing, and nothing of theirs moves.

Every JSON route and every form of the desk is sent the own bureau's ids, one of them replaced by another
bureau's, by somebody who may use it, in two worlds: in one those ids name rows of the other bureau, in the
other nothing. Byte for byte the same comes back.
"""

import os
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import text

from services.embedded import PostgresServer
from services.home import Home
from services.main import create_app
from tenants.roles import administer

from .apart import copied, database_of, dropped, make_different
from .asking import Answer, Person, signed_in
from .bodies import Bodied, plan, unsorted
from .probes import Probe
from .programs import programs
from .rows import MARK
from .test_layers import DIGEST
from .test_worlds import differences
from .worlds import World, settings_for

SAMPLE = 1 if "PROVE" in os.environ else 3  # every third body, each route at least once
Found = list[tuple[Bodied, Answer, Answer]]


class Sender(Person):
    """Sends a probe's own body."""

    async def _send(self, probe: Probe, schema: dict[str, Any]) -> httpx.Response:
        assert isinstance(probe, Bodied)
        if probe.kind == "application/json":
            return await self.client.request(probe.method, probe.path, json=probe.body)
        if probe.kind == "multipart/form-data":
            fields = {k: v for k, v in probe.body.items() if k != "file"}
            files = {"file": ("x.csv", b"x", "text/csv")}
            request = self.client.build_request("POST", probe.path, data=fields, files=files)
            await request.aread()  # a program that is asked for its intent sends the same once more
            return await self.client.send(request)
        data = probe.body | {"csrf_token": self.client.token or self.csrf}
        return await self.client.post(probe.path, data=data)


def chosen(probes: list[Bodied]) -> list[Bodied]:
    seen: Counter[str] = Counter()
    return [
        p
        for n, p in enumerate(probes)
        if not seen.update([p.route]) and (seen[p.route] == 1 or n % SAMPLE == 0)
    ]


@asynccontextmanager
async def senders(
    world: World, app: Litestar, probes: list[Bodied]
) -> AsyncIterator[dict[tuple[bool, str], Sender]]:
    """(whether for the API, name) → who sends: browsers fill forms, programs name their acts."""
    names = sorted({p.who for p in probes})
    async with signed_in(world, names, forms="/desk") as people, programs(world, app, names) as made:
        found = {(False, name): Sender(one.client, one.csrf) for name, one in people.items()}
        yield found | {(True, name): Sender(program) for name, program in made.items()}


async def sent(world: World) -> tuple[list[Bodied], list[Answer]]:
    async with world.served() as app:
        probes = chosen(plan(app, world.own))
        schema = app.openapi_schema.to_schema()
        async with senders(world, app, probes) as who:
            return probes, [await who[p.path.startswith("/api/"), p.who].ask(p, schema) for p in probes]


async def digest(world: World, superuser: str) -> str:
    async with administer(superuser, database_of(world.servers.database)) as db:
        return "".join((await db.scalars(text(DIGEST))).all())


@pytest.fixture(scope="module")
async def found(
    told_world: World, pg_server: PostgresServer, new_home: Callable[[str], Home]
) -> AsyncIterator[tuple[Found, str, str]]:
    """What both worlds answered, and the other bureau's rows before and after."""
    dsn = pg_server.superuser_dsn
    same, other = [
        await copied(told_world, dsn, new_home(f"prove-body-{name}"), f"prove_body_{name}", redis)
        for name, redis in (("same", 10), ("other", 11))
    ]
    await make_different(other, dsn, {})
    before = await digest(other, dsn)
    probes, one = await sent(same)
    asked, two = await sent(other)
    assert asked == probes
    yield list(zip(probes, one, two, strict=True)), before, await digest(other, dsn)
    for world in (same, other):
        await dropped(world, dsn)


def test_every_field_is_known(tmp_path_factory: pytest.TempPathFactory) -> None:
    app = create_app(settings_for(Home.at(Path(tmp_path_factory.mktemp("fields"))), 8000), None)
    assert unsorted(app) == set()


def test_a_foreign_id_is_nobodys(found: tuple[Found, str, str]) -> None:
    answers = found[0]
    named = [one for one in answers if MARK in repr(one[0].body)]  # an answer may say what it was sent
    assert [f"{p.name} {p.places}: {one.status} {two.status}" for p, one, two in named if one != two] == []
    typed = {
        probe.route for probe, *_ in answers if MARK in str(probe.body)
    }  # kept, and shown to who typed it
    assert differences([one for one in answers if one not in named], typed) == []
    assert [f"{p.name} {p.places}: {one.status}" for p, one, _ in answers if one.status >= 500] == []


def test_nothing_of_the_other_bureau_moved(found: tuple[Found, str, str]) -> None:
    _, before, after = found
    assert before == after


def test_the_question_was_not_empty(found: tuple[Found, str, str]) -> None:
    """Bodies got past their form to the ids, and some were even good: their foreign field was nobody's id."""
    statuses = Counter(one.status for _, one, _ in found[0])
    asked = {(p.method, p.route) for p, _, _ in found[0]}
    assert len(asked) > 60, len(asked)
    assert statuses[404] > len(found[0]) / 10, statuses
    assert statuses[400] < len(found[0]) / 4, statuses
