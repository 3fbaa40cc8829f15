"""Two worlds that differ only in another bureau's data answer every question of everyone else alike."""

import os
import zlib
from collections import Counter
from collections.abc import Sequence, Set
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select, text

from services.home import Home
from services.main import create_app
from tenants.session import make_engine
from tenants.stores import sites

from .asking import Answer, ask_all
from .probes import LEFT_OUT, Probe, left_out, plan, routes, unknown_places
from .rows import MARK
from .worlds import World, settings_for

Pair = tuple[World, World]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory):
    return create_app(settings_for(Home.at(Path(tmp_path_factory.mktemp("table"))), 8000), None)


def test_every_route_is_known(app) -> None:
    assert unknown_places(app) == set()
    assert {path for path in LEFT_OUT if path != "/realms"} <= {route.path for route in app.routes}
    asked = {path for _, path, _ in routes(app)}
    assert {route.path for route in app.routes} == asked | {r.path for r in app.routes if left_out(r.path)}


async def differential(worlds: Pair, *, full: bool, only: str = "") -> list[tuple[Probe, Answer, Answer]]:
    """Every probe (of routes that contain `only`) with both worlds' answers."""
    same, other = worlds
    async with same.served() as app:
        probes = [probe for probe in plan(app, same.own, full=full) if only in probe.route]
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
        elif MARK not in probe.path and probe.route not in typed and MARK in two.body:
            told.append(f"{probe.name}: shows {MARK}")
    return told


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
    for value in sorted(probe.ids, key=len, reverse=True):
        for spelled in (value, quote(value), quote(quote(value))):
            if len(spelled) > 3:
                body, headers = body.replace(spelled, "<place>"), headers.replace(spelled, "<place>")
    return Answer(answer.status, (("all", headers),), zlib.compress(body.encode()))


def judged(found: list[tuple[Probe, Answer, Answer]], least: int) -> None:
    statuses = Counter(answer.status for _, answer, _ in found)
    assert differences(found) == []
    assert strangers(found) == []
    assert [f"{probe.name}: {answer.status}" for probe, answer, _ in found if answer.status >= 500] == []
    assert len(found) >= least
    assert statuses[200] > least / 10 and statuses[404] > least / 10, statuses


async def test_both_worlds_answer_alike(worlds: Pair) -> None:
    judged(await differential(worlds, full=False), 1_000)


@pytest.mark.prove
@pytest.mark.timeout(3600)
@pytest.mark.skipif("PROVE" not in os.environ, reason="make prove: every person asks everything")
async def test_both_worlds_answer_everybody_alike(worlds: Pair) -> None:
    judged(await differential(worlds, full=True), 10_000)


async def test_a_leak_would_show(worlds: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """One store that forgets its bureau, with row security off for its table: the worlds differ.

    Last in this module: its writes reach both worlds.
    """
    monkeypatch.setattr(sites, "_of", lambda scope, bureau: select(*sites._COLUMNS))
    monkeypatch.setattr(sites._ONE, "_made", {})  # else the forgetful statement would outlive this test
    for world in worlds:
        await _security(world, "disable")
    try:
        told = differences(await differential(worlds, full=True, only="/sites"))
    finally:
        for world in worlds:
            await _security(world, "enable")
    assert any("/api/" in line for line in told) and any("/desk/" in line for line in told)


async def _security(world: World, what: str) -> None:
    engine = make_engine(world.servers.database.migrator)
    async with engine.begin() as db:
        await db.execute(text(f"alter table site {what} row level security"))
    await engine.dispose()
