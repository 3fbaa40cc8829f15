"""What changed in the roster is shown before the freeze, to each what is theirs, and counted in public."""

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest

from policies.access_errors import Stranger
from policies.errors import Forbidden
from policies.rd1.logs_trust import parse_trust
from policies.rd1.record import read_bundle
from policies.terms import SiteStatus
from policies.verify import verify
from services.drawing.external_errors import RosterMoved
from services.home import Home
from services.usecases.freeze_draw import FreezeDraw, freeze_draw
from services.usecases.open_draw import open_draw, publish_bundle
from services.usecases.show_difference import read_difference, show_difference
from tenants.scope import Scope
from tenants.stores import differences, draws, journal_pages, log, officers, sites, tasks
from tests.independent.checker import check

from . import ceremony as c
from .platform import COUNTY, code

_numbers = count(1)


@pytest.fixture
async def app(pg_server, new_home):
    name = f"difference_{next(_numbers)}"
    home: Home = new_home(name)
    async with c.small_deployment(pg_server.superuser_dsn, home, name) as opened:
        yield opened


async def put(app, *changed, reason="导入 变更.xlsx", by="keeper"):
    scope = Scope.own(COUNTY, by)
    async with app.database.unit(scope) as db:
        await sites.upsert(db, scope, changed, at=app.clock.now(), by=by, reason=reason)


async def put_officers(app, *changed):
    scope = Scope.own(COUNTY, "keeper")
    async with app.database.unit(scope) as db:
        await officers.upsert(db, scope, changed, at=app.clock.now(), by="keeper", reason="导入 人员.xlsx")


async def show(app, draw_no, who=None):
    async with app.work(who or c.drawer(app, COUNTY)) as work:
        return await show_difference(work, draw_no)


async def freeze(app, draw_no, difference):
    async with app.work(c.drawer(app, COUNTY)) as work:
        return await freeze_draw(work, FreezeDraw(draw_no, difference))


async def roster_entries(app):
    scope = Scope.own(COUNTY, "x")
    async with app.database.several(scope, read_only=True) as unit:
        return [e for e in await log.entries(unit.control) if e.entry["t"] == "roster"]


async def voided_first(app):
    """A first draw, void, so that the next one is over the same roster, item and kind."""
    await c.plan(app, COUNTY)
    await c.prepare(app, COUNTY)
    first = await show(app, 1)
    frozen = await freeze(app, 1, first.row.h)
    await c.void(app, COUNTY, 1)
    app.clock.advance(timedelta(minutes=5))
    return first, frozen


async def test_the_first_draw_tells_numbers_and_names_nobody(app):
    first, frozen = await voided_first(app)
    assert first.row.sites["added"] == {"first": 59} and first.row.sites["before"] is None
    assert first.row.sites["listed"] == [0, 59] and first.sites == ()  # one of 60 is closed
    assert first.row.sites["excluded"] == {"suspended": [0, 1]}
    (entry,) = await roster_entries(app)
    assert entry.entry["h"] == frozen.manifest["roster"]["root"] == frozen.difference.root
    assert (entry.entry["added"], entry.entry["removed"]) == ({"first": 59}, {})
    assert entry.index == frozen.index - 1 and entry.m is None  # before the manifest, no entry of the draw


