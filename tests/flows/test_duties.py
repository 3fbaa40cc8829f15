"""Who may do a step of a draw after what that person did before: rosters, secrets, dispatch, voids."""

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import text

from policies.access_errors import StepUpNeeded
from policies.errors import Forbidden
from services.demo.ceremony import freeze_seen
from services.drawing.draw_errors import ReasonMissing
from services.drawing.duties import refuse_editors
from services.drawing.duty_errors import DrewIt, EditedRoster, OneHandCommits
from services.outside.secret import make_secret
from services.usecases.ceremony import again
from services.usecases.commit_secret import commit_secret
from services.usecases.dispatch_tasks import dispatch_tasks
from services.usecases.enter_beacon import enter_beacon
from services.usecases.merge_overlay import merge_overlay
from services.usecases.prepare_draw import PrepareDraw, prepare_draw
from services.usecases.void_draw import approve_void, propose_void, void_proposal
from services.visiting.public_words import NotForPublic
from tenants import journal
from tenants.errors import SameHand, WrongState
from tenants.roles import administer
from tenants.rows import DrawIntent
from tenants.scope import Scope
from tenants.stores import draws, log, officers, sites, tasks

from . import ceremony as c
from . import fieldwork as f

_numbers = count(1)
XP, KD, BT, ZMD = "411721", "150203", "150200", "411700"


@pytest.fixture
async def app(pg_server, new_home):
    name = f"duties_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


async def edit(app, bureau, who, *, kind="sites"):
    """Change one row of a roster as somebody whose login once kept it."""
    scope = Scope.own(bureau, who)
    stamp = {"at": app.clock.now(), "by": who, "reason": "改正"}
    async with app.database.unit(scope) as db:
        if kind == "sites":
            rows = await sites.all_of(db, scope, bureau)
            changed = [type(rows[0])(**{**values(rows[0]), "phone": f"{who} {app.clock.now()}"})]
            await sites.upsert(db, scope, changed, **stamp)
        else:
            await officers.upsert(db, scope, [c.officer(bureau, 20)], **stamp)


def values(row):
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


async def prepared(app, bureau=XP):
    await c.plan(app, bureau)
    return (await c.prepare(app, bureau)).draw_no


@pytest.mark.parametrize("kind", ["sites", "officers"])
async def test_who_edited_the_roster_does_not_freeze(app, kind):
    no = await prepared(app)
    await edit(app, XP, c.person(XP, "drawer"), kind=kind)
    with pytest.raises(EditedRoster) as caught:
        await c.freeze(app, XP, no)
    assert (caught.value.facts["sites"], caught.value.facts["officers"]) == (kind == "sites", kind != "sites")
    async with app.work(c.acting(app, XP, "drawer", post="second")) as work:
        assert (await draws.get(work.db, work.scope, XP, no)).state == "prepared"
    frozen = await freeze_as(app, "second", no)
    assert frozen.draw_no == no


async def freeze_as(app, post, no):
    async with app.work(c.acting(app, XP, "drawer", post=post)) as work:
        return await freeze_seen(work, no)


async def test_the_city_counts_the_county_roster_and_its_own_officers(app):
    await c.plan(app, ZMD)
    await c.prepare(app, ZMD, subject=XP, kind="overlay")
    await edit(app, XP, c.person(ZMD, "drawer"))
    await edit(app, ZMD, c.person(ZMD, "drawer"), kind="officers")
    with pytest.raises(EditedRoster) as caught:
        await c.freeze(app, ZMD, 1)
    assert (caught.value.facts["sites"], caught.value.facts["officers"]) == (1, 1)


async def test_who_edited_after_the_freeze_neither_enters_the_beacon_nor_runs(app):
    no = await prepared(app)
    await c.freeze(app, XP, no)
    await c.escrow(app, XP, no)
    await c.cosign(app, ZMD)
    keys = c.secret(app, XP, no)
    await edit(app, XP, c.person(XP, "drawer"))
    await edit(app, XP, c.person(ZMD, "witness"))  # one login, two bureaus
    c.at_beacon(app)
    with pytest.raises(EditedRoster):
        await c.run_draw(app, c.drawer(app, XP), no, c.DIGITS, keys)
    with pytest.raises(EditedRoster):
        async with app.work(c.witness(app, XP), bureau=XP) as work:
            await enter_beacon(work, no, c.DIGITS)
    second = c.acting(app, XP, "drawer", post="second")
    await again(app, second, lambda work: enter_beacon(work, no, c.DIGITS))
    with pytest.raises(EditedRoster):  # the beacon stands; still somebody else computes
        await c.run_draw(app, c.drawer(app, XP), no, c.DIGITS, keys)
    assert (await c.run_draw(app, second, no, c.DIGITS, keys)).drawn


