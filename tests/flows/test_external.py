"""The platform's draw, taken over where the rules say so: one life cycle, no proof, never a second list."""

import asyncio
import json
from datetime import date, timedelta
from hashlib import sha256
from itertools import count

import pytest

from policies.access_errors import StepUpNeeded
from policies.planning.platform import EXTERNAL_FROM, is_external, place_of
from policies.roster.platform_list import LAYOUT, PlatformContext, PlatformRow
from policies.terms import Principal
from services.drawing.draw_errors import BadOrder, SecondDraw
from services.drawing.duty_errors import DrewIt
from services.drawing.external_errors import (
    BatchMissing,
    BatchTaken,
    ImporterOnTeam,
    ImportUnchecked,
    NotVerifiable,
    OwnDecides,
    PlatformDecides,
    PlatformListRefused,
)
from services.drawing.platform_lists import payloads_of
from services.home import Home
from services.sheets import fill_template
from services.sheets.errors import DamagedFile, EmptyFile, MissingColumns, WrongFileType
from services.usecases.compare_platform import compare_platform, read_comparison
from services.usecases.dispatch_tasks import dispatch_tasks
from services.usecases.freeze_draw import FreezeDraw, freeze_draw
from services.usecases.import_external_draw import ExternalDraw, PlatformFile, import_external_draw
from services.usecases.my_tasks import my_tasks
from services.usecases.open_draw import open_draw, publish_bundle
from services.usecases.prepare_draw import PrepareDraw, prepare_draw
from services.usecases.publish_notice import publish_draw, publish_results
from services.usecases.record_visit import record_visit
from services.usecases.review_visit import review_visit
from tenants.errors import SecondDraw as KeptSecondDraw
from tenants.rows import DrawIntent
from tenants.scope import Scope
from tenants.stores import draws, journal_pages, log, platform_lists, public, tasks

from . import ceremony as c
from .fieldwork import form, inspector
from .platform import BATCH, COUNTY, PICKS, by_platform, certificate, code, drawer, listed, sheet

_numbers = count(1)
FIRST = EXTERNAL_FROM


@pytest.fixture
async def app(pg_server, new_home):
    name = f"external_{next(_numbers)}"
    home: Home = new_home(name)
    async with c.small_deployment(pg_server.superuser_dsn, home, name) as opened:
        yield opened


def order(data=None, batch=BATCH, period="2026Q1", **more):
    file = PlatformFile(batch, listed() if data is None else data, more.pop("name", "平台.csv"))
    return ExternalDraw(COUNTY, period, file, **more)


async def take(app, given=None, who=None):
    async with app.work(who or drawer(app)) as work:
        return await import_external_draw(work, given or order())


async def nothing_kept(app):
    scope = Scope.own(COUNTY, "x")
    async with app.database.several(scope, read_only=True) as unit:
        assert await draws.recent(unit.db, scope, COUNTY) == ()
        assert await log.entries(unit.control) == ()


async def test_numbers_tell_whose_draw_it_is():
    assert [is_external(n) for n in (None, 1, 999_999, FIRST)] == [False, False, False, True]
    assert (place_of(7), place_of(FIRST), place_of(FIRST + 1)) == (7, 1, 2)


async def test_a_draw_of_ours_is_refused_where_the_platform_decides(app):
    await by_platform(app)
    await c.plan(app, COUNTY)
    with pytest.raises(PlatformDecides) as caught:
        async with app.work(drawer(app)) as work:
            await prepare_draw(work, PrepareDraw(COUNTY, "2026Q1", c.BEACON))
    assert caught.value.basis == "试点通知 一" and "2026Q1" in caught.value.wording().remedy


async def test_a_rule_changed_after_preparing_still_stops_the_freeze(app):
    await c.plan(app, COUNTY)
    await c.prepare(app, COUNTY)
    await by_platform(app)
    with pytest.raises(PlatformDecides):
        async with app.work(drawer(app)) as work:
            await freeze_draw(work, FreezeDraw(1, "0" * 64))


async def test_the_platforms_list_is_refused_where_ours_decides(app):
    with pytest.raises(OwnDecides) as caught:
        await take(app)
    assert caught.value.basis and "比对" in caught.value.wording().remedy
    await nothing_kept(app)


