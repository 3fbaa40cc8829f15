"""Hands of a draw and its changes: who counts as having drawn, and on whose word an officer is away."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from services.drawing.change_errors import DeclarationRested, DrewChange
from services.drawing.duty_errors import DrewIt
from services.drawing.roll import roll_of
from services.drawing.sealed_parts import open_json
from services.outside.secret import make_secret
from services.usecases.amend_draw import amend_draw
from services.usecases.change_board import change_board
from services.usecases.commit_secret import commit_secret
from services.usecases.declare import withdraw_declaration
from services.usecases.dispatch_tasks import dispatch_tasks
from services.usecases.prepare_draw import PrepareDraw, prepare_draw
from tenants.stores import declarations, draws, officers, tasks

from . import ceremony as c
from . import changing as g
from . import fieldwork as f
from .census import by_hand

_numbers = count(1)
XP = "411721"


@pytest.fixture
async def app(pg_server, new_home):
    name = f"hands_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


async def test_the_approver_sees_who_declared_whom_away_and_it_cannot_be_taken_back(app):
    draw_no = await g.drawn(app, XP)
    await g.dispatch(app, XP, draw_no)
    step = g.substitute(0, (await g.team(app, XP, draw_no, 0))[0])
    day = (await g.visits(app, XP, draw_no))[0].visit_on
    firsts = []
    for who in (
        g.head(app, XP),
        g.dispatcher(app, XP),
    ):  # one passed over by another hand, one by the proposer
        (due,) = await g.preview(app, XP, draw_no, step)
        firsts.append(f.cert(XP, int(due.into.removeprefix("模拟人员"))))
        async with app.work(who) as work:
            with by_hand():
                await declarations.absent(work.db, work.scope, firsts[-1], day, work.now)
    (mine,) = await g.preview(app, XP, draw_no, step)
    assert len(mine.passed) == 2
    proposed = await g.propose(app, XP, draw_no, step)
    async with app.work(g.head(app, XP)) as work:
        (line,) = (await change_board(work, draw_no)).lines
    (shown,) = line.made
    sources = [one.sources for one in shown.passed]
    assert [[(s.kind, s.by_proposer) for s in each] for each in sources] == [
        [("absence", False)],
        [("absence", True)],
    ]
    assert all(s.by and s.at for each in sources for s in each)
    await g.approve(app, XP, draw_no, proposed.n, post="deputy")
    async with app.work(g.dispatcher(app, XP)) as work:
        every = {one.certificate: one for one in await declarations.on_day(work.db, work.scope, XP, day)}
    assert all(every[one].rested_at for one in (*firsts, step.certificate))
    for one in (*firsts, step.certificate):  # those passed over, and who was replaced
        with pytest.raises(DeclarationRested):
            async with app.work(g.dispatcher(app, XP)) as work:
                await withdraw_declaration(work, every[one].id)


async def test_leave_and_recusal_are_told_apart_from_what_was_declared(app):
    draw_no = await g.drawn(app, XP)
    await g.dispatch(app, XP, draw_no)
    async with app.work(g.dispatcher(app, XP)) as work:
        draw = await draws.get(work.db, work.scope, XP, draw_no)
        (task, *_) = await tasks.of_draw(work.db, work.scope, XP, draw_no)
        one, other = f.cert(XP, 0), f.cert(XP, 5)
        with by_hand():
            await declarations.recused(work.db, work.scope, draw_no, task.slot, one, work.now)
        roll = await roll_of(work, draw, [task], [(other, task.visit_on)], proposer=work.principal.subject)
    assert [s.kind for s in roll.sources(one, task)] == ["recusal"]
    assert [(s.kind, s.at, s.by_proposer) for s in roll.sources(other, task)] == [("absence", None, True)]
    away = replace(roll.people[other], leave=((task.visit_on, task.visit_on),), valid_until=task.visit_on)
    roll = replace(roll, people={other: away}, soon=())
    assert [s.kind for s in roll.sources(other, task)] == ["leave"]
    assert [s.kind for s in roll.sources(one, task)] == ["unlisted"]


async def test_who_amended_or_committed_drew_as_well(app):
    await c.plan(app, XP)
    app.clock.set(max(app.clock.now(), c.BEACON - timedelta(days=4)))
    opener, amender, committer = (
        c.acting(app, XP, "drawer", post=p) for p in ("drawer", "amender", "bearer")
    )
    async with app.work(opener) as work:
        made = await prepare_draw(work, PrepareDraw(XP, "2026Q1", c.BEACON))
    no, public = made.draw_no, made.escrow_public
    async with app.work(amender) as work:
        await amend_draw(work, no, reveal_by=made.reveal_by)
        await amend_draw(work, no, reveal_by=made.reveal_by)
        assert (await draws.get(work.db, work.scope, XP, no)).amended_by == [amender.subject]
    device = c.drawer_device(app, XP)
    card = make_secret(device, bureau=XP, draw_no=no, role="bureau", escrow_public=public, suite=made.suite)
    async with app.work(committer) as work:
        await commit_secret(work, no, "bureau", card.c, card.escrow_copy, card.suite)
        await officers.upsert(work.db, work.scope, list(_officers(amender, committer)), at=work.now,
                              by="keeper", reason="测试")  # fmt: skip
    await c.commit_witness(app, XP, no, public, made.suite)
    frozen = await c.freeze(app, XP, no)
    assert frozen.draw_no == no and await _caps(app, no) == {f.cert(XP, 5): 0, f.cert(XP, 6): 0}
    await g.finished(app, XP, no)
    for one in (amender, committer):
        hand = replace(g.dispatcher(app, XP), subject=one.subject)
        with pytest.raises(DrewIt):
            async with app.work(hand) as work:
                await dispatch_tasks(work, no)
        with pytest.raises(DrewChange):
            await g.propose(app, XP, no, g.cancel(0), who=hand)


def _officers(*people):
    """Officers 5 and 6 are these people."""
    for n, one in enumerate(people, 5):
        yield replace(c.officer(XP, n), person=one.subject)


async def _caps(app, draw_no):
    """Caps of officers 5 and 6 as frozen."""
    async with app.work(c.drawer(app, XP)) as work:
        draw = await draws.get(work.db, work.scope, XP, draw_no)
        named = (await open_json(work, draw, "names", why="测试"))["officers"].values()
    return {p["certificate"]: p["cap"] for p in named if p["certificate"] in (f.cert(XP, 5), f.cert(XP, 6))}