async def test_every_kind_of_change_has_its_reason(app):
    await voided_first(app)
    await put(
        app,
        c.site(COUNTY, 60),
        replace(c.site(COUNTY, 8), status=SiteStatus.ACTIVE),  # was closed
        replace(c.site(COUNTY, 1), status=SiteStatus.CLOSED),
        replace(c.site(COUNTY, 2), status=SiteStatus.MOVED),
        replace(c.site(COUNTY, 3), status=SiteStatus.SUSPENDED),
        replace(c.site(COUNTY, 4), key=True),
    )
    await put(app, replace(c.site(COUNTY, 4), key=True, phone="1"), reason="导入 更正.xlsx")
    await put_officers(
        app,
        c.officer(COUNTY, 12),
        replace(c.officer(COUNTY, 6), lead=False),
        replace(c.officer(COUNTY, 8), leave=((date(2026, 1, 1), date(2026, 3, 31)),)),
        replace(c.officer(COUNTY, 9), recusals=(code(4), code(5))),
    )
    await c.prepare(app, COUNTY)
    shown = await show(app, 2)
    numbers = shown.row.sites
    assert numbers["before"] == 1 and numbers["listed"] == [59, 59]
    assert numbers["added"] == {"new": 1, "reopened": 1}
    assert numbers["removed"] == {"closed": 1, "moved": 1}
    assert numbers["reclassified"] == {"general>-suspended": 1, "general>key": 1}
    assert numbers["excluded"] == {"suspended": [1, 2]}
    named = {(m.kind, m.reason, m.code) for m in shown.sites}
    assert named == {
        ("added", "new", code(60)), ("added", "reopened", code(8)),
        ("removed", "closed", code(1)), ("removed", "moved", code(2)),
        ("reclassified", "general>-suspended", code(3)), ("reclassified", "general>key", code(4)),
    }  # fmt: skip
    notes = {m.code: m.notes for m in shown.sites}
    assert notes[code(4)] == ("导入 变更.xlsx", "导入 更正.xlsx")
    people = {(p.kind, p.certificate) for p in shown.people}
    assert people == {("added", "4117210012"), ("no_lead", "4117210006"), ("off", "4117210008")}
    assert shown.row.people["bans"] == [1, 3] and shown.row.people["staff"] == [12, 13]
    assert "leave" not in json.dumps(shown.row.people) + json.dumps(shown.as_dict())
    frozen = await freeze(app, 2, shown.row.h)
    last = (await roster_entries(app))[-1].entry
    assert (last["added"], last["removed"]) == ({"new": 1, "reopened": 1}, {"closed": 1, "moved": 1})
    assert frozen.difference.sites == numbers


@pytest.mark.parametrize("edit", ["site", "officer", "recusal"])
async def test_a_change_after_the_showing_stops_the_freeze(app, edit):
    await c.plan(app, COUNTY)
    await c.prepare(app, COUNTY)
    shown = await show(app, 1)
    if edit == "site":
        await put(app, replace(c.site(COUNTY, 4), special=True))
    elif edit == "officer":
        await put_officers(app, replace(c.officer(COUNTY, 6), lead=False))
    else:
        await put_officers(app, replace(c.officer(COUNTY, 9), recusals=(code(5),)))
    with pytest.raises(RosterMoved) as caught:
        await freeze(app, 1, shown.row.h)
    assert "重新查看" in caught.value.wording().remedy
    assert await roster_entries(app) == []
    again = await show(app, 1)
    assert again.row.n == 2 and again.row.h != shown.row.h
    assert (await show(app, 1)).row.n == 2, "the same difference is kept once"
    await freeze(app, 1, again.row.h)


async def test_each_sees_as_much_as_is_theirs(app):
    await voided_first(app)
    await put(app, c.site(COUNTY, 60))
    await put_officers(app, replace(c.officer(COUNTY, 8), leave=((date(2026, 1, 1), date(2026, 3, 31)),)))
    await c.prepare(app, COUNTY)
    await show(app, 2)
    seen = {}
    for bureau, role in ((COUNTY, "drawer"), (COUNTY, "inspector"), ("411700", "witness"),
                         ("411700", "city_auditor")):  # fmt: skip
        async with app.work(c.acting(app, bureau, role)) as work:
            seen[role] = await read_difference(work, 2, COUNTY)
    assert {s.row.sites["added"]["new"] for s in seen.values()} == {1}
    assert seen["witness"].sites is None and seen["inspector"].sites is None
    assert [m.code for m in seen["city_auditor"].sites] == [code(60)]
    assert [m.code for m in seen["drawer"].sites] == [code(60)]
    assert [p.certificate for p in seen["drawer"].people] == ["4117210008"]
    assert all(seen[role].people is None for role in ("witness", "city_auditor", "inspector"))
    with pytest.raises(Stranger):
        async with app.work(c.acting(app, "150203", "drawer")) as work:
            await read_difference(work, 2, COUNTY)
    with pytest.raises(Forbidden):
        await show(app, 2, c.acting(app, COUNTY, "dispatcher"))
    async with app.work(c.acting(app, COUNTY, "bureau_head")) as work:
        rows = await journal_pages.newest(work.db, work.scope, COUNTY)
    assert any(row.action == "draw.difference" for row in rows)


async def test_who_is_covered_shows_in_numbers_only(app):
    """Visits to come make a site "-covered" next quarter; naming it would name a drawn site."""
    await c.plan(app, COUNTY)
    await c.prepare(app, COUNTY)
    await c.freeze(app, COUNTY, 1)
    await c.escrow(app, COUNTY, 1)
    await c.cosign(app, "411700")
    c.at_beacon(app)
    await c.run_draw(app, c.drawer(app, COUNTY), 1, c.DIGITS, c.secret(app, COUNTY, 1))
    later = c.BEACON.replace(year=2026, month=3, day=30)
    await c.prepare(app, COUNTY, period="2026Q2", beacon_at=later)
    shown = await show(app, 2)
    assert shown.row.sites["excluded"]["covered"][1] > 0
    assert shown.sites == () and shown.row.sites["reclassified"] == {}


