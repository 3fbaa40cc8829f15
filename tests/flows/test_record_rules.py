"""A bureau's choices shape the record: what is asked, who must be there, which clock runs."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest

from policies.visiting.checklist import ITEMS
from policies.visiting.visit_errors import ChecklistIncomplete, FormChanged, TooFewOfficers
from services.ruling.rule_proposals import Proposal
from services.usecases.approve_rule import approve_rule
from services.usecases.dispatch_tasks import dispatch_tasks
from services.usecases.propose_rule import propose_rule
from services.usecases.publish_notice import publish_results
from services.usecases.review_visit import review_visit
from services.views.publicity import publicity_of
from services.visiting.task_form import form_of_draw
from tenants.stores import notices, visits

from . import ceremony as c
from . import fieldwork as f

_numbers = count(1)
XP = "411721"
GROUPS = {  # the five of the text under the bureau's names, and one more: none may be dropped
    "facilities": "治污设施", "emissions": "排放", "assessment": "环评", "three_at_once": "三同时",
    "permit": "排污许可", "noise": "噪声",
}  # fmt: skip


@pytest.fixture
async def app(pg_server, new_home):
    name = f"record_rules_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


async def choose(app, key, value, since=date(2025, 12, 1)):
    async with app.work(c.acting(app, XP, "bureau_admin")) as work:
        row = (await propose_rule(work, Proposal(key, value, since, "本局决定", "一"))).row
    async with app.work(c.acting(app, XP, "bureau_head")) as work:
        await approve_rule(work, row.id)


async def sent_out(app, team):
    draw_no = await f.drawn(app, XP, {5: team})
    async with app.work(c.acting(app, XP, "dispatcher")) as work:
        (placed,) = (await dispatch_tasks(work, draw_no)).placed
    f.at(app, placed.visit_on)
    return draw_no


async def test_groups_clock_and_names_follow_the_bureaus_choices(app):
    await choose(app, "checklist.groups", GROUPS)
    await choose(app, "days.upload_start", "draw_end")
    await choose(app, "labels", {"brigade": "西平县生态环境保护综合行政执法大队"})
    draw_no, team = await sent_out(app, (2, 4)), (f.cert(XP, 2), f.cert(XP, 4))
    async with app.work(f.inspector(app, XP, 2)) as work:
        asked = await form_of_draw(work, draw_no)
    assert [item.id for item in asked.checklist.items] == [*(item.id for item in ITEMS), "noise.checked"]
    with pytest.raises(ChecklistIncomplete):
        await f.record(app, XP, 2, draw_no, 0, f.form(app, *team))
    answers = {item.id: ("fine", "") for item in asked.checklist.items}
    kept = await f.record(app, XP, 2, draw_no, 0, f.form(app, *team, answers=answers))
    assert kept.upload.day == date(2026, 4, 10)  # seven working days after 31 March, not after the visit
    assert kept.publish.day < date(2026, 3, 1)
    async with app.work(c.acting(app, XP, "reviewer")) as work:
        record = (await visits.get(work.db, work.scope, XP, kept.visit_id)).form
        await review_visit(work, kept.visit_id, accept=True)
    assert {one["group"] for one in record["answers"]} == set(GROUPS.values())
    assert record["unit"] == {
        "bureau": "驻马店市生态环境局西平分局", "brigade": "西平县生态环境保护综合行政执法大队",
    }  # fmt: skip
    f.at(app, date(2026, 3, 20))
    async with app.work(c.acting(app, XP, "publisher")) as work:
        owed = await publicity_of(work, 2026)
        assert owed is not None and (owed.due, owed.owed, owed.short) == (1, 1, 1)
        await publish_results(work, "2026Q1")
        (notice,) = await notices.listing(work.db, work.scope, XP, kind="result", limit=9)
        assert (await publicity_of(work, 2026)).short == 0
    assert notice.body["unit"].endswith("（西平县生态环境保护综合行政执法大队）")


async def test_a_bureau_that_asks_for_three_officers_gets_no_record_from_two(app):
    await choose(app, "record.officers", 3)
    draw_no = await sent_out(app, (2, 4))
    with pytest.raises(TooFewOfficers) as caught:
        await f.record(app, XP, 2, draw_no, 0, f.form(app, f.cert(XP, 2), f.cert(XP, 4)))
    assert "3" in caught.value.wording().title and "本局决定" in (caught.value.basis or "")


async def test_the_form_is_that_of_the_day_of_the_visit_and_names_its_version(app):
    draw_no, team = await sent_out(app, (2, 4)), (f.cert(XP, 2), f.cert(XP, 4))
    async with app.work(f.inspector(app, XP, 2)) as work:
        old = (await form_of_draw(work, draw_no)).version
    visited = app.clock.now()
    given = f.form(app, *team, version=old)
    later = (visited + timedelta(days=1)).date()
    await choose(app, "checklist.groups", GROUPS, since=later)
    f.at(app, later + timedelta(days=1))
    async with app.work(f.inspector(app, XP, 2)) as work:
        new = await form_of_draw(work, draw_no)
    assert new.version != old
    with pytest.raises(FormChanged, match=old):  # filled in on the form of another day
        await f.record(app, XP, 2, draw_no, 0, replace(given, version=new.version))
    kept = await f.record(app, XP, 2, draw_no, 0, given)  # sent late, from a phone without a network
    async with app.work(c.acting(app, XP, "reviewer")) as work:
        record = (await visits.get(work.db, work.scope, XP, kept.visit_id)).form
    assert record["form_version"] == old and "noise.checked" not in {one["item"] for one in record["answers"]}
