"""What the field side refuses: void draws, strangers, days out of the period, a result handed over twice."""

import asyncio
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from sqlalchemy import text

from policies.visiting.visit_errors import RecordRefused
from services.drawing.draw_errors import StillOutstanding
from services.usecases import upload_results
from services.usecases.merge_overlay import merge_overlay
from services.usecases.my_tasks import assigned_task
from services.usecases.open_draw import open_draw
from services.usecases.publish_notice import (
    publish_draw,
    publish_results,
    waiting_results,
    withdraw_notice,
)
from services.usecases.record_other_visit import record_other_visit
from services.usecases.review_visit import list_visits
from services.usecases.upload_results import make_upload, upload_file
from services.visiting.approval import Backing
from services.visiting.visit_errors import BadDays, FileChanged, NothingDue, NotYours
from tenants.errors import OutOfScope, SameHand, WrongState
from tenants.stores import draws, journal_pages, tasks, uploads, visits, voids

from . import ceremony as c
from . import fieldwork as f
from .test_visit_flow import BT, KD, XP, app, dispatch, merge, review  # noqa: F401

DAY = date(2026, 2, 11)
TEAM = (f.cert(XP, 2), f.cert(XP, 4))


async def void(app, bureau, draw_no, *, cancel=True):  # noqa: F811
    """As the use case leaves it behind; its own steps are tested with the draws."""
    scope = await app.scope_of(c.acting(app, bureau, "drawer"))
    async with app.database.unit(scope) as db:
        proposed = await voids.propose(db, scope, draw_no, "名录有误", app.clock.now())
    scope = await app.scope_of(c.acting(app, bureau, "bureau_head"))
    async with app.database.unit(scope) as db:
        await voids.approve(db, scope, draw_no, proposed.n, app.clock.now())
        await draws.void(db, scope, draw_no, "名录有误", scope.subject, app.clock.now())
        if cancel:
            await tasks.cancel_open(db, scope, draw_no)


async def set_task(app, bureau, draw_no, state):  # noqa: F811
    scope = await app.scope_of(c.acting(app, bureau, "dispatcher"))
    async with app.database.unit(scope) as db:
        await tasks.set_state(db, scope, draw_no, 0, state)


async def state_of(app, bureau, draw_no, slot=0):  # noqa: F811
    scope = await app.scope_of(c.acting(app, bureau, "dispatcher"))
    async with app.database.unit(scope) as db:
        return (await tasks.get(db, scope, bureau, draw_no, slot)).state


async def drawn_today(app, bureau=XP, picks=None, **options):  # noqa: F811
    draw_no = await f.drawn(app, bureau, picks or {5: (2, 4)}, **options)
    await dispatch(app, bureau, draw_no, days=[DAY])
    f.at(app, DAY)
    return draw_no


@pytest.mark.parametrize("cancel", [True, False])
async def test_a_void_draw_has_no_tasks_and_takes_no_record(app, cancel):  # noqa: F811
    draw_no = await drawn_today(app)
    assert len(await f.tasks_of(app, XP, 2)) == 1
    await void(app, XP, draw_no, cancel=cancel)
    assert await f.tasks_of(app, XP, 2, every=True) == ()
    with pytest.raises(NotYours):
        async with app.work(f.inspector(app, XP, 2)) as work:
            await assigned_task(work, draw_no, 0)
    with pytest.raises(NotYours):
        await f.record(app, XP, 2, draw_no, 0, f.form(app, *TEAM))


async def test_a_record_returned_after_the_draw_was_void_is_not_made_anew(app):  # noqa: F811
    draw_no = await drawn_today(app)
    kept = await f.record(app, XP, 2, draw_no, 0, f.form(app, *TEAM))
    await void(app, XP, draw_no)
    await review(app, XP, kept.visit_id, accept=False, note="排口编号有误")
    assert await state_of(app, XP, draw_no) == "cancelled"


async def joined(app, *, dispatched=True):  # noqa: F811
    city = await f.drawn(app, BT, {5: (2, 4)}, subject=KD)
    district = await f.drawn(app, KD, {5: (4, 5)})
    assert (await merge(app, city, KD, district)).linked == ((0, 0),)
    if dispatched:
        await dispatch(app, KD, district, days=[DAY])
        await dispatch(app, BT, city)
        f.at(app, DAY)
    return city, district


@pytest.mark.parametrize("cancel", [True, False])
async def test_the_other_side_of_a_void_draw_goes_alone(app, cancel):  # noqa: F811
    city, district = await joined(app)
    await void(app, BT, city, cancel=cancel)
    (mine,) = await f.tasks_of(app, KD, 4)
    assert mine.partner is None
    kept = await f.record(app, KD, 4, district, 0, f.form(app, f.cert(KD, 4), f.cert(KD, 5)))
    assert kept.sides == (KD,)


async def test_a_city_records_alone_where_the_district_cancelled(app):  # noqa: F811
    city, district = await joined(app)
    await set_task(app, KD, district, "cancelled")
    kept = await f.record(app, BT, 2, city, 0, f.form(app, f.cert(BT, 2), f.cert(BT, 4)))
    assert kept.sides == (BT,)


