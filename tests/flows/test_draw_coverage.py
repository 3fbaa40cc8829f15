"""What a freeze knows of earlier visits: those to come count, void draws and returned records do not."""

from dataclasses import replace
from itertools import count

import pytest

from policies.terms import Period
from services.drawing.coverage import coverage_of
from services.drawing.lists import fill_urn
from tenants import journal
from tenants.rows import DrawIntent
from tenants.scope import Scope
from tenants.stores import draws, sites

from . import ceremony as c
from . import fieldwork as f
from .test_draw_dead_ends import NEXT

_numbers = count(1)
XP = "411721"


@pytest.fixture
async def app(pg_server, new_home):
    name = f"coverage_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


def code(n):
    return f"{XP}S{n:04d}"


async def second_quarter(app, item="routine-source"):
    """A prepared draw of the next quarter."""
    scope = Scope.own(XP, c.person(XP, "drawer"))
    intent = DrawIntent(XP, item, "routine", "2026Q2")
    async with app.database.unit(scope) as db:
        return await draws.prepare(db, scope, intent, app.clock.now(), "x")


async def known(app, draw_no):
    async with app.work(c.drawer(app, XP)) as work:
        draw = await draws.get(work.db, work.scope, XP, draw_no)
        return await coverage_of(work, draw, Period.parse(draw.period))


async def test_visits_still_to_come_are_covered_and_in_the_ledger(app):
    await f.drawn(app, XP, {5: (2, 4), 10: (4, 5)})
    found = await known(app, await second_quarter(app))
    assert found.covered == {code(5), code(10)}
    assert found.ledger == {code(5): {"random": 1}, code(10): {"random": 1}}
    async with app.work(c.drawer(app, XP)) as work:
        noted = await journal.entries(work.db, work.scope, XP)
    assert noted[-1].target == f"draw {XP}/1 task/0,1" and noted[-1].action == "sealed.read"


async def test_another_item_covers_nothing_but_its_visits_count(app):
    await f.drawn(app, XP, {5: (2, 4)})
    found = await known(app, await second_quarter(app, "projects"))
    assert not found.covered and found.ledger == {code(5): {"random": 1}}


async def test_a_void_draw_covers_nothing(app):
    draw_no = await f.drawn(app, XP, {5: (2, 4)})
    await c.void(app, XP, draw_no)
    found = await known(app, await second_quarter(app))
    assert (found.covered, found.ledger) == (frozenset(), {})


async def frozen_lists(app, draw_no):
    async with app.work(c.drawer(app, XP)) as work:
        draw = await draws.get(work.db, work.scope, XP, draw_no)
        return await fill_urn(work, draw, list_key=bytes(32), suite=1)


async def test_officers_have_other_names_in_every_draw(app):
    await c.plan(app, XP)
    await c.prepare(app, XP)
    app.clock.set(NEXT.replace(day=26))
    second = await second_quarter(app)
    first, then, again = [await oids(app, n) for n in (1, second, 1)]
    assert first.keys() == then.keys() and first == again
    assert not set(first.values()) & set(then.values())


async def oids(app, draw_no):
    return {a.certificate: a.oid for a in (await frozen_lists(app, draw_no)).urn.aliases}


async def test_special_sites_at_the_cap_stay_drawable_and_are_named(app):
    scope = Scope.own(XP, "keeper")
    async with app.database.unit(scope) as db:
        roster = {s.code: s for s in await sites.all_of(db, scope, XP)}
        full = [replace(roster[code(n)], visits_this_year=2) for n in (0, 12, 1)]  # two special, one general
        await sites.upsert(db, scope, full, at=app.clock.now(), by="keeper", reason="test")
    await c.plan(app, XP)
    await c.prepare(app, XP)
    filled = await frozen_lists(app, 1)
    placed = dict(filled.urn.lists.units)
    assert (placed[code(0)], placed[code(12)], placed[code(1)]) == ("special", "special", "general")
    said = {warning.code: warning for warning in filled.warnings}
    assert said["special_at_cap"].zh.startswith("2 家") and said["special_at_cap"].decide
    assert "3号" in said["special_at_cap"].basis[0].text
    assert said["cap_unconfirmed"].zh.startswith("1 家")
    frozen = await c.freeze(app, XP, 1)
    assert {"special_at_cap", "cap_unconfirmed"} <= {w["code"] for w in frozen.warnings}


async def test_a_cap_the_bureau_confirmed_leaves_sites_out_and_is_not_asked_about(app):
    scope = Scope.own(XP, "keeper")
    await c.choose(app, XP, "cap.visits", 2)
    async with app.database.unit(scope) as db:
        roster = {s.code: s for s in await sites.all_of(db, scope, XP)}
        full = [replace(roster[code(n)], visits_this_year=2) for n in (0, 1)]  # a special one, a general one
        await sites.upsert(db, scope, full, at=app.clock.now(), by="keeper", reason="test")
    await c.plan(app, XP)
    await c.prepare(app, XP)
    filled = await frozen_lists(app, 1)
    placed = dict(filled.urn.lists.units)
    assert (placed[code(0)], placed[code(1)]) == ("special", "-capped")
    codes = {warning.code for warning in filled.warnings}
    assert "special_at_cap" in codes and "cap_unconfirmed" not in codes
