"""Copies, tracing and leak cases on a real database: who may, what is sealed, what is kept."""

import hashlib
import re
from datetime import date, datetime
from itertools import count

import pytest

from policies.errors import Forbidden, Missing
from policies.secrecy.leak import Measure
from policies.secrecy.secrecy_errors import BadReport, MeasuresOpen, NoStateSecret, NothingToTrace
from services.clock import CHINA
from services.usecases.close_leak import close_leak, note_measure
from services.usecases.decide_leak import decide_leak, send_leak_back
from services.usecases.dispatch_tasks import dispatch_tasks
from services.usecases.list_exports import list_exports
from services.usecases.plan_cars import cars, export_cars
from services.usecases.print_sheets import print_sheets
from services.usecases.propose_leak import propose_leak
from services.usecases.report_leak import LeakReport, report_leak
from services.usecases.show_leak import leak_counts, show_leak
from services.usecases.trace_leak import trace_leak, trace_list
from services.usecases.void_draw import approve_void, propose_void
from services.views.copies import cars_csv
from tenants import journal
from tenants.errors import SameHand, WrongState
from tenants.scope import Scope
from tenants.stores import tasks

from . import ceremony as c
from . import fieldwork as f

_numbers = count(1)
XP, ZMD, BT = "411721", "411700", "150200"
SITES = range(10, 24)
DAY = date(2026, 1, 8)


@pytest.fixture
async def app(pg_server, new_home):
    name = f"leaks_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


@pytest.fixture
async def draw_no(app):
    """Fourteen visits of one day, dispatched to six officers."""
    number = await f.drawn(app, XP, {n: (4 + n % 3 * 2, 5 + n % 3 * 2) for n in SITES})
    app.clock.set(datetime(2026, 1, 8, 8, tzinfo=CHINA))
    await do(app, "dispatcher", dispatch_tasks, number, days=[DAY])
    return number


async def do(app, role, act, *args, **options):
    async with app.work(c.acting(app, XP, role, post=options.pop("post", ""))) as work:
        return await act(work, *args, **options)


async def noted(app, action, bureau=XP):
    scope = Scope.own(bureau, "reader")
    async with app.database.unit(scope) as db:
        return [e for e in await journal.entries(db, scope, bureau, limit=1000) if e.action == action]


def report(draw_no, rides=(), **more):
    given = {"channel": "list", "seen_on": DAY, "words": "模拟企业11的门卫手里有名单"} | more
    return LeakReport(draw_no, lines=tuple(f"{n}. {ride.name}" for n, ride in enumerate(rides, 1)), **given)


async def test_the_dispatcher_sees_names_for_cars_and_nobody_else_does(app, draw_no):
    found = await do(app, "dispatcher", cars, draw_no)
    assert len(found) == 14 and {ride.visit_on for ride in found} == {DAY}
    assert {ride.name for ride in found} == {f"模拟企业{n}" for n in SITES}
    told = found[0].as_dict()
    assert set(told) == {"slot", "visit_on", "team", "joint", "name", "place", "missing"}
    for role in ("inspector", "drawer", "bureau_head", "registry_keeper", "reviewer", "security_admin"):
        with pytest.raises(Forbidden):
            await do(app, role, cars, draw_no)
    assert len(await noted(app, "sealed.read")) == 2, "dispatching, and this one look; refusals open nothing"


async def test_a_car_is_shown_nothing_of_later_days_nor_after_the_visit(app):
    number = await f.drawn(app, XP, dict.fromkeys(SITES, (4, 6)))
    app.clock.set(datetime(2026, 1, 8, 8, tzinfo=CHINA))
    await do(app, "dispatcher", dispatch_tasks, number, days=[DAY, date(2026, 1, 9), date(2026, 1, 15)])
    before = {ride.slot: ride for ride in await do(app, "dispatcher", cars, number)}
    assert {ride.visit_on for ride in before.values()} == {DAY, date(2026, 1, 9)}
    scope = Scope.own(XP, "inspector")
    async with app.database.unit(scope) as db:
        later = [t.slot for t in await tasks.of_draw(db, scope, XP, number) if t.visit_on > date(2026, 1, 9)]
        assert later and not {*later} & {*before}
        await tasks.set_state(db, scope, number, min(before), "recorded")
    assert {ride.slot for ride in await do(app, "dispatcher", cars, number)} == {*before} - {min(before)}
    opened = (await noted(app, "sealed.read"))[-1].target
    assert not {*later} & {*map(int, opened.rpartition("/")[2].split(","))}, "not even opened"