async def test_the_draw_after_a_void_one_is_joined_again(app):  # noqa: F811
    city, district = await joined(app, dispatched=False)
    await void(app, BT, city)
    again = await f.drawn(app, BT, {5: (2, 4)}, subject=KD)
    assert (await merge(app, again, KD, district)).linked == ((0, 0),)
    await dispatch(app, KD, district, days=[DAY])
    assert (await dispatch(app, BT, again)).placed[0].visit_on == DAY


async def test_what_one_side_has_recorded_is_told_as_late(app):  # noqa: F811
    city = await f.drawn(app, BT, {5: (2, 4)}, subject=KD)
    district = await drawn_today(app, KD, {5: (4, 5)})
    await f.record(app, KD, 4, district, 0, f.form(app, f.cert(KD, 4), f.cert(KD, 5)))
    found = await merge(app, city, KD, district)
    assert (found.linked, found.late) == ((), ((0, 0),))
    await dispatch(app, BT, city, days=[DAY])
    kept = await f.record(app, BT, 2, city, 0, f.form(app, f.cert(BT, 2), f.cert(BT, 4)))
    assert kept.sides == (BT,)


async def test_merging_and_dispatching_at_once_leave_one_day(app):  # noqa: F811
    """Whoever comes first: a linked visit has one day on both sides, or it is late and not linked."""
    city = await f.drawn(app, BT, {5: (2, 4)}, subject=KD)
    district = await f.drawn(app, KD, {5: (4, 5)})
    days = {BT: DAY, KD: date(2026, 2, 12)}
    merged, one, other = await asyncio.gather(
        merge(app, city, KD, district),
        dispatch(app, KD, district, days=[days[KD]]),
        dispatch(app, BT, city, days=[days[BT]]),
    )
    same = one.placed[0].visit_on == other.placed[0].visit_on
    assert merged.linked == (((0, 0),) if same else ())
    assert merged.late == (() if same else ((0, 0),))


async def test_dispatch_keeps_to_working_days_of_the_period(app):  # noqa: F811
    draw_no = await f.drawn(app, XP, {5: (2, 4)})
    f.at(app, DAY)
    wrong = (
        {"days": [date(2026, 2, 10)]},  # yesterday
        {"days": [DAY, date(2026, 2, 17)]},  # the spring festival
        {"days": [date(2026, 4, 1)]},  # the next quarter
        {"days": [DAY], "ahead": 3},
        {"days": [DAY], "ahead": -1},
    )
    for options in wrong:
        with pytest.raises(BadDays):
            await dispatch(app, XP, draw_no, **options)
    assert await state_of(app, XP, draw_no) == "drawn"
    (placed,) = (await dispatch(app, XP, draw_no, days=[DAY], ahead=2)).placed
    assert placed.from_day == DAY  # nobody is told of a day before the dispatch


@pytest.mark.parametrize("hand", ["created_by", "frozen_by", "beacon_by"])
async def test_no_hand_of_the_draw_dispatches_or_joins_it(app, hand):  # noqa: F811
    """Not only who ran it: the fixture's drawer prepared, another finished."""
    city = await f.drawn(app, BT, {5: (2, 4)}, subject=KD)
    district = await f.drawn(app, KD, {5: (4, 5)})
    helper = c.person(BT, "dispatcher")
    real = draws.get

    async def seen(db, scope, bureau, draw_no):
        return replace(await real(db, scope, bureau, draw_no), **{hand: helper})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draws, "get", seen)
        for act in (partial(dispatch, app, BT, city), partial(merge, app, city, KD, district)):
            with pytest.raises(SameHand):
                await act()
    assert await state_of(app, BT, city) == "drawn"


async def test_who_drew_for_the_district_does_not_join_it(app):  # noqa: F811
    city = await f.drawn(app, BT, {5: (2, 4)}, subject=KD)
    district = await f.drawn(app, KD, {5: (4, 5)})
    who = replace(c.acting(app, BT, "dispatcher"), subject=c.person(KD, "drawer"))
    with pytest.raises(SameHand):
        async with app.work(who) as work:
            await merge_overlay(work, city, KD, district)


async def test_another_visit_names_known_officers_only(app):  # noqa: F811
    f.at(app, date(2026, 1, 20))
    urgent = Backing(urgent="正在排放", matter="群众反映")
    with pytest.raises(RecordRefused):
        async with app.work(f.inspector(app, XP, 2)) as work:
            await record_other_visit(work, "411721S0005", "complaint", f.form(app, *TEAM, "没有此证"), urgent)


async def test_two_orders_of_one_minute_have_two_numbers(app):  # noqa: F811
    f.at(app, date(2026, 1, 20))
    given = f.faulty(app, *TEAM, due=date(2026, 3, 2))
    backings = [await f.approved(app, XP, n, "complaint") for n in (5, 10)]
    async with app.work(f.inspector(app, XP, 2)) as work:
        first = await record_other_visit(work, "411721S0005", "complaint", given, backings[0])
        second = await record_other_visit(work, "411721S0010", "complaint", given, backings[1])
        again = await record_other_visit(work, "411721S0010", "complaint", given, backings[1])
    assert first.orders != second.orders == again.orders and again.repeated