async def test_taken_over_dispatched_recorded_and_published_as_not_verifiable(app):
    await by_platform(app)
    done = await take(app)
    assert (done.draw_no, done.batch, done.drawn, done.verifiable) == (FIRST, BATCH, 5, False)
    who = inspector(app, COUNTY, 0)
    with pytest.raises(DrewIt):
        async with app.work(c.acting(app, COUNTY, "dispatcher", post="drawer")) as work:
            await dispatch_tasks(work, FIRST)
    app.clock.set(c.BEACON + timedelta(days=7))
    await second_look(app)
    async with app.work(c.acting(app, COUNTY, "dispatcher")) as work:
        placed = await dispatch_tasks(work, FIRST)
    assert len(placed.placed) == 5
    (visit,) = [p for p in placed.placed if certificate(0) in p.certificates]
    app.clock.set(c.BEACON.replace(year=visit.visit_on.year, month=visit.visit_on.month,
                                   day=visit.visit_on.day, hour=15))  # fmt: skip
    async with app.work(who) as work:
        (mine,) = await my_tasks(work)
        assert mine.site["code"] == code(0) and is_external(mine.draw_no)
        assert mine.as_dict()["verifiable"] is False
        kept = await record_visit(work, FIRST, mine.slot, form(app, certificate(0), certificate(3)))
    async with app.work(c.acting(app, COUNTY, "reviewer")) as work:
        await review_visit(work, kept.visit_id, accept=True)
    async with app.work(c.acting(app, COUNTY, "publisher")) as work:
        told = await publish_draw(work, FIRST)
        (result,) = await publish_results(work, "2026Q1")
    assert "不可验证" in told.title and told.body["verifiable"] is False and told.body["batch"] == BATCH
    assert "不可验证" in result.title and result.body["verifiable"] is False
    assert not {"manifest", "beacon", "root", "digits"} & told.body.keys()
    await ended(app)


async def second_look(app):
    """Nothing is dispatched before somebody who did not import has found the platform's list equal."""
    other = {**PICKS, 0: (2, 5)}
    bare = sheet([[code(n), "x", "", BATCH] for n in PICKS])
    for data, verdict in ((listed(other), "different"), (bare, "different"), (listed(), "equal")):
        with pytest.raises(ImportUnchecked):
            async with app.work(c.acting(app, COUNTY, "dispatcher")) as work:
                await dispatch_tasks(work, FIRST)
        with pytest.raises(DrewIt):
            async with app.work(c.acting(app, COUNTY, "dispatcher", post="drawer")) as work:
                await compare_platform(work, FIRST, PlatformFile(BATCH, data, "平台.csv"))
        async with app.work(c.acting(app, COUNTY, "dispatcher")) as work:
            found = await compare_platform(work, FIRST, PlatformFile(BATCH, data, "平台.csv"))
        assert found.row.verdict == verdict
    with pytest.raises(EmptyFile):
        async with app.work(c.acting(app, COUNTY, "dispatcher")) as work:
            await compare_platform(work, FIRST, PlatformFile(BATCH, b""))


async def ended(app):
    """Its secrecy ends with the last visit; there is nothing to publish and nothing in the log."""
    scope = await app.scope_of(drawer(app))
    async with app.database.unit(scope) as db:
        for task in await tasks.of_draw(db, scope, COUNTY, FIRST):
            if task.state == "dispatched":
                await tasks.set_state(db, scope, FIRST, task.slot, "cancelled")
    async with app.work(drawer(app)) as work:
        assert await open_draw(work, FIRST) is None
        assert await open_draw(work, FIRST) is None
    with pytest.raises(NotVerifiable):
        await publish_bundle(app, drawer(app), FIRST)
    async with app.portal.public(COUNTY) as db:
        shown = await public.public_draw(db, COUNTY, FIRST)
        assert (shown.authority, shown.m, shown.manifest, shown.state) == ("platform", "", {}, "opened")
        assert (await platform_lists.public_source(db, COUNTY, FIRST)).batch == BATCH
    async with app.portal.public() as db:
        assert not [e for e in await log.entries(db) if e.bureau == COUNTY]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_xlsx_and_csv_are_read_alike(app, kind):

    await by_platform(app)
    rows = [
        {"code": code(n), "name": "x", "officers": "、".join(map(certificate, team)), "batch": BATCH}
        for n, team in PICKS.items()
    ]
    data = fill_template(LAYOUT, rows) if kind == "xlsx" else listed()
    assert (await take(app, order(data, name=f"平台.{kind}"))).drawn == 5