async def test_every_copy_has_number_mark_and_an_order_of_its_own(app, draw_no):
    first = await do(app, "dispatcher", export_cars, draw_no)
    second = await do(app, "dispatcher", export_cars, draw_no)
    other = await do(app, "dispatcher", export_cars, draw_no, post="dispatcher-2")
    orders = [[ride.slot for ride in made.rows] for made in (first, second, other)]
    assert len({tuple(order) for order in orders}) == 3 and len({tuple(sorted(o)) for o in orders}) == 1
    assert [made.number for made in (first, second, other)] == [f"{XP}-E{n}" for n in (1, 2, 3)]
    lines = cars_csv(first).decode("utf-8-sig").splitlines()
    assert "工作秘密" in lines[0] and f"{XP}-E1" in lines[1] and "dispatcher" in lines[1]
    assert lines[2].startswith("日期") and len(lines) == 17
    with pytest.raises(NoStateSecret):
        await do(app, "dispatcher", export_cars, draw_no, label="国家秘密")
    kept = await do(app, "bureau_head", list_exports)
    assert [(one.n, one.kind, one.count) for one in kept] == [(n, "cars", 14) for n in (3, 2, 1)]
    text = repr(kept)
    assert "模拟企业" not in text and f"{XP}S" not in text, "a mark names no site"
    assert [e.target for e in await noted(app, "export.make")] == [f"export/{XP}/{n}" for n in (1, 2, 3)]


async def test_task_sheets_show_one_s_own_and_no_telephone(app, draw_no):
    async with app.work(f.inspector(app, XP, 4)) as work:
        made = await print_sheets(work)
    assert made.rows and all(f.cert(XP, 4) not in repr(row["site"]) for row in made.rows)
    assert {row["site"]["name"] for row in made.rows} == {f"模拟企业{n}" for n in SITES if n % 3 == 0}
    assert "contact" not in made.rows[0]["site"] and "stratum" in made.rows[0]
    assert made.mark.rows and all(re.fullmatch(r"\d+/\d+@2026-01-08", one) for one in made.mark.rows)


async def test_a_found_list_leads_to_its_copy(app, draw_no):
    copies = [await do(app, "dispatcher", export_cars, draw_no, post=f"dispatcher-{n}") for n in range(4)]
    leaked = list(copies[2].rows)
    del leaked[5], leaked[9]
    leaked[3], leaked[4] = leaked[4], leaked[3]
    made = await do(app, "bureau_head", trace_list, [ride.name for ride in leaked], draw_no=draw_no)
    assert made.result.named == copies[2].mark.n and made.result.rows == 12
    assert made.as_dict()["suspects"][0]["reader"] == c.person(XP, "dispatcher-2")
    sorted_anew = sorted(ride.name for ride in leaked)
    made = await do(app, "bureau_head", trace_list, sorted_anew, draw_no=draw_no)
    assert made.result.named is None
    with pytest.raises(NothingToTrace):
        await do(app, "bureau_head", trace_list, ["模拟企业11", "别的企业"], draw_no=draw_no)
    with pytest.raises(Forbidden):
        await do(app, "dispatcher", trace_list, sorted_anew, draw_no=draw_no)


