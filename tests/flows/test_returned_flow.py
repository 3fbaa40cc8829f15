"""A returned record stays; the team records anew, on both sides of a joint visit."""

from dataclasses import replace
from datetime import date

from services.usecases.review_visit import list_visits, review_visit
from services.views.record_form import form_of, given_of

from . import ceremony as c
from . import fieldwork as f
from .test_visit_flow import BT, KD, XP, app, dispatch, merge, review  # noqa: F401

DAY = date(2026, 2, 11)


async def states(app, bureau):  # noqa: F811
    async with app.work(c.acting(app, bureau, "reviewer")) as work:
        return [v.state for v in await list_visits(work, f.Q1)]


async def test_a_returned_record_is_recorded_anew(app):  # noqa: F811
    draw_no = await f.drawn(app, XP, {5: (2, 4)})
    await dispatch(app, XP, draw_no, days=[DAY])
    f.at(app, DAY)
    team = (f.cert(XP, 2), f.cert(XP, 4))
    first = await f.record(app, XP, 2, draw_no, 0, f.form(app, *team))
    await review(app, XP, first.visit_id, accept=False, note="排口编号有误")
    second = await f.record(app, XP, 2, draw_no, 0, f.form(app, *team, narrative="更正排口编号"))
    assert second.visit_id != first.visit_id and not second.repeated
    await review(app, XP, second.visit_id)
    assert sorted(await states(app, XP)) == ["accepted", "returned"]


async def test_a_joint_record_is_returned_on_both_sides(app):  # noqa: F811
    city = await f.drawn(app, BT, {5: (2, 4)}, subject=KD)
    district = await f.drawn(app, KD, {5: (4, 5)})
    await merge(app, city, KD, district)
    await dispatch(app, KD, district, days=[DAY])
    await dispatch(app, BT, city)
    f.at(app, DAY)
    everyone = (f.cert(KD, 4), f.cert(KD, 5), f.cert(BT, 2), f.cert(BT, 4))
    await f.record(app, KD, 4, district, 0, f.form(app, *everyone))
    async with app.work(c.acting(app, BT, "reviewer")) as work:
        (side,) = await list_visits(work, f.Q1)
        await review_visit(work, side.id, accept=False, note="缺采样单号")
    assert await states(app, KD) == await states(app, BT) == ["returned"]
    again = await f.record(app, KD, 4, district, 0, f.form(app, *everyone, narrative="补采样单号"))
    assert again.sides == (KD, BT)


async def test_the_team_reads_why_and_mends_what_it_wrote(app):  # noqa: F811
    draw_no = await f.drawn(app, XP, {5: (2, 4)})
    await dispatch(app, XP, draw_no, days=[DAY])
    f.at(app, DAY)
    given = f.faulty(app, f.cert(XP, 2), f.cert(XP, 4), due=date(2026, 3, 2))
    first = await f.record(app, XP, 2, draw_no, 0, given)
    assert [task.returned for task in await f.tasks_of(app, XP, 2, every=True)] == [None]
    await review(app, XP, first.visit_id, accept=False, note="排口编号有误")
    (task,) = await f.tasks_of(app, XP, 4)
    assert task.returned and task.returned.review_note == task.as_dict()["returned"] == "排口编号有误"
    again = form_of(given_of(task.returned.form))
    minute = {
        name: getattr(given, name).replace(second=0, microsecond=0) for name in ("started_at", "ended_at")
    }
    assert given.fix and again.fix and (again.fix.lon, again.fix.accuracy) == (given.fix.lon, 15)
    assert replace(again, fix=None) == replace(given, fix=None, **minute)
    await f.record(app, XP, 4, draw_no, 0, again)
    assert await f.tasks_of(app, XP, 4) == ()