async def test_reasons_of_recusal_and_leave_never_leave_the_bureau(app):
    """Not in the log, the bundle, the portal's tables, nor for those above; both verifiers accept the log."""
    away = replace(c.officer(COUNTY, 8), leave=((date(2026, 1, 1), date(2026, 3, 31)),))
    await put_officers(app, away)
    await c.plan(app, COUNTY)
    await c.prepare(app, COUNTY)
    frozen = await freeze(app, 1, (await show(app, 1)).row.h)
    await c.escrow(app, COUNTY, 1)
    await c.cosign(app, "411700")
    c.at_beacon(app)
    await c.run_draw(app, c.drawer(app, COUNTY), 1, c.DIGITS, c.secret(app, COUNTY, 1))
    scope = await app.scope_of(c.drawer(app, COUNTY))
    async with app.database.unit(scope) as db:
        for task in await tasks.of_draw(db, scope, COUNTY, 1):
            await tasks.set_state(db, scope, 1, task.slot, "cancelled")
    async with app.work(c.drawer(app, COUNTY)) as work:
        await open_draw(work, 1)
    await c.cosign(app, "411700")
    files = await publish_bundle(app, c.drawer(app, COUNTY), 1)
    text, trust = files.bundle.read_text(), files.trust.read_text()
    assert verify(read_bundle(text.encode()), parse_trust(trust)).verdict == "VALID"
    assert check(json.loads(text), trust)["verdict"] == "VALID"
    told = [text, await public_rows(app)]
    async with app.work(c.acting(app, "411700", "city_auditor")) as work:
        told.append(json.dumps((await read_difference(work, 1, COUNTY)).as_dict(), ensure_ascii=False))
        told.append(repr(await draws.get(await work.at(COUNTY), work.scope, COUNTY, 1)))
    words = ("leave", "expired", '"drawer"', "recus", "请假", "回避", "4117210008", away.name)
    for whole in told:
        assert not [word for word in words if word in whole]
    assert str([e for e in json.loads(text)["log"]["entries"] if e["entry"]["t"] == "roster"]) == "[]"
    assert frozen.difference.log_index is not None


async def public_rows(app):
    async with app.portal.public() as db:
        entries = [entry.entry for entry in await log.entries(db)]
    async with app.portal.public(COUNTY) as db:
        shown = await differences.public_one(db, COUNTY, 1)
    assert shown is not None and shown.sites["added"] == {"first": 59}
    return json.dumps([entries, shown.sites], ensure_ascii=False)


@pytest.mark.parametrize("reader", [None, "drawer", "stale", "witness", "inside"])
async def test_the_public_face_says_whether_anybody_outside_had_seen_it(app, reader):
    await c.plan(app, COUNTY)
    await c.prepare(app, COUNTY)
    shown = await show(app, 1)
    outside = {"stale": ("411700", None), "witness": ("411700", None), "inside": ("411700", COUNTY)}
    for _ in range(2 if reader in outside else 0):  # twice: noted once
        async with app.work(c.acting(app, "411700", "witness"), bureau=outside[reader][1]) as work:
            assert (await read_difference(work, 1, COUNTY)).row.h == shown.row.h
    if reader == "drawer":
        async with app.work(c.drawer(app, COUNTY)) as work:
            await read_difference(work, 1)
    if reader == "stale":  # they saw another one
        await put(app, replace(c.site(COUNTY, 4), special=True))
        shown = await show(app, 1)
    frozen = await freeze(app, 1, shown.row.h)
    seen = reader in ("witness", "inside")
    assert frozen.difference.seen_outside is seen
    async with app.portal.public() as db:
        assert (await differences.public_one(db, COUNTY, 1)).seen_outside is seen
    async with app.work(c.acting(app, COUNTY, "bureau_head")) as work:
        (row,) = await journal_pages.newest(work.db, work.scope, COUNTY, action="draw.freeze")
        reads = await journal_pages.newest(work.db, work.scope, COUNTY, action="draw.difference_read")
    assert row.after["seen_outside"] is seen and len(reads) == (1 if reader in outside else 0)
