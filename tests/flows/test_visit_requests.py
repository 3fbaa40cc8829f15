"""A visit no draw chose: asked for, decided by somebody else, made once; or filed after it was made."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from policies.access_errors import Forbidden
from policies.errors import Missing
from policies.visiting.request_errors import NotApproved, RequestOver, RequestRefused
from policies.visiting.requests import Asked
from services.clock import today
from services.usecases.ask_visit import ask_visit, drop_request, own_requests, requests_of
from services.usecases.decide_visit_request import decide_request
from services.usecases.record_other_visit import record_other_visit
from services.usecases.review_visit import review_visit
from services.views.ledger_site import ledger_site, unapproved_visits
from services.views.workbench import workbench
from services.visiting.approval import NOTHING, Backing
from tenants.errors import SameHand, WrongState
from tenants.stores import visits

from . import ceremony as c
from . import fieldwork as f
from .test_visit_flow import KD, XP, app, entries  # noqa: F401

SITE, OTHER = f"{XP}S0005", f"{XP}S0010"
TEAM = (f.cert(XP, 2), f.cert(XP, 4))
URGENT = Backing(urgent="正在偷排，等不到审批", matter="群众反映夜间排放", source="信访〔2026〕7号")
DAY = date(2026, 1, 20)


@pytest.fixture
def day(app):  # noqa: F811
    f.at(app, DAY)
    return app


async def record(app, backing, *, kind="complaint", site=SITE, given=None):  # noqa: F811
    async with app.work(f.inspector(app, XP, 2)) as work:
        return await record_other_visit(work, site, kind, given or f.form(app, *TEAM), backing)


async def ask(app, **changes):  # noqa: F811
    on = today(app.clock)
    asked = Asked("complaint", SITE, "群众反映夜间排放", "", TEAM, on, on + timedelta(days=2))
    async with app.work(f.inspector(app, XP, 2)) as work:
        return await ask_visit(work, replace(asked, **changes))


async def decide(app, id, approve=True, who=None, why=""):  # noqa: F811
    async with app.work(who or c.acting(app, XP, "bureau_head")) as work:
        return await decide_request(work, id, approve=approve, why=why)


async def test_no_visit_without_an_approval_that_covers_it(day):
    with pytest.raises(NotApproved) as refused:
        await record(day, NOTHING)
    assert "本系统默认读法" in refused.value.as_dict("zh")["expected"]  # our default: no text is named for it
    made = await ask(day)
    with pytest.raises(NotApproved):
        await record(day, Backing(made.id))  # asked for is not approved
    await decide(day, made.id)
    backing = Backing(made.id)
    other = f.form(day, f.cert(XP, 2), f.cert(XP, 5))
    for wrong in ({"kind": "case"}, {"site": OTHER}, {"given": other}):
        with pytest.raises(NotApproved):
            await record(day, backing, **wrong)
    kept = await record(day, backing)
    f.at(day, DAY, 17)
    with pytest.raises(NotApproved):  # one approval, one visit
        await record(day, backing)
    async with day.work(c.acting(day, XP, "bureau_head")) as work:
        told = (await visits.get(work.db, work.scope, XP, kept.visit_id)).form["approval"]
        assert told["request"] == str(made.id) and "夜间" not in str(told)
        assert await unapproved_visits(work, XP, 2026) == frozenset()
        assert [one.approval for one in (await ledger_site(work, XP, SITE, 2026)).visits] == ["approved"]
    later = await f.approved(day, XP, 5, "complaint")
    f.at(day, DAY + timedelta(days=4))
    with pytest.raises(NotApproved):  # not on a day that nobody approved
        await record(day, later)
    assert {"request.ask", "request.decide"} <= {e.action for e in await entries(day, XP)}
    assert all("夜间" not in str(e.after) for e in await entries(day, XP))


async def test_who_asks_or_goes_does_not_approve(day):
    made = await ask(day)
    asker = replace(f.inspector(day, XP, 2), roles=c.acting(day, XP, "bureau_head").roles)
    goer = replace(f.inspector(day, XP, 4), roles=c.acting(day, XP, "bureau_head").roles)
    for hand in (asker, goer):
        with pytest.raises(SameHand):
            await decide(day, made.id, who=hand)
    with pytest.raises(Forbidden):
        await decide(day, made.id, who=c.acting(day, XP, "dispatcher"))
    with pytest.raises(Missing):
        await decide(day, made.id, who=c.acting(day, KD, "bureau_head"))
    await decide(day, made.id)
    with pytest.raises(WrongState):
        await decide(day, made.id, approve=False, why="再想想")


async def test_a_request_says_enough_or_is_refused(day):
    on = today(day.clock)
    wrong = (
        {"matter": " "}, {"matter": "字" * 501}, {"source": "号" * 101}, {"officers": (f.cert(XP, 2),)},
        {"officers": (f.cert(XP, 2), "没有此证")}, {"since": on - timedelta(days=1)},
        {"until": on - timedelta(days=1)}, {"until": on + timedelta(days=92)}, {"visit_type": "random"},
    )  # fmt: skip
    for change in wrong:
        with pytest.raises(RequestRefused):
            await ask(day, **change)
    with pytest.raises(Missing):
        await ask(day, site_code="没有此单位")
    with pytest.raises(Forbidden):  # an officer asks for visits the officer goes on
        await ask(day, officers=(f.cert(XP, 4), f.cert(XP, 5)))
    async with day.work(c.acting(day, XP, "bureau_head")) as work:
        assert await requests_of(work) == ()


async def test_a_request_is_dropped_refused_or_over(day):
    first, second, third = [await ask(day) for _ in range(3)]
    with pytest.raises(RequestRefused):
        await decide(day, first.id, approve=False)
    refused = await decide(day, first.id, approve=False, why="线索不足")
    assert (refused.state, refused.decided_why) == ("refused", "线索不足")
    await decide(day, second.id)
    async with day.work(f.inspector(day, XP, 5)) as work:
        with pytest.raises(Forbidden):
            await drop_request(work, second.id, "不是我的")
    async with day.work(f.inspector(day, XP, 4)) as work:
        assert (await drop_request(work, second.id, "已由专项检查覆盖")).state == "dropped"
        assert {one.id for one in await own_requests(work)} == {first.id, second.id, third.id}
    with pytest.raises(NotApproved):
        await record(day, Backing(second.id))
    f.at(day, DAY + timedelta(days=5))
    with pytest.raises(RequestOver):
        await decide(day, third.id)


async def test_an_urgent_visit_is_filed_in_the_same_act_and_decided_after(day):
    for bare in (Backing(urgent="x"), Backing(urgent="字" * 501, matter="群众反映")):
        with pytest.raises(RequestRefused):
            await record(day, bare)
    kept = await record(day, URGENT)
    assert (await record(day, URGENT, given=None)).repeated
    async with day.work(c.acting(day, XP, "bureau_head")) as work:
        (made,) = await requests_of(work, state="asked")
        assert (made.visit_id, made.file_by) == (kept.visit_id, DAY + timedelta(days=2))
        assert await unapproved_visits(work, XP, 2026) == {kept.visit_id}
        assert "request.approve" in {one.id for one in (await workbench(work)).todos}
    with pytest.raises(NotApproved):  # the approval of an urgent visit is no leave for another
        await record(day, Backing(made.id))
    f.at(day, DAY + timedelta(days=3))
    await decide(day, made.id)
    async with day.work(c.acting(day, XP, "bureau_head")) as work:
        assert await unapproved_visits(work, XP, 2026) == frozenset()
        with pytest.raises(WrongState):
            await drop_request(work, made.id, "不能撤回已作的检查")


async def test_a_refused_urgent_visit_stays_and_counts_as_unapproved(day):
    kept = await record(day, URGENT)
    async with day.work(c.acting(day, XP, "bureau_head")) as work:
        (made,) = await requests_of(work)
    await decide(day, made.id, approve=False, why="可以事先报批")
    async with day.work(c.acting(day, XP, "bureau_head")) as work:
        site = await ledger_site(work, XP, SITE, 2026)
        assert [(one.visit_id, one.approval) for one in site.visits] == [(kept.visit_id, "missing")]
        with pytest.raises(Missing):
            await ledger_site(work, XP, OTHER, 2026)


async def test_a_returned_record_leaves_its_approval_to_the_next(day):
    backing = await f.approved(day, XP, 5, "complaint")
    first = await record(day, backing)
    async with day.work(c.acting(day, XP, "reviewer")) as work:
        await review_visit(work, first.visit_id, accept=False, note="排口编号有误")
    second = await record(day, backing, given=f.form(day, *TEAM, narrative="重新核对了排口。"))
    async with day.work(c.acting(day, XP, "bureau_head")) as work:
        (made,) = await requests_of(work)
        assert made.visit_id == second.visit_id != first.visit_id
