"""A holiday notice is entered: provisional last days move, closed ones stay; closures are one bureau's."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from uuid import uuid4

import pytest

from policies.errors import Forbidden
from policies.planning.calendar_errors import BadClosure, BadNotice
from policies.planning.deadlines import provisional
from services.clock import CHINA
from services.ruling.calendars import calendar_for, public_calendar
from services.usecases.close_days import close_days, reopen_days
from services.usecases.enter_notice import enter_notice, kept_notices
from services.usecases.prepare_draw import PrepareDraw, prepare_draw
from tenants.records import Visit
from tenants.scope import Scope
from tenants.stores import visits

from . import ceremony as c

_numbers = count(1)
XP, ZMD, KD = "411721", "411700", "150203"
# Fictional days for 2027: the real notice is not out. Friday 1 January to Sunday, Saturday 9 January worked.
OFF = [date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3), date(2027, 1, 4), date(2027, 5, 1)]
OFF += [date(2027, 10, n) for n in (1, 2, 3, 4, 5, 6, 7)]
WORKED = [date(2027, 1, 9)]


@pytest.fixture
async def app(pg_server, new_home):
    name = f"calendar_flow_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


def visit(bureau, **given):
    end = datetime(2026, 12, 30, 16, 0, tzinfo=CHINA)
    made = Visit(
        bureau, uuid4(), None, None, f"{bureau}S0001", "special", bureau, end - timedelta(hours=1), end,
        [], {}, "01", "", "0" * 64, "someone", end, upload_due=date(2027, 1, 8),
        publish_due=date(2027, 1, 27),
    )  # fmt: skip
    return replace(made, **given)


async def keep(app, row):
    scope = Scope.own(row.bureau, "someone")
    async with app.database.unit(scope) as db:
        await visits.keep(db, scope, row)
    return row


async def kept(app, row):
    scope = Scope.own(row.bureau, "someone")
    async with app.database.unit(scope, read_only=True) as db:
        return await visits.get(db, scope, row.bureau, row.id)


def admin(app, bureau=ZMD):
    return c.acting(app, bureau, "bureau_admin")


async def enter(app, text="国办发明电〔2026〕0号（演示）", off=OFF, worked=WORKED):
    async with app.work(admin(app)) as work:
        return await enter_notice(work, 2027, text, off, worked)


async def test_provisional_until_the_notice_then_moved(app):
    app.clock.set(datetime(2026, 12, 31, 9, 0, tzinfo=CHINA))
    row, done = await keep(app, visit(XP)), await keep(app, visit(KD, uploaded_at=app.clock.now()))
    own = await keep(app, visit(XP, publish_due=date(2027, 3, 1)))
    async with app.work(admin(app), read_only=True) as work:
        before = await calendar_for(work)
    assert provisional(date(2026, 12, 30), row.upload_due, before)
    entered = await enter(app)
    assert entered.version == 1
    moved = await kept(app, row)
    assert (moved.upload_due, moved.publish_due) == (date(2027, 1, 11), date(2027, 1, 28))
    assert len([change for change in entered.changes if change.target == f"visit/{row.id}"]) == 2
    entered = await enter(app, worked=[])
    assert entered.version == 2
    moved = await kept(app, row)
    assert (moved.upload_due, moved.publish_due) == (date(2027, 1, 12), date(2027, 1, 29))
    assert (await kept(app, done)).upload_due == date(2027, 1, 8)
    assert (await kept(app, own)).publish_due == date(2027, 3, 1)
    report = entered.as_dict()["changes"]
    assert {(x["bureau"], x["clock"], x["before"], x["after"]) for x in report} == {
        (XP, "upload", "2027-01-11", "2027-01-12"),
        (XP, "publish", "2027-01-28", "2027-01-29"),
        (KD, "publish", "2027-01-28", "2027-01-29"),
    }
    async with app.work(admin(app), read_only=True) as work:
        after = await calendar_for(work)
        assert not provisional(date(2026, 12, 30), moved.upload_due, after)
        assert [n.version for n in await kept_notices(work)] == [2]


async def test_the_same_notice_again_changes_nothing(app):
    await enter(app)
    assert (await enter(app)).version == 0


async def test_who_may_and_what_is_refused(app):
    async with app.work(admin(app, XP)) as work:
        with pytest.raises(Forbidden):
            await enter_notice(work, 2027, "文号", OFF, WORKED)
    async with app.work(c.acting(app, ZMD, "drawer")) as work:
        with pytest.raises(Forbidden):
            await enter_notice(work, 2027, "文号", OFF, WORKED)
    faults = [
        ("", OFF, WORKED), ("文号", OFF[1:], WORKED), ("文号", OFF, [date(2027, 1, 5)]),
        ("文号", [*OFF, date(2026, 12, 31)], WORKED), ("文号", OFF, [date(2027, 1, 2)]),
    ]  # fmt: skip
    for text, off, worked in faults:
        with pytest.raises(BadNotice):
            await enter(app, text, off, worked)


async def test_closed_days_count_for_the_bureau_alone_and_can_be_withdrawn(app):
    app.clock.set(datetime(2026, 6, 1, 9, 0, tzinfo=CHINA))
    row = visit(XP, upload_due=date(2026, 6, 10), publish_due=date(2026, 6, 30))
    row = replace(row, started_at=app.clock.now(), ended_at=app.clock.now(), recorded_at=app.clock.now())
    await keep(app, row)
    async with app.work(admin(app, XP)) as work:
        with pytest.raises(BadClosure):
            await close_days(work, date(2026, 6, 3), date(2026, 6, 2), "搬迁")
        closure, changes = await close_days(work, date(2026, 6, 3), date(2026, 6, 4), "办公场所搬迁")
        assert not (await calendar_for(work)).is_working(date(2026, 6, 3))
    assert {x.clock: x.after for x in changes} == {"upload": date(2026, 6, 12), "publish": date(2026, 7, 2)}
    async with app.work(admin(app, KD), read_only=True) as work:
        assert (await calendar_for(work)).is_working(date(2026, 6, 3))
    async with app.database.unit(Scope.own(XP, "x")) as db:
        assert not (await public_calendar(db, db, XP)).is_working(date(2026, 6, 4))
    async with app.work(admin(app, XP)) as work:
        await reopen_days(work, closure.id)
    assert (await kept(app, row)).upload_due == date(2026, 6, 10)


async def test_the_window_of_a_draw_follows_the_closure(app):
    order = PrepareDraw(XP, "2026Q1", datetime(2025, 12, 24, 10, 0, tzinfo=CHINA))
    drawer = c.acting(app, XP, "drawer")
    async with app.work(drawer) as work:
        with pytest.raises(Exception, match="2025-12-25"):
            await prepare_draw(work, order)
    async with app.work(admin(app, XP)) as work:
        await close_days(work, date(2025, 12, 30), date(2025, 12, 30), "停电检修")
    async with app.work(drawer) as work:
        await prepare_draw(work, order)