async def test_the_plain_hash_of_the_list_is_nowhere_but_sealed(app):
    """Who knows the rosters could try lists until one has the hash that is told."""
    await by_platform(app)
    await take(app)
    plain = sha256(listed()).hexdigest()
    async with app.work(c.acting(app, COUNTY, "publisher")) as work:
        told = await publish_draw(work, FIRST)
        kept = await draws.get(work.db, work.scope, COUNTY, FIRST)
        (row,) = await platform_lists.of_draw(work.db, work.scope, COUNTY, FIRST)
    async with app.work(c.acting(app, COUNTY, "bureau_head")) as work:
        rows = await journal_pages.newest(work.db, work.scope, COUNTY)
    async with app.portal.public(COUNTY) as db:
        source = await platform_lists.public_source(db, COUNTY, FIRST)
        shown = await public.public_draw(db, COUNTY, FIRST)
    open_to_many = [told.body, kept.summary, row, rows, source, shown]
    assert plain not in json.dumps(open_to_many, default=repr)
    assert len(row.fingerprint) == 64
    assert row.fingerprint == source.fingerprint == kept.summary["list_fingerprint"]
    assert row.fingerprint == told.body["list_fingerprint"]
    async with app.work(c.acting(app, COUNTY, "dispatcher")) as work:
        assert (await read_comparison(work, FIRST, 1)).sha256 == plain
    await c.void(app, COUNTY, FIRST, "再导一次")
    await take(app)
    async with app.work(drawer(app)) as work:
        (again,) = await platform_lists.of_draw(work.db, work.scope, COUNTY, FIRST + 1)
    assert again.fingerprint != row.fingerprint, "each draw has a key of its own"


def test_slots_do_not_follow_the_order_of_the_list():
    sites = {code(n): c.site(COUNTY, n) for n in range(60)}
    people = {certificate(n): c.officer(COUNTY, n) for n in range(2)}
    rows = [PlatformRow(uid, tuple(people)) for uid in sites]
    context = PlatformContext(sites, people, 2, date(2026, 3, 31), BATCH)
    dealt = [payloads_of(rows, context) for _ in range(2)]
    assert [slot for slot, _ in dealt[0]] == list(range(60))
    first, second = ([json.loads(plain)["uid"] for _, plain in one] for one in dealt)
    assert sorted(first) == sorted(second) == list(sites)
    assert first != list(sites) != second != first  # equal by chance once in 60! deals


async def test_every_wrong_row_is_told_and_nothing_is_kept(app):
    await by_platform(app)
    good = [code(5), "x", f"{certificate(4)}、{certificate(5)}", BATCH]
    wrong = [
        ([code(999), "x", f"{certificate(4)}、{certificate(5)}", BATCH], "UnknownSite"),
        ([code(6), "x", f"{certificate(4)}、99999", BATCH], "UnknownOfficer"),
        ([code(9), "x", certificate(4), BATCH], "TeamTooSmall"),
        ([code(10), "x", f"{certificate(4)}、{certificate(4)}", BATCH], "OfficerTwice"),
        ([code(11), "x", f"{certificate(4)}、{certificate(5)}", "HN2025Q4-0001"], "OtherBatch"),
        ([code(13), "x", "", BATCH], "MissingValue"),
        (["", "x", f"{certificate(4)}、{certificate(5)}", BATCH], "MissingValue"),
        (["9.14117E+17", "x", f"{certificate(4)}、{certificate(5)}", BATCH], "MangledCode"),
        ([f"91{COUNTY}MA0000000X", "x", f"{certificate(4)}、{certificate(5)}", BATCH], "AmbiguousSite"),
    ]
    with pytest.raises(PlatformListRefused) as caught:
        await take(app, order(sheet([good, *[row for row, _ in wrong]])))
    errors = {(e.row, type(e).__name__) for e in caught.value.check.errors}
    assert errors >= {(n, name) for n, (_, name) in enumerate(wrong, 3)}
    with pytest.raises(PlatformListRefused) as twice:
        await take(app, order(sheet([good, good])))
    assert {type(e).__name__ for e in twice.value.check.errors} == {"ListedTwice"}
    await nothing_kept(app)


