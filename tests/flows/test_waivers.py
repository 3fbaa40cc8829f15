"""Waivers from asking to their end: three hands, public at once, said by every draw, gone when withdrawn."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from itertools import count

import pytest

from policies.access_errors import NotTheApprover, StepUpNeeded
from policies.errors import Forbidden, Missing
from policies.waivers import EDITS
from services.clock import today
from services.demo.ceremony import freeze_seen
from services.drawing.duty_errors import DrewIt, EditedRoster
from services.usecases.approve_grant import approve_grant
from services.usecases.ask_waiver import WaiverOrder, ask_waiver, candidates, drop_waiver, own_waivers
from services.usecases.confirm_minutes import minutes_for
from services.usecases.decide_waiver import (
    Opinion,
    approve_waiver,
    asked_of_us,
    propose_waiver,
    refuse_waiver,
)
from services.usecases.dispatch_tasks import dispatch_tasks
from services.usecases.keep_organisation import NewDuty, enter_duty
from services.usecases.propose_grant import RoleOrder, give_role
from services.usecases.publish_notice import publish_draw
from services.usecases.waiver_errors import BadWaiver, NoSuperior, WaiverHand, WaiverOver
from services.usecases.withdraw_waiver import withdraw_waiver
from services.views.duty_bars import draw_bars, role_bars
from services.visiting.public_words import NotForPublic
from services.work import App
from tenants import journal
from tenants.errors import BeyondWaiver, ExclusiveRoles, WrongState
from tenants.scope import Scope
from tenants.stores import draws, members, notices, sites, waiver_uses

from . import ceremony as c

XP, ZMD, HN, KD = "411721", "411700", "410000", "150203"
LI = c.person(XP, "drawer")  # keeps the roster, and draws
KEEPS = "registry_keeper+drawer"
_numbers = count(1)


@pytest.fixture
async def app(pg_server, new_home) -> AsyncIterator[App]:
    n = next(_numbers)
    async with c.small_deployment(pg_server.superuser_dsn, new_home(f"waivers{n}"), f"waivers_{n}") as opened:
        yield opened


def head(app, bureau=XP):
    return c.acting(app, bureau, "bureau_head")


def admin(app, bureau=XP):
    return c.acting(app, bureau, "bureau_admin")


async def give(app, role, who=LI, name="李四", until=None, bureau=XP):
    async with app.work(admin(app, bureau)) as work:
        given = await give_role(work, RoleOrder(who, name, role, until=until))
    if given.proposal is not None:
        async with app.work(head(app, bureau)) as work:
            await approve_grant(work, given.proposal.id, who, role)


def order(app, *pairs, **more):
    on = today(app.clock)
    told = {"since": on, "until": on + timedelta(200), "reason": "全队三人", "staff": 3} | more
    return WaiverOrder(subject=told.pop("subject", LI), pairs=pairs or (KEEPS, EDITS), **told)


async def ask(app, *pairs, bureau=XP, **more):
    async with app.work(head(app, bureau)) as work:
        return await ask_waiver(work, order(app, *pairs, **more))


async def propose(app, made, *, post="bureau_admin", **more):
    async with app.work(c.acting(app, ZMD, "bureau_admin", post=post)) as work:
        return await propose_waiver(work, made.id, Opinion("情况属实", **more))


async def approve(app, made):
    async with app.work(head(app, ZMD)) as work:
        return await approve_waiver(work, made.id)


async def granted(app, *pairs, **more):
    made = await ask(app, *pairs, **more)
    await propose(app, made)
    return await approve(app, made)


async def keeper(app):
    await give(app, "registry_keeper")


async def roles(app, who=LI):
    async with app.work(head(app)) as work:
        held = await members.in_bureau(work.control, work.scope, XP, work.now.date())
        return {one.role: one for one in held if one.subject == who}


async def written(app, bureau, action):
    async with app.work(head(app, bureau)) as work:
        return [e for e in await journal.entries(work.db, work.scope, bureau) if e.action == action]


async def test_asked_proposed_granted_public_and_in_three_journals(app):
    await keeper(app)
    made = await ask(app)
    assert (made.state, made.above, made.name, made.pairs) == ("asked", ZMD, "李四", (KEEPS, EDITS))
    async with app.work(admin(app, ZMD)) as work:
        assert [one.id for one in await asked_of_us(work)] == [made.id]
        assert await own_waivers(work) == ()
    shorter = made.until - timedelta(20)
    assert (await propose(app, made, until=shorter)).until == shorter
    app.clock.advance(timedelta(days=2))
    done = await approve(app, made)
    assert (done.state, done.since) == ("granted", made.since + timedelta(2))  # never before it is granted
    async with app.portal.public(XP) as db:
        (told,) = await waiver_uses.public_waivers(db, XP)
        assert (told.since, told.until, told.staff) == (done.since, shorter, 3)
        notice = await notices.public_get(db, made.id)
    assert notice.kind == "waiver" and notice.body["pairs"] == [KEEPS, EDITS]
    assert "李四" not in str(notice) and LI not in str(notice)
    for bureau, actions in ((XP, ("ask", "propose", "approve")), (ZMD, ("propose", "approve"))):
        for action in actions:
            (entry,) = await written(app, bureau, f"waiver.{action}")
            assert entry.target == f"waiver/{XP}/{made.id}" and entry.after["for"] == LI


async def test_under_it_one_person_keeps_the_roster_and_draws_and_the_draw_says_so(app):
    await keeper(app)
    made = await granted(app)
    with pytest.raises(BeyondWaiver):
        await give(app, "drawer")
    await give(app, "drawer", until=made.until)
    await c.plan(app, XP)
    no = (await c.prepare(app, XP)).draw_no
    scope = Scope.own(XP, LI)
    async with app.database.unit(scope) as db:
        await sites.upsert(db, scope, [c.site(XP, 900)], at=app.clock.now(), by=LI, reason="改正")
    app.clock.advance(timedelta(minutes=1))
    both = c.acting(app, XP, "drawer", "registry_keeper", post="drawer")
    async with app.work(both) as work:
        bars = await draw_bars(work, await draws.get(work.db, work.scope, XP, no))
        assert (bars.barred, [one.subject for one in bars.waived], bars.free) == ((), [LI], ("李四",))
        told = {one.role: one.others for one in await role_bars(work, XP)}
        barred = ("witness", "bureau_admin", "dispatcher")
        assert told == {"registry_keeper": ("city_drawer",), "drawer": barred}
        await freeze_seen(work, no)
    await c.escrow(app, XP, no)
    await c.cosign(app, ZMD)
    c.at_beacon(app)
    await c.run_draw(app, c.acting(app, XP, "drawer", "registry_keeper", post="drawer"), no, c.DIGITS,
                     c.secret(app, XP, no))  # fmt: skip
    async with app.portal.public(XP) as db:
        uses = await waiver_uses.public_uses(db, XP, no)
    assert {(u.act, u.pair) for u in uses} == {
        (a, p) for a in ("freeze", "beacon", "run") for p in (KEEPS, EDITS)
    }
    async with app.work(c.acting(app, XP, "publisher", "reviewer")) as work:
        body = (await minutes_for(work, no)).body
        notice = await publish_draw(work, no)
    assert {(one["act"], one["pair"]) for one in body["waivers"]} == {(u.act, u.pair) for u in uses}
    assert notice.body["waivers"] == body["waivers"] and "李四" not in str(body)
    for action in ("freeze", "beacon", "run"):
        (entry,) = await written(app, XP, f"draw.{action}")
        assert set(entry.after["waivers"]) == {KEEPS, EDITS}
    with pytest.raises(DrewIt):  # no waiver lets who drew hand out the tasks
        async with app.work(c.acting(app, XP, "dispatcher", post="drawer")) as work:
            await dispatch_tasks(work, no)


async def test_a_draw_without_one_says_nothing(app):
    await c.plan(app, XP)
    no = (await c.prepare(app, XP)).draw_no
    await c.freeze(app, XP, no)
    await c.escrow(app, XP, no)
    await c.cosign(app, ZMD)
    c.at_beacon(app)
    await c.run_draw(app, c.drawer(app, XP), no, c.DIGITS, c.secret(app, XP, no))
    async with app.work(c.acting(app, XP, "publisher", "reviewer")) as work:
        assert "waivers" not in (await minutes_for(work, no)).body
        assert "waivers" not in (await publish_draw(work, no)).body


@pytest.mark.parametrize("end", ["withdrawn", "run out", "for another pair", "for another person"])
async def test_without_a_waiver_in_force_the_editor_is_refused(app, end):
    await keeper(app)
    pairs = (KEEPS,) if end == "for another pair" else (EDITS,)
    other = {"subject": "wang"} if end == "for another person" else {}
    if other:
        await give(app, "publisher", who="wang")
    days = {"until": date(2025, 12, 20)} if end == "run out" else {}
    made = await granted(app, *pairs, **other, **days)
    await c.plan(app, XP)
    no = (await c.prepare(app, XP)).draw_no  # on 26 December
    scope = Scope.own(XP, LI)
    async with app.database.unit(scope) as db:
        await sites.upsert(db, scope, [c.site(XP, 900)], at=app.clock.now(), by=LI, reason="改正")
    if end == "withdrawn":
        async with app.work(head(app, ZMD)) as work:
            await withdraw_waiver(work, made.id, "已补充人员")
    with pytest.raises(EditedRoster):
        await c.freeze(app, XP, no)


async def test_withdrawn_by_the_superior_the_excess_role_is_gone_at_once(app):
    await ended_early(app, ZMD)


async def test_given_up_by_the_bureau_the_excess_role_is_gone_at_once(app):
    await ended_early(app, XP)


async def ended_early(app, by):
    await keeper(app)
    made = await granted(app)
    await give(app, "drawer", until=made.until)
    app.clock.advance(timedelta(days=3))
    with pytest.raises(BadWaiver):
        async with app.work(head(app, by)) as work:
            await withdraw_waiver(work, made.id, "  ")
    async with app.work(head(app, by)) as work:
        done = await withdraw_waiver(work, made.id, "已补充人员")
    assert (done.state, done.ended_on) == ("withdrawn", made.since + timedelta(3))
    assert set(await roles(app)) == {"registry_keeper"}
    async with app.portal.public(XP) as db:
        (told,) = await waiver_uses.public_waivers(db, XP)
        notice = await notices.public_get(db, made.id)
    assert told.ended_at == notice.withdrawn_at and told.ended_why == notice.withdrawn_why == "已补充人员"
    (ended,) = await written(app, XP, "people.end")
    assert ended.target == f"people/{LI}" and ended.after["role"] == "drawer"
    assert len(await written(app, XP, "waiver.withdraw")) == 1
    with pytest.raises(ExclusiveRoles):
        await give(app, "drawer", until=made.until)
    with pytest.raises(WrongState):
        async with app.work(head(app, by)) as work:
            await withdraw_waiver(work, made.id, "再来")


async def test_it_runs_out_by_itself_with_the_role(app):
    await keeper(app)
    made = await granted(app)
    await give(app, "drawer", until=made.until)
    app.clock.set(app.clock.now() + timedelta(days=200))
    assert set(await roles(app)) == {"registry_keeper", "drawer"}
    app.clock.advance(timedelta(days=1))
    assert set(await roles(app)) == {"registry_keeper"}


async def test_nobody_decides_on_ones_own(app):
    await keeper(app)
    made = await ask(app)
    asker = c.acting(app, XP, "bureau_head").subject
    for subject in (asker, LI):  # the same login, also of the city
        who = type(head(app))(subject, "一人", ZMD, frozenset({"bureau_head"}), 2, head(app).auth_time)
        with pytest.raises(WaiverHand):
            async with app.work(who) as work:
                await propose_waiver(work, made.id, Opinion("同意"))
    async with app.work(head(app, ZMD)) as work:
        await propose_waiver(work, made.id, Opinion("同意"))
    with pytest.raises(WaiverHand):  # who proposed does not approve
        await approve(app, made)


async def test_the_superior_alone_decides_and_only_its_head_with_a_second_factor(app):
    await keeper(app)
    made = await ask(app)
    for bureau in (HN, XP, KD):
        with pytest.raises(Missing):
            async with app.work(admin(app, bureau)) as work:
                await propose_waiver(work, made.id, Opinion("同意"))
    with pytest.raises(WrongState):
        await approve(app, made)
    await propose(app, made)
    with pytest.raises(Forbidden):
        async with app.work(c.acting(app, ZMD, "bureau_admin", post="second")) as work:
            await approve_waiver(work, made.id)
    old = head(app, ZMD)
    with pytest.raises(StepUpNeeded):
        async with app.work(type(old)(old.subject, old.name, ZMD, old.roles, 2, old.auth_time - 301)) as work:
            await approve_waiver(work, made.id)
    with pytest.raises(WrongState):
        await propose(app, made, post="second")


async def test_approvals_follow_the_superiors_leading_group(app):
    await keeper(app)
    made = await ask(app)
    await propose(app, made)
    await give(app, "publisher", who="zhao", name="赵", bureau=ZMD)
    async with app.work(admin(app, ZMD)) as work:
        leader = NewDuty("leading_group", "组长", "赵", today(app.clock), "文件", person="zhao")
        await enter_duty(work, leader)
    with pytest.raises(NotTheApprover):
        await approve(app, made)


async def test_refused_or_taken_back_nothing_is_waived(app):
    await keeper(app)
    for end in ("refused", "dropped"):
        made = await ask(app)
        if end == "refused":
            async with app.work(admin(app, ZMD)) as work:
                assert (await refuse_waiver(work, made.id, "人员足够")).decided_why == "人员足够"
        else:
            async with app.work(head(app)) as work:
                await drop_waiver(work, made.id, "已补充")
        with pytest.raises(WrongState):
            await propose(app, made)
        with pytest.raises(ExclusiveRoles):
            await give(app, "drawer", until=made.until)
    async with app.work(head(app)) as work:
        assert {one.state for one in await own_waivers(work)} == {"dropped", "refused"}


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "nobody"},
        {"pairs": ("witness+drawer",)},
        {"pairs": ("security_admin+audit_admin",)},
        {"reason": " "},
        {"staff": 0},
        {"since": date(2025, 12, 1)},
        {"until": date(2026, 12, 15)},
        {"until": date(2025, 12, 1)},
    ],
)
async def test_what_cannot_be_asked(app, change):
    await keeper(app)
    told = {"subject": LI} | change
    with pytest.raises(BadWaiver):
        await ask(app, *told.pop("pairs", ()), **told)


async def test_a_published_reason_names_nobody(app):
    """What somebody typed is public for a year: names of the bureau's people are refused."""
    await keeper(app)
    await give(app, "publisher", "zhao", "赵六六")
    for named in ("李四", "赵六六", "模拟人员3"):
        with pytest.raises(NotForPublic, match=named):
            await ask(app, reason=f"只有{named}懂业务")
    with pytest.raises(NotForPublic, match="电话"):
        await ask(app, reason="请致电 13812345678")
    made = await granted(app)
    for who in (head(app), head(app, ZMD)):
        with pytest.raises(NotForPublic, match="赵六六"):
            async with app.work(who) as work:
                await withdraw_waiver(work, made.id, "已由赵六六接任")


async def test_a_province_has_nobody_to_ask(app):
    await give(app, "publisher", bureau=HN)
    with pytest.raises(NoSuperior):
        await ask(app, bureau=HN)


async def test_the_first_hand_gives_no_more_days_and_none_that_are_over(app):
    await keeper(app)
    made = await ask(app, until=today(app.clock) + timedelta(5))
    for days in ({"until": made.until + timedelta(1)}, {"since": made.since - timedelta(1)}):
        with pytest.raises(BadWaiver):
            await propose(app, made, **days)
    await propose(app, made)
    app.clock.advance(timedelta(days=6))
    with pytest.raises(WaiverOver):
        await approve(app, made)


async def test_one_row_a_person_to_choose_from(app):
    await keeper(app)
    await give(app, "publisher")
    async with app.work(head(app)) as work:
        assert [one.subject for one in await candidates(work)] == [LI]
