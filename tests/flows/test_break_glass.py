"""Break-glass: asked by one, approved by another, an hour at most, every read told of, nothing sealed."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import count
from uuid import uuid4

import pytest
from sqlalchemy import text

from policies.access_errors import StepUpNeeded, Stranger
from policies.access_glass import (
    GLASS,
    SUPPORT,
    BadGlass,
    GlassOver,
    GlassSaidOtherwise,
    GlassSealed,
    GlassStands,
)
from policies.access_matrix import ROLES
from policies.errors import Forbidden, Missing
from services.looking import name_read
from services.usecases.approve_glass import approve_glass
from services.usecases.ask_glass import ask_glass, places
from services.usecases.end_glass import end_glass
from services.usecases.grant_role import grant_role
from services.usecases.list_exports import list_exports
from services.usecases.my_tasks import my_task, my_tasks
from services.usecases.plan_cars import cars
from services.usecases.show_glass import glass_board, glass_reads
from tenants import journal
from tenants.errors import OutOfScope, SameHand, WrongState
from tenants.roles import administer
from tenants.scope import Scope
from tenants.stores import sites

from . import ceremony as c
from . import changing as g
from . import fieldwork as f
from . import lookers as k
from .lookers import BT, HN, WHAT, WHY, XP, ZMD

_numbers = count(1)


@pytest.fixture
async def app(pg_server, new_home):
    name = f"glass_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        await k.give(pg_server.superuser_dsn, name)
        yield opened


async def entries(app, bureau=XP):
    scope = Scope.own(bureau, "tests")
    async with app.database.unit(scope, read_only=True) as db:
        return [e for e in await journal.entries(db, scope, bureau, limit=1000) if "glass" in str(e)]


async def look(app, who, action="site.read", target="GET /desk/sites"):
    """A read as the web edge makes it: a principal of its own for every request."""
    asks = replace(who, extra=dict(who.extra))
    name_read(asks, action, target)
    async with app.work(asks) as work:
        return await sites.counts(work.db, work.scope, work.scope.bureau)


async def test_asked_approved_looked_told_and_ended(app):
    found = await k.ask(app)
    assert (found.asker_role, found.asker_bureau, found.minutes) == ("system_admin", ZMD, 30)
    who = await k.opened(app, by=(HN, "sec"))
    made = await k.approve(app, found)
    assert made.ends_at == app.clock.now() + timedelta(minutes=30)
    assert who.roles == {SUPPORT} and who.bureau == XP and who.acr == 1
    assert (await look(app, who))["all"] == 60
    async with app.work(k.one(app, XP, "head")) as work:
        board = await glass_board(work)
        told = await glass_reads(work, board.about[0].id)
        again = await glass_reads(work, board.about[1].id)
    reads = {str(told.request.id): told.rows, str(again.request.id): again.rows}
    (row,) = reads[who.extra[GLASS]]
    assert (row.actor, row.action, row.target, row.why) == ("sec", "site.read", "GET /desk/sites", WHY)
    assert row.after == {GLASS: who.extra[GLASS], "reader": HN, "roles": [SUPPORT]}
    assert board.reads == {who.extra[GLASS]: 1} and reads[str(found.id)] == ()
    async with app.work(k.one(app, XP, "head")) as work:
        await end_glass(work, told.request.id if told.rows else again.request.id)
    with pytest.raises(GlassOver):
        await look(app, who)
    said = [(e.action, e.actor) for e in await entries(app)]
    assert said == [
        ("glass.ask", "sys"), ("glass.ask", "sec"), ("glass.approve", "head"), ("glass.approve", "head"),
        ("site.read", "sec"), ("glass.end", "head"),
    ]  # fmt: skip
    for above in (ZMD, HN):
        assert [e.action for e in await entries(app, above)] == ["glass.ask"]


async def test_the_read_is_told_before_it_happens_and_when_it_fails(app):
    who = await k.opened(app)
    with pytest.raises(OutOfScope):
        async with app.work(replace(who, extra=who.extra | {"action": "site.read", "target": "x"})) as work:
            await work.db.execute(text("update site set name = 'x'"))
    assert [e.target for e in await entries(app) if e.action == "site.read"] == ["x"]


async def test_one_request_over_several_transactions_is_one_read(app):
    who = await k.opened(app)
    name_read(who, "plan.read", "GET /desk/plan")
    for _ in range(3):
        async with app.work(who) as work, work.inside(XP) as there:
            assert work.scope.glass and there.scope.glass  # acting within the bureau is a look as well
    assert [e.action for e in await entries(app) if e.actor == "sys"] == ["glass.ask", "plan.read"]


async def test_it_ends_by_itself_and_by_who_looks(app):
    who = await k.opened(app, minutes=10)
    app.clock.advance(timedelta(minutes=9, seconds=59))
    await look(app, who)
    app.clock.advance(timedelta(seconds=1))
    with pytest.raises(GlassOver):
        await look(app, who)
    who = await k.opened(app, minutes=60)
    async with app.work(k.one(app, ZMD, "sys")) as work:
        (mine, *_) = (await glass_board(work)).mine
        await end_glass(work, mine.id)
        with pytest.raises(WrongState):
            await end_glass(work, mine.id)
    with pytest.raises(GlassOver):
        await look(app, who)


async def test_it_ends_with_the_role_it_was_asked_in(app, pg_server):
    who = await k.opened(app)
    async with administer(pg_server.superuser_dsn, app.home.root.name) as db:
        await db.execute(text("set session_replication_role = replica"))
        await db.execute(text("update membership set valid_until = '2025-01-02' where subject = 'sys'"))
    with pytest.raises(GlassOver):
        await look(app, who)


async def test_nobody_looks_with_anothers_number_or_with_the_role_alone(app):
    who = await k.opened(app)
    for false in (
        replace(who, subject="stranger"),
        replace(who, bureau=ZMD),
        replace(who, extra={GLASS: str(uuid4())}),
        replace(who, extra={}),
        replace(who, extra={GLASS: "x"}),
    ):
        with pytest.raises(GlassOver):
            await look(app, false)
    with pytest.raises(Stranger):
        async with app.work(who, bureau=ZMD):
            pass


async def test_who_may_ask_for_what(app):
    async with app.work(k.one(app, ZMD, "sys")) as work:
        assert set(await places(work)) == {ZMD, XP}
        for bureau in (HN, BT, "150203", "999999"):
            with pytest.raises(Missing):
                await ask_glass(work, bureau, WHY, WHAT, 30)
        for wrong in (("看看", WHAT, 30), (WHY, "x" * 301, 30), (WHY, WHAT, 61), (WHY, WHAT, 0)):
            with pytest.raises(BadGlass):
                await ask_glass(work, XP, *wrong)
        await ask_glass(work, XP, WHY, WHAT, 30)
        with pytest.raises(GlassStands):
            await ask_glass(work, XP, WHY, WHAT, 30)
    await k.ask(app, by=(XP, "own"))  # the bureau's own administrator asks as well
    for post in ("head", "audit", "keeper"):
        with pytest.raises(Forbidden):
            async with app.work(k.one(app, XP, post)) as work:
                await ask_glass(work, XP, WHY, WHAT, 30)


async def test_who_approves_and_what_was_confirmed(app):
    found = await k.ask(app)
    for bureau, post in ((ZMD, "cityhead"), (ZMD, "sys"), (XP, "audit"), (XP, "keeper")):
        with pytest.raises((Forbidden, Missing)):
            await k.approve(app, found, (bureau, post))
    with pytest.raises(GlassSaidOtherwise):
        async with app.work(k.one(app, XP, "head")) as work:
            await approve_glass(work, found.id, found.said.replace("30 分钟", "5 分钟"))
    with pytest.raises(StepUpNeeded):
        async with app.work(replace(k.one(app, XP, "head"), acr=1)) as work:
            await approve_glass(work, found.id, found.said)
    with pytest.raises(SameHand):
        async with app.work(k.one(app, XP, "own", "bureau_head", "system_admin")) as work:
            own = await ask_glass(work, XP, WHY, WHAT, 30)
            await approve_glass(work, own.id, own.said)
    await k.approve(app, found)
    with pytest.raises(WrongState):
        await k.approve(app, found)


async def test_declined_withdrawn_and_lapsed_requests_open_nothing(app):
    for by in ((XP, "head"), (ZMD, "sys")):
        found = await k.ask(app)
        async with app.work(k.one(app, *by)) as work:
            await end_glass(work, found.id)
        with pytest.raises(WrongState):
            await k.approve(app, found)
    found = await k.ask(app)
    app.clock.advance(timedelta(hours=24))
    with pytest.raises(WrongState):
        await k.approve(app, found)


async def test_only_the_bureau_and_who_asked_end_it(app):
    found = await k.ask(app)
    for bureau, post in ((ZMD, "cityhead"), (BT, "stranger"), (HN, "sec")):
        with pytest.raises(Missing):
            async with app.work(k.one(app, bureau, post)) as work:
                await end_glass(work, found.id)
    with pytest.raises(Forbidden):  # the bureau's own administrator asks, and ends the own requests only
        async with app.work(k.one(app, XP, "own")) as work:
            await end_glass(work, found.id)
    async with app.work(k.one(app, XP, "audit")) as work:
        assert [one.id for one in (await glass_board(work)).about] == [found.id]
        with pytest.raises(Forbidden):
            await end_glass(work, found.id)
    async with app.work(k.one(app, BT, "stranger")) as work:
        board = await glass_board(work)
        assert board.about == board.mine == ()


async def test_no_sealed_list_opens_whatever_else_the_person_may(app):
    """With every role beside the look the seal itself refuses; without them the matrix does."""
    no = await f.drawn(app, XP, {10: (2, 5), 15: (2, 6)})
    await g.dispatch(app, XP, no)
    f.at(app, date(2026, 3, 30))
    who = await k.opened(app)
    able = replace(who, roles=frozenset(ROLES), acr=2, auth_time=int(app.clock.now().timestamp()))
    able = replace(able, certificate=f.cert(XP, 2))
    shown = (partial(cars, draw_no=no), my_tasks, partial(my_task, draw_no=no, slot=0))
    for show in shown:
        honest = replace(able, extra={}, subject="another", roles=frozenset({"dispatcher", "inspector"}))
        async with app.work(honest) as work:
            assert await show(work)  # there is something to see
        with pytest.raises(GlassSealed):
            async with app.work(replace(able, extra=dict(who.extra))) as work:
                await show(work)
    for show in (*shown, list_exports):
        with pytest.raises(Forbidden):
            async with app.work(replace(who, extra=dict(who.extra))) as work:
                await show(work)
    assert not [e for e in await entries(app) if e.action == "sealed.read"]


async def test_the_lent_role_is_given_to_nobody(app):
    with pytest.raises(Missing):
        async with app.work(c.acting(app, XP, "bureau_admin")) as work:
            await grant_role(work, "li", "李四", SUPPORT)
