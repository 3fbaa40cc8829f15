"""The whole ceremony of a draw on a real database: prepared to verified bundle, and what must be refused."""

import asyncio
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import count

import pytest

from policies.access_errors import StepUpNeeded
from policies.rd1.draw import draw as compute
from policies.rd1.logs import journal_entry
from policies.rd1.logs_trust import parse_trust
from policies.rd1.record import read_bundle
from policies.verify import verify
from services.drawing.bundle_errors import NotCosigned
from services.drawing.draw_errors import (
    BadDates,
    BadOrder,
    BeaconFixed,
    BeaconMissing,
    BeaconPassed,
    BeaconTooEarly,
    CommitmentMismatch,
    EscrowMissing,
    NotWitnessed,
    OutsideWindow,
    SecondDraw,
    SecretsMissing,
    StillOutstanding,
)
from services.home import Home
from services.usecases import run_draw as running
from services.usecases.amend_draw import amend_draw
from services.usecases.ceremony import again
from services.usecases.enter_beacon import enter_beacon
from services.usecases.open_draw import open_draw, publish_bundle
from services.usecases.prepare_draw import PrepareDraw, prepare_draw
from services.usecases.reveal_secret import reveal_secret
from services.usecases.run_draw import finish_draw
from tenants.stores import draws, log, tasks

from . import ceremony as c

_numbers = count(1)


@pytest.fixture
async def app(pg_server, new_home):
    name = f"draw_flow_{next(_numbers)}"
    home: Home = new_home(name)
    async with c.small_deployment(pg_server.superuser_dsn, home, name) as opened:
        yield opened


async def verdict_of(app, bureau, draw_no):
    files = await publish_bundle(app, c.acting(app, bureau, "drawer", "city_drawer", post="drawer"), draw_no)
    trust = parse_trust(files.trust.read_text())
    return verify(read_bundle(files.bundle.read_bytes()), trust), files


async def cancel_all(app, bureau, draw_no):
    scope = await app.scope_of(c.drawer(app, bureau))
    async with app.database.unit(scope) as db:
        for task in await tasks.of_draw(db, scope, bureau, draw_no):
            await tasks.set_state(db, scope, draw_no, task.slot, "cancelled")


async def entries_of(app, m):
    scope = await app.scope_of(c.drawer(app, "411721"))
    async with app.database.several(scope, read_only=True) as unit:
        return [entry.entry["t"] for entry in await log.of_draw(unit.control, m)]


async def test_teams_per_visit_from_plan_to_valid_bundle(app):
    await c.plan(app, "411721")
    with pytest.raises(OutsideWindow):
        async with app.work(c.drawer(app, "411721")) as work:
            early = c.BEACON - timedelta(days=10)
            await prepare_draw(work, PrepareDraw("411721", "2026Q1", early))
    for order in (
        PrepareDraw("411721", "2026-1", c.BEACON),
        PrepareDraw("411721", "2026Q1", c.BEACON, kind="overlay"),
        PrepareDraw("150203", "2026Q1", c.BEACON),
    ):
        with pytest.raises(BadOrder):
            async with app.work(c.drawer(app, "411721")) as work:
                await prepare_draw(work, order)
    prepared = await c.prepare(app, "411721")
    assert prepared.draw_no == 1
    with pytest.raises(SecondDraw):
        await c.prepare(app, "411721")
    frozen = await c.freeze(app, "411721", 1)
    assert [e["reason"] for e in frozen.manifest["excluded"]] == ["suspended"]
    await refused_until_proven(app, frozen)
    ran = await crash_and_resume(app)
    assert ran.drawn == sum(line["take"] for line in frozen.manifest["strata"])
    assert await entries_of(app, frozen.m) == ["manifest", "escrow", "beacon", "result"]
    with pytest.raises(BeaconFixed):
        await c.run_draw(app, c.drawer(app, "411721"), 1, {"digits": "1" * 20}, c.secret(app, "411721", 1))
    with pytest.raises(StillOutstanding):
        async with app.work(c.drawer(app, "411721")) as work:
            await open_draw(work, 1)
    await cancel_all(app, "411721", 1)
    async with app.work(c.drawer(app, "411721")) as work:
        await open_draw(work, 1)
    with pytest.raises(NotCosigned):
        await verdict_of(app, "411721", 1)
    await c.cosign(app, "411700")
    verdict, files = await verdict_of(app, "411721", 1)
    assert verdict.verdict == "VALID", verdict.as_dict()
    assert verdict.late is True
    assert (app.home.log / "checkpoint").exists() and files.trust.exists()


@contextmanager
def later(app):
    """The clock stands after the beacon for a moment; nothing may be kept meanwhile."""
    real, app.clock._moment = app.clock._moment, c.BEACON + timedelta(seconds=1)
    try:
        yield
    finally:
        app.clock._moment = real


async def refused_until_proven(app, frozen):
    """Too early, not escrowed, not witnessed, another secret: each refused, nothing kept."""
    who, keys = c.drawer(app, "411721"), c.secret(app, "411721", 1)
    with pytest.raises(BeaconTooEarly):
        await c.run_draw(app, who, 1, c.DIGITS, keys)
    with later(app), pytest.raises(EscrowMissing):
        await c.run_draw(app, c.drawer(app, "411721"), 1, c.DIGITS, keys)
    await c.escrow(app, "411721", 1)
    with later(app), pytest.raises(NotWitnessed):
        await c.run_draw(app, c.drawer(app, "411721"), 1, c.DIGITS, keys)
    await c.cosign(app, "411700")
    c.at_beacon(app)
    with pytest.raises(BeaconMissing):
        async with app.work(c.drawer(app, "411721")) as work:
            await reveal_secret(work, 1, "bureau", keys["bureau"])
    assert await entries_of(app, frozen.m) == ["manifest", "escrow"]


