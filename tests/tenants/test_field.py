"""Tasks, joint visits, visit records, uploads."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from tenants.errors import Conflict, OutOfScope, SameHand, WrongState
from tenants.records import Finding, Upload, Visit
from tenants.rows import DrawIntent
from tenants.scope import Scope
from tenants.session import enter
from tenants.stores import draws, joints, officers, tasks, uploads, visits

from .story import AT, CITY, COUNTY, city, county, officer, other

DAY = date(2026, 1, 6)
CERTS = ("16200002", "16200001")
dispatcher = Scope.own(COUNTY, "dispatcher")


@pytest.fixture
async def drawn(database):
    async with database.unit(county) as db:
        await officers.upsert(db, county, [officer(n) for n in (1, 2, 3)], at=AT, by="k", reason="导入")
        await draws.prepare(db, county, DrawIntent(COUNTY, "routine-source", "routine", "2026Q1"), AT, "d")
        assert await tasks.keep(db, county, 1, [(n, b"blob") for n in range(3)]) == 3
    return database


def visit(**changes):
    began = datetime.fromisoformat("2026-01-06T09:00:00+08:00")
    base = {
        "bureau": COUNTY, "id": uuid4(), "draw_no": 1, "slot": 0, "site_code": "S00001",
        "visit_type": "random", "subject": COUNTY, "started_at": began,
        "ended_at": began + timedelta(hours=1),
        "officers": list(CERTS), "form": {"排污许可": {"answer": "是"}}, "result_code": "1",
        "narrative": "正常",
        "record_sha256": "0" * 64, "recorded_by": "li", "recorded_at": began + timedelta(hours=2),
    }  # fmt: skip
    return Visit(**{**base, **changes})


async def test_dispatch_shows_tasks_to_their_officers_from_that_day(drawn):
    async with drawn.unit(dispatcher) as db:
        await tasks.dispatch(db, dispatcher, 1, 0, DAY, CERTS, "dispatcher", AT)
        assert await tasks.of_officer(db, dispatcher, CERTS[0], AT.date() - timedelta(days=1)) == ()
        (mine,) = await tasks.of_officer(db, dispatcher, CERTS[0], AT.date())
        assert (mine.slot, mine.visit_on, mine.state) == (0, DAY, "dispatched")
        assert await tasks.of_officer(db, dispatcher, "16200003", DAY) == ()
        team = await tasks.assignments(db, dispatcher, COUNTY, 1, 0)
        assert [(a.certificate, a.lead) for a in team] == [(CERTS[0], True), (CERTS[1], False)]
        with pytest.raises(WrongState):
            await tasks.dispatch(db, dispatcher, 1, 0, DAY, CERTS, "dispatcher", AT)
        await tasks.reassign(db, dispatcher, 1, 0, ("16200003", CERTS[1]), DAY, 1)
        assert await tasks.of_officer(db, dispatcher, CERTS[0], DAY) == ()
        assert len(await tasks.of_officer(db, dispatcher, "16200003", DAY)) == 1
        assert not hasattr(mine, "blob")


async def test_an_officer_who_left_may_come_back_and_the_lead_may_move(drawn):
    other = "16200003"
    async with drawn.unit(dispatcher) as db:
        await tasks.dispatch(db, dispatcher, 1, 0, DAY, CERTS, "dispatcher", AT)
        for n, team in enumerate(((other, CERTS[1]), (CERTS[1], other), CERTS), 1):
            await tasks.reassign(db, dispatcher, 1, 0, team, DAY, n)
            rows = await tasks.assignments(db, dispatcher, COUNTY, 1, 0)
            now = [(a.certificate, a.lead) for a in rows if a.until_day is None]
            assert now == [(team[0], True), (team[1], False)]
            for officer_ in (*CERTS, other):
                seen = await tasks.of_officer(db, dispatcher, officer_, DAY)
                assert len(seen) == (officer_ in team)


async def test_the_drawer_does_not_dispatch(drawn):
    with pytest.raises(SameHand):
        async with drawn.unit(county) as db:
            await tasks.dispatch(db, county, 1, 0, DAY, CERTS, county.subject, AT)


async def test_an_officer_of_nobody_cannot_be_sent(drawn):
    with pytest.raises(Conflict):
        async with drawn.unit(dispatcher) as db:
            await tasks.dispatch(db, dispatcher, 1, 0, DAY, ("nobody",), "dispatcher", AT)


async def test_outstanding(drawn):
    async with drawn.unit(county) as db:
        assert await tasks.outstanding(db, county, 1) == 3
        await tasks.set_state(db, county, 1, 0, "recorded")
        assert await tasks.outstanding(db, county, 1) == 3  # it may still be returned
        await tasks.set_state(db, county, 1, 0, "reviewed")
        await tasks.set_state(db, county, 1, 1, "cancelled", expected=("drawn",))
        assert await tasks.outstanding(db, county, 1) == 1
        with pytest.raises(WrongState):
            await tasks.set_state(db, county, 1, 1, "arrived", expected=("dispatched",))
    async with drawn.unit(city) as db:
        assert await tasks.outstanding(db, city, 1, COUNTY) == 1
        assert len(await tasks.of_draw(db, city, COUNTY, 1)) == 3
        with pytest.raises(WrongState):
            await tasks.set_state(db, city, 1, 2, "cancelled")


async def test_joint_visits_keep_a_row_on_each_side(drawn):
    async with drawn.unit(city) as db:
        await draws.prepare(db, city, DrawIntent(COUNTY, "routine-source", "overlay", "2026Q1"), AT, "d")
        await tasks.keep(db, city, 1, [(0, b"blob")])
        await joints.link(db, city, 1, 0, COUNTY, 1, 2)
        await enter(db, county)
        await joints.link(db, county, 1, 2, CITY, 1, 0)
    async with drawn.unit(county) as db:
        (mine,) = await joints.of_draw(db, county, COUNTY, 1)
        assert (mine.slot, mine.other_bureau, mine.other_slot) == (2, CITY, 0)
        assert await joints.of_draw(db, county, CITY, 1) == ()


async def test_visit_records(drawn):
    record = visit()
    found = [Finding(COUNTY, record.id, 1, "环评", "未验先投", "改字1号", date(2026, 2, 6))]
    async with drawn.unit(county) as db:
        await visits.keep(db, county, record, found)
        assert await visits.get(db, county, COUNTY, record.id) == record
        assert await visits.findings(db, county, COUNTY, record.id) == tuple(found)
        assert await visits.of_task(db, county, COUNTY, 1, 0) == record
        assert await visits.of_period(db, county, COUNTY, "2026Q1") == (record,)
        assert await visits.of_period(db, county, COUNTY, "2025Q4") == ()
        await visits.correct(db, county, record.id, 1, AT)
        await visits.review(db, county, record.id, "accepted", "reviewer", AT, upload_due=date(2026, 1, 15))
        with pytest.raises(WrongState):
            await visits.review(db, county, record.id, "returned", "reviewer", AT)
    with pytest.raises(Conflict):
        async with drawn.unit(county) as db:
            await visits.keep(db, county, visit(id=uuid4()))
    with pytest.raises(OutOfScope):
        async with drawn.unit(other) as db:
            await visits.keep(db, other, visit())


async def test_quarters_end_at_midnight_in_china(drawn):
    began = datetime.fromisoformat("2025-12-31T23:30:00+08:00")
    late = visit(draw_no=None, slot=None, visit_type="case", started_at=began, ended_at=began)
    async with drawn.unit(county) as db:
        await visits.keep(db, county, late)
        assert await visits.of_period(db, county, COUNTY, "2025Q4") == (late,)
        await visits.keep(
            db,
            county,
            replace(late, id=uuid4(), started_at=AT, ended_at=AT + timedelta(days=9), record_sha256="1" * 64),
        )
        seals = (late.record_sha256, "1" * 64)
        assert await visits.ledger(db, county, COUNTY, 2025) == {("S00001", "case", one) for one in seals}
        assert await visits.ledger(db, county, COUNTY, 2026) == frozenset()


async def test_nobody_reviews_his_own_record(drawn):
    record = visit()
    async with drawn.unit(county) as db:
        await visits.keep(db, county, record)
    with pytest.raises(SameHand):
        async with drawn.unit(county) as db:
            await visits.review(db, county, record.id, "accepted", record.recorded_by, AT)


async def test_uploads(drawn):
    record = visit()
    upload = Upload(COUNTY, uuid4(), "2026Q1", "henan", "上传.xlsx", "0" * 64, 1, AT, "publisher")
    async with drawn.unit(county) as db:
        await visits.keep(db, county, record)
        assert await visits.due_uploads(db, county, COUNTY) == ()
        await visits.review(db, county, record.id, "accepted", "reviewer", AT, upload_due=date(2026, 1, 15))
        assert len(await visits.due_uploads(db, county, COUNTY, date(2026, 1, 15))) == 1
        assert await visits.due_uploads(db, county, COUNTY, date(2026, 1, 14)) == ()
        await uploads.keep(db, county, upload, [record.id], b"file")
        assert await visits.due_uploads(db, county, COUNTY) == ()
        assert (await visits.get(db, county, COUNTY, record.id)).upload_id == upload.id
        await uploads.receive(db, county, upload.id, "回执1", AT)
        (kept,) = await uploads.recent(db, county, COUNTY)
        assert kept == replace(upload, receipt="回执1", receipt_at=AT)
        assert await uploads.file_of(db, county, COUNTY, upload.id) == b"file"
        assert await uploads.count(db, county, COUNTY, "2026Q1") == 1
    for wanted in ([record.id], [uuid4()]):
        with pytest.raises(WrongState):
            async with drawn.unit(county) as db:
                await uploads.keep(db, county, replace(upload, id=uuid4()), wanted, b"again")
