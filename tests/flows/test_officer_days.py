"""Leave, recusals and training through the use cases: kept beside the roster, and no file takes them away."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from uuid import uuid4

import pytest

from policies.errors import Forbidden, Missing
from policies.roster.day_errors import LeaveOverlaps, NoOneSite, RecusalStands
from services.usecases.end_span import end_span
from services.usecases.enter_span import declare_recusal, enter_leave, enter_recusal
from services.usecases.log_training import log_training, withdraw_training
from services.usecases.own_recusals import own_recusals
from services.views.officers import officer_face, officers_face
from services.views.trainings import training_year
from services.visiting.visit_errors import NotYours
from tenants.errors import Conflict, WrongState
from tenants.stores import draws, journal_pages, officer_spans, officers, sites

from . import ceremony as c
from .census import by_hand

_numbers = count(1)
COUNTY, CITY = "411721", "411700"


@pytest.fixture(scope="module")
async def app(pg_server, new_home):
    name = f"officer_days_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


def keeper(app):
    return c.acting(app, COUNTY, "registry_keeper")


def inspector(app, card):
    return replace(c.acting(app, COUNTY, "inspector", post=card), certificate=card)


def card_of(n):
    return c.officer(COUNTY, n).certificate


async def again_imported(app, n):
    """The roster file comes again, knowing nothing of what was entered."""
    async with app.work(keeper(app)) as work:
        await officers.upsert(
            work.db, work.scope, [c.officer(COUNTY, n)], at=work.now, by="keeper", reason="导入"
        )
        return await officers.one(work.db, work.scope, COUNTY, c.officer(COUNTY, n).certificate)


async def test_leave_stands_through_an_import_and_ends_with_a_reason(app):
    card, first, last = card_of(1), date(2026, 2, 9), date(2026, 2, 13)
    async with app.work(keeper(app)) as work:
        span = await enter_leave(work, card, first, last, "sick", " 住院 ")
    assert (first, last) in (await again_imported(app, 1)).leave
    async with app.work(keeper(app)) as work:
        with pytest.raises(LeaveOverlaps):
            await enter_leave(work, card, last, last + timedelta(3), "annual")
    with pytest.raises(Conflict):  # also past the use case
        async with app.work(keeper(app)) as work:
            await officer_spans.keep(work.db, work.scope, replace(span, id=uuid4(), first=last))
    async with app.work(keeper(app)) as work:
        ended = await end_span(work, card, span.id, "提前销假")
        assert ended.ended_why == "提前销假"
        assert (first, last) not in (await officers.one(work.db, work.scope, COUNTY, card)).leave
        with pytest.raises(WrongState):
            await end_span(work, card, span.id, "再来一次")
        await enter_leave(work, card, first, last, "annual")
    async with app.work(keeper(app), read_only=True) as work:
        rows = await journal_pages.newest(work.db, work.scope, COUNTY, target=f"officer/{COUNTY}/{card}")
    told = [(row.action, row.before, row.after, row.why) for row in rows]
    assert [row[0] for row in told] == ["officer.keep"] * 3 and told[1][3] == "提前销假"
    assert "住院" not in str(told)


async def test_an_officer_declares_and_only_the_bureau_ends(app):
    card, who = card_of(2), inspector(app, c.officer(COUNTY, 2).certificate)
    async with app.work(who) as work:
        made = await declare_recusal(work, "模拟企业7", None, "family", "配偶任职")
        assert made.declared and made.site == f"{COUNTY}S0007"
        with pytest.raises(RecusalStands):
            await declare_recusal(work, f"{COUNTY}S0007".lower(), None, "family")
        with pytest.raises(NoOneSite):
            await declare_recusal(work, "没有这家", None, "family")
        with pytest.raises(Forbidden):
            await end_span(work, card, made.id, "我自己解除")
        assert [one.site for one in (await own_recusals(work)).spans] == [made.site]
    assert made.site in (await again_imported(app, 2)).recusals
    async with app.work(keeper(app)) as work:
        with pytest.raises(Missing):
            await end_span(work, card_of(3), made.id, "不是他的")
        await end_span(work, card, made.id, "关系已消除")
        assert made.site not in (await officers.one(work.db, work.scope, COUNTY, card)).recusals
    async with app.work(c.acting(app, COUNTY, "inspector", post="nobody")) as work:
        with pytest.raises(NotYours):
            await declare_recusal(work, f"{COUNTY}S0001", None, "family")


async def test_a_recusal_keeps_the_pair_out_of_the_next_draw_and_does_not_lapse(app):
    card = card_of(4)
    async with app.work(keeper(app)) as work:
        await enter_recusal(work, card, f"{COUNTY}S0003", work.today, "former", "")
        face = await officer_face(work, COUNTY, card)
    assert face.line.due == 1 and f"{COUNTY}S0003" in face.line.officer.recusals
    assert face.sites[f"{COUNTY}S0003"] == "模拟企业3"
    await c.plan(app, COUNTY)
    prepared = await c.prepare(app, COUNTY)
    await c.freeze(app, COUNTY, prepared.draw_no)
    async with app.work(c.drawer(app, COUNTY), read_only=True) as work:
        draw = await draws.get(work.db, work.scope, COUNTY, prepared.draw_no)
    assert draw.manifest["bans"]["size"] == 2  # officer 4: one of the file, one entered here


async def test_who_edits_an_officer_does_not_freeze(app):
    """A drawer who enters leave has edited the roster: the duty bars hold for what is entered apart, too."""
    async with app.work(keeper(app), read_only=True) as work:
        changes = await officers.history(work.db, work.scope, COUNTY, card_of(4))
    assert changes[-1].by == keeper(app).subject and changes[-1].reason == "登记回避"


async def test_the_list_as_of_a_day(app):
    async with app.work(keeper(app)) as work:
        gone = replace(c.officer(COUNTY, 5), on_post=False)
        before = await officers_face(work, COUNTY)
    app.clock.advance(timedelta(days=2))
    async with app.work(keeper(app)) as work:
        with by_hand():
            await officers.upsert(work.db, work.scope, [gone], at=work.now, by="keeper", reason="调离")
    async with app.work(keeper(app)) as work:
        today = await officers_face(work, COUNTY)
        past = await officers_face(work, COUNTY, work.today - timedelta(1))
        none = await officers_face(work, COUNTY, date(2020, 1, 1))
    assert today.posts == before.posts - 1 == past.posts - 1
    assert past.past and not today.past and len(past.lines) == 12 and not none.lines
    assert past.staff == past.posts and today.load.people == 12


async def test_the_training_log(app):
    cards = [card_of(n) for n in (1, 2)]
    async with app.work(keeper(app)) as work:
        day = work.today - timedelta(1)
        rows = await log_training(work, [*cards, cards[0]], day, "业务培训", 90, document="豫培〔2025〕1号")
        assert [row.certificate for row in rows] == cards
        with pytest.raises(Missing):
            await log_training(work, ["没有这人"], day, "业务培训", 90)
        await withdraw_training(work, rows[0].id, "登错人")
        found = await training_year(work, COUNTY, day.year)
        assert found.minutes == 90 and found.untrained == 11 and len(found.rows) == 2
        with pytest.raises(WrongState):
            await withdraw_training(work, rows[0].id, "再撤销")
    async with app.work(c.acting(app, COUNTY, "inspector")) as work:
        with pytest.raises(Forbidden):
            await log_training(work, cards, day, "业务培训", 90)


async def test_another_bureau_reaches_nothing(app):
    async with app.work(c.acting(app, CITY, "registry_keeper")) as work:
        with pytest.raises(Missing):
            await enter_leave(work, card_of(1), date(2026, 4, 1), date(2026, 4, 1), "sick")
    async with app.work(keeper(app)) as work:
        assert await sites.one(work.db, work.scope, COUNTY, f"{COUNTY}S0001")