async def test_a_case_from_report_to_closing(app, draw_no):
    copy = await do(app, "dispatcher", export_cars, draw_no)
    with pytest.raises(BadReport):
        await do(app, "inspector", report_leak, report(draw_no))
    case = await do(app, "inspector", report_leak, report(draw_no, copy.rows, slots=(0, 1)))
    assert (case.n, case.state, case.slots) == (1, "reported", (0, 1))
    for role in ("inspector", "dispatcher", "drawer", "reviewer"):
        with pytest.raises(Forbidden):
            await do(app, role, show_leak, 1)
    shown = await do(app, "bureau_admin", show_leak, 1)
    assert "门卫" in shown.words and len(shown.lines) == 14
    assert (await do(app, "bureau_admin", trace_leak, 1)).result.named == 1
    measures = [Measure("void"), Measure("criticism", "模拟人员4：带走名单")]
    await do(app, "bureau_admin", propose_leak, 1, "founded", "行序相符", measures)
    with pytest.raises(Forbidden):
        await do(app, "bureau_admin", decide_leak, 1, 1)
    await do(app, "bureau_head", send_leak_back, 1, 1)
    case = await do(app, "bureau_head", propose_leak, 1, "founded", "行序相符", measures)
    with pytest.raises(SameHand):
        await do(app, "bureau_head", decide_leak, 1, case.proposal)
    with pytest.raises(WrongState):
        await do(app, "bureau_head", decide_leak, 1, 1, post="second-head")
    case = await do(app, "bureau_head", decide_leak, 1, 2, post="second-head")
    assert (case.state, case.finding) == ("decided", "founded")
    with pytest.raises(MeasuresOpen):
        await do(app, "bureau_admin", close_leak, 1)
    with pytest.raises(WrongState):
        await do(app, "bureau_admin", note_measure, 1, 1)  # the void is no one's word, but two people's act
    void = await do(app, "bureau_admin", propose_void, draw_no, "名单外流")
    await do(app, "bureau_head", approve_void, draw_no, void.n)
    await do(app, "bureau_admin", note_measure, 1, 2)
    assert (await do(app, "bureau_admin", close_leak, 1)).state == "closed"
    shown = await do(app, "bureau_head", show_leak, 1)
    assert [(one.measure.kind, one.done) for one in shown.measures] == [("void", True), ("criticism", True)]
    assert "模拟人员4" in shown.measures[1].words
    steps = [e.after.get("state") for e in await noted(app, "leak.handle") if "state" in e.after]
    assert steps == ["proposed", "proposed", "closed"] and len(await noted(app, "leak.decide")) == 2


async def test_outside_the_seal_a_case_is_a_number(app, draw_no, superuser):
    copy = await do(app, "dispatcher", export_cars, draw_no)
    await do(app, "inspector", report_leak, report(draw_no, copy.rows))
    await do(app, "bureau_admin", propose_leak, 1, "unfounded", "模拟企业11另有来源", [])
    single = await do(app, "inspector", report_leak, report(draw_no, copy.rows[:1]))
    bare = hashlib.sha256(f"1. {copy.rows[0].name}".encode()).hexdigest()
    assert single.list_mac and single.list_mac != bare
    rows = await superuser(app, "select (select string_agg(t::text, '|') from leak_case t),"
                           " (select string_agg(t::text, '|') from leak_measure t),"
                           " (select string_agg(t::text, '|') from journal t),"
                           " (select string_agg(t::text, '|') from export_mark t)")  # fmt: skip
    text = repr(rows)
    assert bare not in text
    assert "leak.report" in text and "模拟企业" not in text and "门卫" not in text and f"{XP}S" not in text
    auditor = c.acting(app, ZMD, "city_auditor")
    async with app.work(auditor) as work:
        assert dict((await leak_counts(work)).found) == {XP: {"proposed": 1, "reported": 1}}
        with pytest.raises(Forbidden):
            await show_leak(work, 1)
    async with app.work(c.acting(app, BT, "city_auditor")) as work:
        assert (await leak_counts(work)).found == ()
    async with app.work(c.acting(app, ZMD, "bureau_head")) as work:
        with pytest.raises(Missing):
            await show_leak(work, 1)


@pytest.fixture
def superuser(pg_server):
    from sqlalchemy import text

    from tenants.roles import administer

    async def ask(app, sql):
        name = next(iter((await _names(app)).split()))
        async with administer(pg_server.superuser_dsn, name) as db:
            return [tuple(row) for row in await db.execute(text(sql))]

    async def _names(app):
        scope = Scope.own(XP, "x")
        async with app.database.unit(scope) as db:
            return await db.scalar(text("select current_database()"))

    return ask