@pytest.mark.parametrize(
    ("data", "name", "error"),
    [
        (b"", "a.csv", EmptyFile),
        (b"%PDF-1.7 x", "a.csv", WrongFileType),
        (b"PK\x03\x04broken", "a.xlsx", DamagedFile),
        ("名称,地址\n甲,乙\n".encode(), "a.csv", MissingColumns),
        ("污染源编码,单位名称\n甲,乙\n".encode(), "a.csv", MissingColumns),
    ],
)
async def test_wrong_files_are_named(app, data, name, error):
    await by_platform(app)
    with pytest.raises(error):
        await take(app, order(data, name=name))
    await nothing_kept(app)


async def test_orders_that_make_no_sense_are_refused(app):
    await by_platform(app)
    for bad in ("", " ", "x" * 65):
        with pytest.raises(BatchMissing):
            await take(app, order(batch=bad))
    for given in (order(period="2026-1"), order(kind="overlay"), order(kind="own")):
        with pytest.raises(BadOrder):
            await take(app, given)
    member = drawer(app)
    member = Principal(member.subject, "x", COUNTY, member.roles, 2, member.auth_time, certificate(3))
    with pytest.raises(ImporterOnTeam):
        await take(app, who=member)
    stale = Principal(member.subject, "x", COUNTY, member.roles, 1, member.auth_time)
    with pytest.raises(StepUpNeeded):
        await take(app, who=stale)
    await nothing_kept(app)


async def test_a_second_import_finds_the_first_and_a_void_one_makes_room(app):
    await by_platform(app)
    await take(app)
    with pytest.raises(SecondDraw) as caught:
        await take(app)
    assert caught.value.facts["draw_no"] == FIRST
    with pytest.raises(BatchTaken):
        await take(app, order(period="2026Q2"))
    await c.void(app, COUNTY, FIRST, "平台名单有误")
    again = await take(app)
    assert again.draw_no == FIRST + 1
    async with app.work(drawer(app)) as work:
        former = await draws.get(work.db, work.scope, COUNTY, FIRST)
        assert former.state == "void" and former.opened_at is not None
        every = await tasks.of_draw(work.db, work.scope, COUNTY, FIRST)
        assert {task.state for task in every} == {"cancelled"}


async def test_imports_at_once_leave_one_list(app):
    await by_platform(app)
    found = await asyncio.gather(*(take(app) for _ in range(4)), return_exceptions=True)
    kept = [one for one in found if not isinstance(one, BaseException)]
    assert len(kept) == 1, found
    assert all(isinstance(one, KeptSecondDraw) for one in found if isinstance(one, BaseException))


async def test_own_and_external_meet_in_one_constraint(app):
    """The database itself keeps the two kinds of draw apart, whatever the use cases ask."""
    scope, at = Scope.own(COUNTY, "x"), app.clock.now()
    intent = DrawIntent(COUNTY, "routine-source", "routine", "2026Q1", "platform")
    async with app.database.unit(scope) as db:
        assert await draws.prepare(
            db, scope, DrawIntent(COUNTY, "routine-source", "routine", "2026Q1"), at, "x"
        )
    with pytest.raises(KeptSecondDraw):
        async with app.database.unit(scope) as db:
            await draws.take_in(db, scope, intent, at, {"strata": []})
    later = DrawIntent(COUNTY, "routine-source", "routine", "2026Q2", "platform")
    async with app.database.unit(scope) as db:
        assert await draws.take_in(db, scope, later, at, {"strata": []}) == FIRST
    with pytest.raises(KeptSecondDraw):
        async with app.database.unit(scope) as db:
            await draws.prepare(db, scope, DrawIntent(COUNTY, "routine-source", "routine", "2026Q2"), at, "x")
    async with app.database.unit(scope) as db:  # numbers of ours stay gapless beside the platform's
        third = DrawIntent(COUNTY, "routine-source", "routine", "2026Q3")
        assert await draws.prepare(db, scope, third, at, "x") == 2


async def test_platform_sites_count_as_covered_next_quarter(app):
    await by_platform(app)
    await take(app)
    await by_platform(app, value="own", since=date(2025, 12, 2))
    await c.plan(app, COUNTY)
    later = c.BEACON.replace(year=2026, month=3, day=30)
    await c.prepare(app, COUNTY, period="2026Q2", beacon_at=later)
    frozen = await c.freeze(app, COUNTY, 1)
    excluded = {one["reason"]: one["size"] for one in frozen.manifest["excluded"]}
    assert excluded["covered"] >= 1 and frozen.manifest["prev"] == "0" * 64