async def test_edits_before_the_last_freeze_are_over(app):
    no = await prepared(app)
    await edit(app, XP, c.person(XP, "late"))
    app.clock.advance(timedelta(minutes=5))
    await c.freeze(app, XP, no)
    app.clock.advance(timedelta(minutes=5))
    scope = Scope.own(XP, "x")
    async with app.database.unit(scope) as db:
        intent = DrawIntent(XP, "routine-source", "audit", "2026Q1")
        following = await draws.prepare(db, scope, intent, app.clock.now(), "x")
        draw = await draws.get(db, scope, XP, following)
    async with app.work(c.acting(app, XP, "drawer", post="late")) as work:
        await refuse_editors(work, draw)
    await c.void(app, XP, no)
    async with app.work(c.acting(app, XP, "drawer", post="late")) as work:
        with pytest.raises(EditedRoster):  # a freeze that does not count ends nothing
            await refuse_editors(work, draw)


async def test_two_secrets_two_people(app):
    await c.plan(app, XP)
    made = await c.prepare(app, XP, witnessed=False)  # the drawer committed for the bureau
    both = c.acting(app, ZMD, "witness", post="witness")
    card = make_secret(
        c.drawer_device(app, ZMD),
        bureau=XP,
        draw_no=made.draw_no,
        role="witness",
        escrow_public=made.escrow_public,
    )
    same = type(both)(c.person(XP, "drawer"), "一人", ZMD, both.roles, 2, both.auth_time)
    with pytest.raises(OneHandCommits):
        async with app.work(same, bureau=XP) as work:
            await commit_secret(work, made.draw_no, "witness", card.c, card.escrow_copy)
    async with app.work(both, bureau=XP) as work:
        await commit_secret(work, made.draw_no, "witness", card.c, card.escrow_copy)
        assert [one.role for one in await draws.commits(work.db, work.scope, XP, made.draw_no)] == [
            "platform",
            "bureau",
            "witness",
        ]


async def test_nor_the_other_way_round(app):
    await c.plan(app, XP)
    app.clock.set(max(app.clock.now(), c.BEACON - timedelta(days=4)))
    async with app.work(c.drawer(app, XP)) as work:
        made = await prepare_draw(work, PrepareDraw(XP, "2026Q1", c.BEACON))
    async with app.work(c.witness(app, XP), bureau=XP) as work:
        await commit_secret(work, made.draw_no, "witness", "1" * 64, bytes(81))
    drawer = c.drawer(app, XP)
    same = type(drawer)(c.person(ZMD, "witness"), "一人", XP, drawer.roles, 2, drawer.auth_time)
    with pytest.raises(OneHandCommits):
        async with app.work(same) as work:
            await commit_secret(work, made.draw_no, "bureau", "2" * 64, bytes(81))


HANDS = ("created_by", "frozen_by", "beacon_by", "drawn_by")


@pytest.mark.parametrize("hand", HANDS)
async def test_nobody_with_a_hand_in_the_draw_dispatches_it(app, hand, owner_rows):
    no = await f.drawn(app, XP, {0: (2, 4)})
    await owner_rows(app, f"update draw set {hand} = '{c.person(XP, 'dispatcher')}'")
    with pytest.raises(DrewIt):
        async with app.work(c.acting(app, XP, "dispatcher")) as work:
            await dispatch_tasks(work, no)
    async with app.work(c.acting(app, XP, "dispatcher", post="second")) as work:
        assert len((await dispatch_tasks(work, no)).placed) == 1


