"""From sealed dispatch to the public notice on a real database, joint visits included."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from itertools import count

import pytest
from python_calamine import CalamineWorkbook

from policies.errors import Forbidden
from policies.visiting.notice import MASK
from policies.visiting.visit_errors import RecordRefused, TooFewOfficers
from policies.visiting.visits import Fix, seal_hash
from services.usecases.dispatch_tasks import dispatch_board, dispatch_tasks
from services.usecases.merge_overlay import merge_overlay
from services.usecases.publish_notice import publish_draw, publish_results, withdraw_notice
from services.usecases.record_other_visit import record_other_visit
from services.usecases.review_visit import list_visits, review_visit
from services.usecases.upload_results import due_uploads, keep_receipt, make_upload, upload_file
from services.visiting.visit_errors import (
    AlreadyRecorded,
    NoteMissing,
    NothingDue,
    NotMergeable,
    NotYours,
    RecordedElsewhere,
)
from tenants import journal
from tenants.errors import SameHand, WrongState
from tenants.stores import sites, tasks, visits

from . import ceremony as c
from . import fieldwork as f

_numbers = count(1)
XP, KD, BT = "411721", "150203", "150200"


@pytest.fixture
async def app(pg_server, new_home):
    name = f"visit_flow_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


async def dispatch(app, bureau, draw_no, **options):
    async with app.work(c.acting(app, bureau, "dispatcher")) as work:
        return await dispatch_tasks(work, draw_no, **options)


async def review(app, bureau, visit_id, **options):
    async with app.work(c.acting(app, bureau, "reviewer")) as work:
        return await review_visit(work, visit_id, **{"accept": True, **options})


async def entries(app, bureau):
    scope = await app.scope_of(c.acting(app, bureau, "reviewer"))
    async with app.database.unit(scope) as db:
        await journal.verify_chain(db, scope, bureau)
        return await journal.entries(db, scope, bureau)


async def sites_in_clear(app, bureau, draw_no):
    """What a database reader without keys can tie to the draw: site codes of visit rows."""
    scope = await app.scope_of(c.acting(app, bureau, "reviewer"))
    async with app.database.unit(scope) as db:
        return [v.site_code for v in await visits.of_draw(db, scope, bureau, draw_no)]


async def test_dispatch_is_not_for_the_drawer_and_shows_each_team_its_own_day(app):
    draw_no = await f.drawn(app, XP, {5: (2, 4), 10: (4, 5), 15: (2, 4)})
    both = replace(c.acting(app, XP, "dispatcher"), subject=c.person(XP, "drawer"))
    with pytest.raises(SameHand):
        async with app.work(both) as work:
            await dispatch_tasks(work, draw_no)
    done = await dispatch(app, XP, draw_no)
    days = {one.slot: one.visit_on for one in done.placed}
    assert days[0] == days[2] and min(days.values()) == date(2026, 1, 4)  # 2026-01-04 is a make-up day
    assert all(one.certificates[0] in (f.cert(XP, 2), f.cert(XP, 4)) for one in done.placed)
    assert (await dispatch(app, XP, draw_no)).placed == () and await sites_in_clear(app, XP, draw_no) == []

    f.at(app, date(2026, 1, 3))
    assert await f.tasks_of(app, XP, 2) == ()
    f.at(app, max(days.values()))
    mine = await f.tasks_of(app, XP, 2)
    assert {t.slot for t in mine} == {0, 2} and mine[0].lead and mine[0].site["name"] == "模拟企业5"
    assert {t.slot for t in await f.tasks_of(app, XP, 5)} == {1}
    assert await f.tasks_of(app, XP, 6) == ()
    reads = [e for e in await entries(app, XP) if e.action == "sealed.read"]
    assert [e.target.rsplit("/", 1)[1] for e in reads] == ["0,1,2", "0,2", "1"]
    async with app.work(c.acting(app, XP, "dispatcher")) as work:
        assert [len(team) for _, team in await dispatch_board(work, draw_no)] == [2, 2, 2]
    with pytest.raises(Forbidden):
        async with app.work(c.acting(app, XP, "reviewer")) as work:
            await dispatch_tasks(work, draw_no)


async def test_a_record_needs_its_team_its_day_its_place_and_all_answers(app):
    draw_no = await f.drawn(app, XP, {5: (2, 4), 10: (1, 4)})
    days = {one.slot: one.visit_on for one in (await dispatch(app, XP, draw_no)).placed}
    team = (f.cert(XP, 2), f.cert(XP, 4))
    with pytest.raises(NotYours):
        await f.record(app, XP, 2, draw_no, 0, f.form(app, *team))
    f.at(app, max(days.values()))
    with pytest.raises(NotYours):
        await f.record(app, XP, 5, draw_no, 0, f.form(app, *team))
    with pytest.raises(TooFewOfficers):
        await f.record(app, XP, 2, draw_no, 0, f.form(app, team[0]))
    with pytest.raises(TooFewOfficers):  # officer 1's certificate ended in 2025
        await f.record(app, XP, 4, draw_no, 1, f.form(app, f.cert(XP, 1), f.cert(XP, 4)))
    bad = [
        f.form(app, *team, f.cert(XP, 5)),  # nobody comes along unseen
        f.form(app, team[1]),  # who records was there
        f.form(app, *team, fix=None),
        f.form(app, *team, fix=Fix(114.02, 33.38, 9_999_999, app.clock.now())),
        f.form(app, *team, attachments=("photo.jpg",)),
        f.form(app, *team, started_at=app.clock.now() - timedelta(days=90)),
        f.form(app, *team, method="telepathy"),
        replace(f.faulty(app, *team, due=date(2026, 2, 1)), orders=()),
        f.faulty(app, *team, due=date(2025, 12, 31)),
    ]
    for form in bad:
        with pytest.raises(RecordRefused):
            await f.record(app, XP, 2, draw_no, 0, form)
    assert await sites_in_clear(app, XP, draw_no) == []
    given = f.form(app, *team)
    first = await f.record(app, XP, 2, draw_no, 0, given)
    again = await f.record(app, XP, 2, draw_no, 0, given)
    assert again.repeated and (again.visit_id, again.sha256) == (first.visit_id, first.sha256)
    with pytest.raises(AlreadyRecorded):
        await f.record(app, XP, 4, draw_no, 0, given)  # another hand, another record
    assert await sites_in_clear(app, XP, draw_no) == ["411721S0005"]


async def test_review_upload_and_notice(app):
    draw_no = await f.drawn(app, XP, {5: (2, 4)})
    await dispatch(app, XP, draw_no, days=[date(2026, 2, 11)])
    f.at(app, date(2026, 2, 11))
    given = f.faulty(app, f.cert(XP, 2), f.cert(XP, 4), due=date(2026, 3, 2))
    kept = await f.record(app, XP, 2, draw_no, 0, given)
    assert kept.upload.day == date(2026, 2, 27) and kept.findings == 1  # the spring festival lies between
    assert re.fullmatch("模拟责改〔2026〕411721-1-0-[0-9a-f]{8}号", kept.orders[0]) and len(kept.orders) == 1
    with pytest.raises(NothingDue):
        async with app.work(c.acting(app, XP, "publisher")) as work:
            await publish_results(work, f.Q1)
    himself = replace(c.acting(app, XP, "reviewer"), subject=f.inspector(app, XP, 2).subject)
    with pytest.raises(SameHand):
        async with app.work(himself) as work:
            await review_visit(work, kept.visit_id, accept=True)
    with pytest.raises(NoteMissing):
        await review(app, XP, kept.visit_id, accept=False)
    file = await review(app, XP, kept.visit_id)
    assert (file.visit.state, file.visit.upload_due) == ("accepted", date(2026, 2, 27))
    assert seal_hash(file.visit.form) == file.visit.record_sha256 == kept.sha256
    with pytest.raises(WrongState):
        await review(app, XP, kept.visit_id)
    await _upload(app, kept)
    await _notice(app, kept, draw_no)


async def _upload(app, kept):
    async with app.work(c.acting(app, XP, "reviewer")) as work:
        assert [(d.due, d.left) for d in await due_uploads(work)] == [(date(2026, 2, 27), 7)]
        made = await make_upload(work, f.Q1)
        assert await due_uploads(work) == ()
    (rows,) = [CalamineWorkbook.from_filelike(BytesIO(made.file.data)).get_sheet_by_index(0).to_python()]
    heading = next(row for row in rows if row[0] == "序号")
    line = dict(zip(heading, rows[-1], strict=True))
    assert line["检查结果代码"] == "03" and line["整改期限"] == "2026-03-02"
    assert line["记录封存值"] == kept.sha256 and line["检查人员"] == "模拟人员2、模拟人员4"
    assert made.target == "河南省生态环境执法一体化平台"
    async with app.work(c.acting(app, XP, "reviewer")) as work:
        assert (await upload_file(work, made.upload.id)).data == made.file.data
        assert (await keep_receipt(work, made.upload.id, " HN-2026-0001 ")).receipt == "HN-2026-0001"
        with pytest.raises(NothingDue):
            await make_upload(work, f.Q1)


async def _notice(app, kept, draw_no):
    publisher = c.acting(app, XP, "publisher")
    async with app.work(publisher) as work:
        (notice,) = await publish_results(work, f.Q1)
        with pytest.raises(NothingDue):
            await publish_results(work, f.Q1)
        draw = await publish_draw(work, draw_no)
        assert await publish_draw(work, draw_no) == draw
        task = await tasks.get(work.db, work.scope, XP, draw_no, 0)
    assert task.state == "published" and notice.due_on == date(2026, 3, 17)
    assert notice.body["findings"] == [
        {"item": "监测数据是否达标", "text": f"总排口化学需氧量超标，联系人 {MASK}"}
    ]
    assert notice.body["team_size"] == 2 and notice.body["simulated"] and notice.title.startswith("【模拟】")
    whole = json.dumps([notice.body, draw.body], ensure_ascii=False)
    for secret in ("模拟人员", f.cert(XP, 2), "13812345678"):
        assert secret not in whole
    assert "411721S" not in json.dumps(draw.body)
    async with app.work(publisher) as work:
        gone = await withdraw_notice(work, notice.id, "名称有误")
    assert gone.withdrawn_why == "名称有误"


async def test_a_site_drawn_by_both_is_one_joint_visit(app):
    city = await f.drawn(app, BT, {5: (2, 4), 20: (4, 5)}, subject=KD)
    district = await f.drawn(app, KD, {10: (2, 4), 5: (4, 5)})
    with pytest.raises(NotMergeable):
        await merge(app, city, XP, district)
    assert (await merge(app, city, KD, district)).linked == ((0, 1),)
    assert (await merge(app, city, KD, district)).before == ((0, 1),)
    home = {one.slot: one.visit_on for one in (await dispatch(app, KD, district)).placed}
    away = {one.slot: one for one in (await dispatch(app, BT, city)).placed}
    assert away[0].visit_on == home[1] and away[0].joint
    f.at(app, max(home.values()))
    (mine,) = await f.tasks_of(app, KD, 5)
    assert mine.partner is not None and mine.partner.bureau == BT

    everyone = (f.cert(KD, 4), f.cert(KD, 5), f.cert(BT, 2), f.cert(BT, 4))
    with pytest.raises(RecordedElsewhere):
        await f.record(app, BT, 2, city, 0, f.form(app, *everyone))
    with pytest.raises(TooFewOfficers):
        await f.record(app, KD, 4, district, 1, f.form(app, *everyone[:3]))
    kept = await f.record(app, KD, 4, district, 1, f.faulty(app, *everyone, due=date(2026, 3, 2)))
    assert kept.sides == (KD, BT)
    hashes = {await _review_own(app, bureau) for bureau in (KD, BT)}
    assert hashes == {kept.sha256}
    for bureau in (KD, BT):
        assert {"task.merge", "visit.record", "sealed.read"} <= {e.action for e in await entries(app, bureau)}
        async with app.work(c.acting(app, bureau, "publisher")) as work:
            (notice,) = await publish_results(work, f.Q1)
        assert (notice.subject, len(notice.body["joint"])) == (KD, 1)
    assert {t.slot for t in await f.tasks_of(app, BT, 4)} <= {1}


async def merge(app, city, district, district_draw):
    async with app.work(c.acting(app, BT, "dispatcher")) as work:
        return await merge_overlay(work, city, district, district_draw)


async def _review_own(app, bureau):
    async with app.work(c.acting(app, bureau, "reviewer")) as work:
        (visit,) = await list_visits(work, f.Q1, "recorded")
        return (await review_visit(work, visit.id, accept=True)).visit.record_sha256


async def test_other_visits_enter_the_ledger_and_no_ratio(app):
    f.at(app, date(2026, 1, 20))
    given = f.form(app, f.cert(XP, 2), f.cert(XP, 4))
    asked = await f.approved(app, XP, 5, "complaint")
    async with app.work(f.inspector(app, XP, 2)) as work:
        first = await record_other_visit(work, "411721S0005", "complaint", given, asked)
        again = await record_other_visit(work, "411721S0005", "complaint", given, asked)
        assert again.repeated and again.visit_id == first.visit_id
        ledger = await visits.ledger(work.db, work.scope, XP, 2026)
        assert ledger == {("411721S0005", "complaint", first.sha256)}
        assert await sites.one(work.db, work.scope, XP, "411721S0005")
    with pytest.raises(Forbidden):
        async with app.work(f.inspector(app, XP, 5)) as work:
            await record_other_visit(work, "411721S0005", "complaint", given)