async def test_a_draw_opens_only_when_every_record_is_accepted(app):  # noqa: F811
    draw_no = await drawn_today(app)
    kept = await f.record(app, XP, 2, draw_no, 0, f.form(app, *TEAM))
    with pytest.raises(StillOutstanding):
        async with app.work(c.drawer(app, XP)) as work:
            await open_draw(work, draw_no)
    await review(app, XP, kept.visit_id)
    async with app.work(c.drawer(app, XP)) as work:
        await open_draw(work, draw_no)
    with pytest.raises(WrongState):
        await review(app, XP, kept.visit_id, accept=False, note="太晚")


async def test_the_standing_record_of_a_task_is_not_the_returned_one(app):  # noqa: F811
    draw_no = await drawn_today(app)
    first = await f.record(app, XP, 2, draw_no, 0, f.form(app, *TEAM))
    await review(app, XP, first.visit_id, accept=False, note="排口编号有误")
    async with app.work(c.acting(app, XP, "reviewer")) as work:
        assert await visits.of_task(work.db, work.scope, XP, draw_no, 0) is None
    second = await f.record(app, XP, 2, draw_no, 0, f.form(app, *TEAM, narrative="更正"))
    async with app.work(c.acting(app, XP, "reviewer")) as work:
        found = await visits.of_task(work.db, work.scope, XP, draw_no, 0)
    assert found is not None and found.id == second.visit_id


async def accepted(app):  # noqa: F811
    draw_no = await drawn_today(app)
    kept = await f.record(app, XP, 2, draw_no, 0, f.form(app, *TEAM))
    await review(app, XP, kept.visit_id)
    return draw_no, kept


async def test_two_files_at_once_do_not_hold_the_same_record(app):  # noqa: F811
    await accepted(app)

    async def make():
        async with app.work(c.acting(app, XP, "reviewer")) as work:
            return await make_upload(work, f.Q1)

    done = await asyncio.gather(make(), make(), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["NothingDue", "Uploaded"]
    async with app.work(c.acting(app, XP, "reviewer")) as work:
        assert len(await uploads.recent(work.db, work.scope, XP)) == 1


async def test_a_file_comes_back_as_it_was_whatever_makes_files_now(app, monkeypatch):  # noqa: F811
    await accepted(app)
    who = c.acting(app, XP, "reviewer")
    async with app.work(who) as work:
        made = await make_upload(work, f.Q1)
    monkeypatch.setattr(upload_results, "result_lines", lambda *args: [])
    monkeypatch.setattr(upload_results, "profiles", dict)
    async with app.work(who) as work:
        assert await upload_file(work, made.upload.id) == made.file
        rows = await journal_pages.newest(work.db, work.scope, XP, action="upload.make", limit=1)
    taken = rows[0]
    assert (taken.actor, taken.after) == (who.subject, {"taken": made.file.sha256}), "the hands are known"
    assert taken.target == f"upload/{XP}/{made.upload.id}"
    monkeypatch.setattr(uploads, "file_of", lambda *args: asyncio.sleep(0, b"other bytes"))
    with pytest.raises(FileChanged):
        async with app.work(who) as work:
            await upload_file(work, made.upload.id)
    with pytest.raises(OutOfScope):  # nobody rewrites a file handed over
        async with app.work(who) as work:
            await work.db.execute(text("update upload set file = 'x'"))


async def test_a_withdrawn_result_is_published_anew(app):  # noqa: F811
    draw_no, _ = await accepted(app)
    who = c.acting(app, XP, "publisher")
    async with app.work(who) as work:
        (first,) = await publish_results(work, f.Q1)
        told = await publish_draw(work, draw_no)
        assert await waiting_results(work, f.Q1) == ()
    for n in range(2):  # more than once
        async with app.work(who) as work:
            await withdraw_notice(work, first.id, "名称有误")
            await withdraw_notice(work, told.id, "编号有误")
            assert len(await waiting_results(work, f.Q1)) == 1
            (second,) = await publish_results(work, f.Q1)
            again = await publish_draw(work, draw_no)
            assert {second.id, again.id}.isdisjoint({first.id, told.id}), n
            assert second.withdrawn_at is None and second.body == first.body
            with pytest.raises(NothingDue):
                await publish_results(work, f.Q1)
            assert await publish_draw(work, draw_no) == again
        first, told = second, again


async def test_a_period_that_cannot_be_read_is_told(app):  # noqa: F811
    for period in ("2026-1", "", "２０２６Q1"):
        with pytest.raises(ValueError, match="周期无法识别"):
            async with app.work(c.acting(app, XP, "reviewer")) as work:
                await list_visits(work, period)


async def test_a_stranger_is_refused_before_the_draw_is_looked_at(app):  # noqa: F811
    with pytest.raises(NotYours):
        await f.record(app, XP, 2, 99, 0, f.form(app, *TEAM))