@pytest.mark.parametrize("side", [KD, BT])
async def test_nor_merges_either_of_the_two(app, side, owner_rows):
    district = await f.drawn(app, KD, {0: (2, 4)})
    city = await f.drawn(app, BT, {0: (2, 4)}, subject=KD)
    hand = f"update draw set frozen_by = '{c.person(BT, 'dispatcher')}' where bureau = '{side}'"
    await owner_rows(app, hand)
    with pytest.raises(DrewIt):
        async with app.work(c.acting(app, BT, "dispatcher")) as work:
            await merge_overlay(work, city, KD, district)
    async with app.work(c.acting(app, BT, "dispatcher", post="second")) as work:
        assert len((await merge_overlay(work, city, KD, district)).linked) == 1


@pytest.fixture
def owner_rows(pg_server):
    """Write as the superuser, past every guard: who did a step is fixed for everybody else."""

    async def ask(app, sql):
        name = f"duties_{next(_numbers) - 1}"
        async with administer(pg_server.superuser_dsn, name) as db:
            await db.execute(text("set session_replication_role = replica"))
            await db.execute(text(sql))

    return ask


async def test_a_void_needs_two_people_and_a_second_factor(app):
    no = await f.drawn(app, XP, {0: (2, 4), 1: (4, 6)})
    admin, head = c.acting(app, XP, "bureau_admin"), c.acting(app, XP, "bureau_head")
    with pytest.raises(Forbidden):
        async with app.work(c.drawer(app, XP)) as work:
            await propose_void(work, no, "不合意")
    with pytest.raises(StepUpNeeded):
        async with app.work(aged(admin)) as work:
            await propose_void(work, no, "名录有误")
    with pytest.raises(ReasonMissing):
        async with app.work(admin) as work:
            await propose_void(work, no, "  ")
    for named in ("抽中的模拟企业3已停产", "模拟人员5请假", "请致电 13812345678", "名录\x0b有误", "长" * 501):
        with pytest.raises(NotForPublic):  # it goes into the public log, for good
            async with app.work(head) as work:
                await propose_void(work, no, named)
    async with app.work(head) as work:
        first = await propose_void(work, no, "先提的理由")
    with pytest.raises(SameHand):
        async with app.work(head) as work:
            await approve_void(work, no, first.n)
    async with app.work(admin) as work:
        second = await propose_void(work, no, " 名录有误 ")
        assert (second.n, second.reason) == (2, "名录有误")
    await nothing_public(app, no)
    with pytest.raises(Forbidden):
        async with app.work(c.acting(app, XP, "bureau_admin", post="other")) as work:
            await approve_void(work, no, second.n)
    with pytest.raises(StepUpNeeded):
        async with app.work(aged(head)) as work:
            await approve_void(work, no, second.n)
    with pytest.raises(WrongState):
        async with app.work(head) as work:
            await approve_void(work, no, first.n)
    await nothing_public(app, no)
    async with app.work(head) as work:
        await approve_void(work, no, second.n)
    async with app.work(head) as work:
        draw = await draws.get(work.db, work.scope, XP, no)
        assert (draw.state, draw.void_reason, draw.voided_by) == ("void", "名录有误", head.subject)
        assert {task.state for task in await tasks.of_draw(work.db, work.scope, XP, no)} == {"cancelled"}
        written = [
            e for e in await journal.entries(work.db, work.scope, XP) if e.action.startswith("draw.void")
        ]
        assert [(e.action, e.actor) for e in written] == [
            ("draw.void", head.subject),
            ("draw.void", admin.subject),
            ("draw.void_approve", head.subject),
        ]
        assert written[-1].after["proposed_by"] == admin.subject
        with pytest.raises(WrongState):
            await propose_void(work, no, "再来一次")


def aged(who):
    return type(who)(who.subject, who.name, who.bureau, who.roles, 2, who.auth_time - 301)


async def nothing_public(app, no):
    async with app.work(c.acting(app, XP, "bureau_head")) as work:
        draw = await draws.get(work.db, work.scope, XP, no)
        assert (draw.state, draw.void_reason, draw.opened_at) == ("drawn", None, None)
        assert {task.state for task in await tasks.of_draw(work.db, work.scope, XP, no)} == {"drawn"}
        assert (await void_proposal(work, no)).approved_by is None
        assert await log.of_draw(work.control, draw.m) == ()
