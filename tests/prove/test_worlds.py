"""Two worlds that differ only in another bureau's data answer every question of everyone else alike."""

import os
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Sequence, Set
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.home import Home
from services.main import create_app
from tenants.records import Visit
from tenants.scope import Scope
from tenants.session import make_engine
from tenants.stores import common, sites, visits

from .asking import Answer, ask_all
from .bodies import CARRIED
from .probes import LEFT_OUT, Probe, left_out, plan, routes, unknown_places
from .rows import MARK
from .worlds import World, settings_for

Pair = tuple[World, World]
REVIEW = "/api/v1/bureaus/{bureau:str}/visits/{visit_id:uuid}/review"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory):
    return create_app(settings_for(Home.at(Path(tmp_path_factory.mktemp("table"))), 8000), None)


def test_every_route_is_known(app) -> None:
    assert unknown_places(app) == set()
    assert {path for path in LEFT_OUT if path != "/realms"} <= {route.path for route in app.routes}
    asked = {path for _, path, _ in routes(app)}
    assert {route.path for route in app.routes} == asked | {r.path for r in app.routes if left_out(r.path)}


async def differential(
    worlds: Pair, *, full: bool, only: str = "", who: str | None = None
) -> list[tuple[Probe, Answer, Answer]]:
    """Every probe (of routes that contain `only`, of one person where named) with both worlds' answers."""
    same, other = worlds
    async with same.served() as app:
        planned = plan(app, same.own, full=full)
        probes = [probe for probe in planned if only in probe.route and who in (None, probe.who)]
        before = await ask_all(same, probes, app)
    async with other.served() as app:
        after = await ask_all(other, probes, app)
    return list(zip(probes, before, after, strict=True))


def differences(found: Sequence[tuple[Probe, Answer, Answer]], typed: Set[str] = frozenset()) -> list[str]:
    """What is not alike, or bears the other bureau's mark; not on routes where one's own people typed it."""
    told = []
    for probe, one, two in found:
        if one != two:
            told.append(f"{probe.name}: {one.status} {two.status} {_first_difference(one, two)}")
        elif MARK not in probe.path and probe.route not in typed and MARK in unsaid(probe, two.body):
            at = unsaid(probe, two.body).find(MARK)
            told.append(f"{probe.name}: shows {MARK}: {unsaid(probe, two.body)[max(0, at - 80) : at + 60]!r}")
    return told


def sends(probe: Probe) -> bool:
    """Whether a probe carries a body made from the API's description."""
    return probe.method != "GET" and probe.path.startswith("/api/")


def unsaid(probe: Probe, body: str) -> str:
    """An answer without the ids it may repeat, because they were sent."""
    people = probe.route.startswith("/desk/people")  # shows what the own people sent before
    for value in CARRIED if sends(probe) or people else ():
        body = body.replace(value, "") if MARK in value else body
    return body


def _first_difference(one: Answer, two: Answer) -> str:
    if one.headers != two.headers:
        return str([pair for pair in zip(one.headers, two.headers, strict=True) if pair[0] != pair[1]])
    a, b = one.body, two.body
    at = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return f"{a[max(0, at - 60) : at + 80]!r} / {b[max(0, at - 60) : at + 80]!r}"


def strangers(found: list[tuple[Probe, Answer, Answer]]) -> list[str]:
    """What is another bureau's answers as what is nobody's, byte for byte, the ids asked for aside.

    That a bureau exists is public, and so is its name: public routes are compared within it.
    """
    pairs = {"foreign": "absent", "swapped": "absent within own"}
    public = pairs | {"foreign": "absent within another"}
    nobody = {(p.who, p.method, p.route, p.places): (p, two) for p, _, two in found}
    told = []
    for probe, _, answer in found:
        partner = (public if probe.public else pairs).get(probe.places, "")
        other = nobody.get((probe.who, probe.method, probe.route, partner))
        if other is None or (probe.public and answer.status == 200):
            continue
        shown, absent = placed(probe, answer), placed(*other)
        if shown != absent:
            told.append(f"{probe.name}: {answer.status} {_first_difference(shown, absent)}")
    return told


def placed(probe: Probe, answer: Answer) -> Answer:
    """The answer with the ids that were asked for made alike."""
    body, headers = answer.body, str(answer.headers)
    values = {*probe.ids, *(CARRIED if sends(probe) else ())}
    for value in sorted(values, key=len, reverse=True):
        for spelled in (value, quote(value), quote(quote(value))):
            if len(spelled) > 3:
                body, headers = body.replace(spelled, "<place>"), headers.replace(spelled, "<place>")
    return Answer(answer.status, (("all", headers),), zlib.compress(body.encode()))


def judged(found: list[tuple[Probe, Answer, Answer]], least: int) -> None:
    statuses = Counter(answer.status for _, answer, _ in found)
    told = differences(found) + strangers(found)
    assert not told, "\n".join(told)
    assert [f"{probe.name}: {answer.status}" for probe, answer, _ in found if answer.status >= 500] == []
    assert len(found) >= least
    assert statuses[200] > least / 10 and statuses[404] > least / 10, statuses
    written = Counter(answer.status for probe, answer, _ in found if sends(probe))
    accepted = sum(number for status, number in written.items() if status not in (400, 401))
    assert accepted > written.total() * 3 / 4 and written[201] >= 5, written


async def test_both_worlds_answer_alike(worlds: Pair) -> None:
    judged(await differential(worlds, full=False), 1_000)


@pytest.mark.prove
@pytest.mark.timeout(3600)
@pytest.mark.skipif("PROVE" not in os.environ, reason="make prove: every person asks everything")
async def test_both_worlds_answer_everybody_alike(worlds: Pair) -> None:
    judged(await differential(worlds, full=True), 10_000)


@asynccontextmanager
async def open_to_all(worlds: Pair, table: str) -> AsyncIterator[None]:
    """Row security is off for a table of both worlds."""
    for world in worlds:
        await _security(world, table, "disable")
    try:
        yield
    finally:
        for world in worlds:
            await _security(world, table, "enable")


async def test_a_leak_would_show(worlds: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """One store that forgets its bureau, with row security off for its table: the worlds differ.

    Near the end of this module: its writes reach both worlds.
    """
    monkeypatch.setattr(sites, "_of", lambda scope, bureau: select(*sites._COLUMNS))
    monkeypatch.setattr(sites._ONE, "_made", {})  # else the forgetful statement would outlive this test
    async with open_to_all(worlds, "site"):
        told = differences(await differential(worlds, full=True, only="/sites"))
    assert any("/api/" in line for line in told) and any("/desk/" in line for line in told)


async def test_a_leak_through_what_is_written_would_show(
    worlds: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to a write that finds another bureau's row is another than to one that finds none."""

    async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> Visit:
        return await common.one(
            db, select(visits.t).where(visits.t.c.id == id), Visit, what="检查记录", key=id
        )

    monkeypatch.setattr(visits, "get", get)
    async with open_to_all(worlds, "visit"):
        found = await differential(worlds, full=True, only=REVIEW, who="411721-reviewer")
    assert {p.method for p, *_ in found} == {"POST"} and differences(found)


async def _security(world: World, table: str, what: str) -> None:
    engine = make_engine(world.servers.database.migrator)
    async with engine.begin() as db:
        await db.execute(text(f"alter table {table} {what} row level security"))
    await engine.dispose()