async def crash_and_resume(app):
    """The process dies after the beacon was kept; later anybody who may completes the very same draw."""
    who = c.drawer(app, "411721")
    keys = c.secret(app, "411721", 1)
    await again(app, who, lambda work: enter_beacon(work, 1, c.DIGITS))
    with pytest.raises(SecretsMissing):
        await finish_draw(app, who, 1)
    with pytest.raises(CommitmentMismatch):
        await again(app, who, lambda work: reveal_secret(work, 1, "bureau", bytes(32)))
    told = await again(app, who, lambda work: reveal_secret(work, 1, "bureau", keys["bureau"]))
    assert told == ("witness",)
    async with app.work(c.witness(app, "411721"), bureau="411721") as work:
        assert await reveal_secret(work, 1, "witness", keys["witness"], c.DIGITS["digits"]) == ()
    app.clock.advance(timedelta(minutes=20))
    with pytest.raises(StepUpNeeded):
        await finish_draw(app, who, 1)
    who = c.drawer(app, "411721")
    ran = await finish_draw(app, who, 1)
    repeated, twice = await asyncio.gather(c.run_draw(app, who, 1, c.DIGITS, keys), finish_draw(app, who, 1))
    assert ran == repeated == twice
    return ran


async def test_fixed_crews_and_overlay_on_one_roster(app, monkeypatch):
    calls = []
    monkeypatch.setattr(running.WORKER, "call", in_process(calls))
    await c.plan(app, "150203")
    await c.plan(app, "150200")
    await c.prepare(app, "150203")
    await c.prepare(app, "150200", subject="150203", kind="overlay")
    county = await c.freeze(app, "150203", 1, crews=3)
    city = await c.freeze(app, "150200", 1)
    assert (city.manifest["bureau"], city.manifest["subject"]) == ("150200", "150203")
    assert county.manifest["crews"] == 3 and city.manifest["roster"]["size"] == 59
    await c.escrow(app, "150203", 1)
    await c.escrow(app, "150200", 1)
    await c.cosign(app, "150200")
    await c.cosign(app, "150000")
    c.at_beacon(app)
    for bureau in ("150203", "150200"):
        who = c.acting(app, bureau, "drawer", "city_drawer", post="drawer")
        ran = await c.run_draw(app, who, 1, c.DIGITS, c.secret(app, bureau, 1))
        assert ran.over_caps == 0 and not ran.late
        await cancel_all(app, bureau, 1)
        async with app.work(who) as work:
            await open_draw(work, 1)
    assert calls.count(compute) == 2
    await c.cosign(app, "150200")
    await c.cosign(app, "150000")
    for bureau in ("150203", "150200"):
        verdict, _ = await verdict_of(app, bureau, 1)
        assert verdict.verdict == "VALID", verdict.as_dict()


def in_process(calls):
    async def call(function, *args, **options):
        calls.append(function)
        return function(*args, **options)

    return call


async def test_a_void_draw_is_opened_and_the_next_one_continues_the_chain(app):
    await c.plan(app, "411700")
    first = await c.prepare(app, "411700", subject="411721", kind="overlay")
    voided = await c.freeze(app, "411700", first.draw_no)
    await c.void(app, "411700", first.draw_no)
    second = await c.prepare(app, "411700", subject="411721", kind="overlay")
    frozen = await c.freeze(app, "411700", second.draw_no)
    assert second.draw_no == 2 and frozen.manifest["prev"] == voided.m
    assert await entries_of(app, voided.m) == ["manifest", "void", "open"]
    await c.cosign(app, "410000")
    verdict, _ = await verdict_of(app, "411700", 1)
    assert "名录有误" in str(verdict.as_dict()["void"])
    assert verdict.verdict == "CONSISTENT", verdict.as_dict()
    async with app.work(c.acting(app, "411700", "drawer")) as work:
        assert (await draws.get(work.db, work.scope, "411700", 1)).state == "void"


async def test_two_steps_at_once_meet_in_the_log_and_both_succeed(app):
    """Both hold a snapshot from before the other's entry; the loser starts again instead of failing."""
    gate = asyncio.Barrier(2)
    waited = set()

    async def append(bureau, work):
        if bureau not in waited:
            waited.add(bureau)
            await tasks.outstanding(work.db, work.scope, 1)
            await gate.wait()
        return await log.append(
            work.control, journal_entry(bureau, bytes(32), "2025-12-15T00:00:00Z"), work.now
        )

    found = await asyncio.gather(
        *(again(app, c.drawer(app, b), partial(append, b)) for b in ("411721", "150203"))
    )
    assert sorted(found) == [0, 1]
    assert (await app.log.latest()).size == 2


async def test_an_unfrozen_draw_whose_beacon_passed_gets_new_dates(app):
    await c.plan(app, "411721")
    await c.prepare(app, "411721")
    app.clock.set(c.BEACON + timedelta(hours=1))
    with pytest.raises(BeaconPassed):
        await c.freeze(app, "411721", 1)
    async with app.work(c.drawer(app, "411721")) as work:
        with pytest.raises(BadDates):
            await amend_draw(work, 1, c.BEACON)
        await amend_draw(work, 1, c.BEACON + timedelta(days=1))
    frozen = await c.freeze(app, "411721", 1)
    assert frozen.manifest["beacon_at"] == "2025-12-31T10:00:00+08:00"
