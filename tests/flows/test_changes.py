"""Changes after the draw by two people, to the bundle that both verifiers find VALID."""

import asyncio
from itertools import count

import pytest

from policies.access_errors import StepUpNeeded
from policies.errors import Forbidden, Missing
from policies.rd1.door import unfragment
from policies.rd1.draw_errors import NotOnTeam
from policies.verify.door import check_door
from services.clock import CHINA
from services.drawing import change_tasks
from services.drawing.change_errors import BadChange, Concerned, DrewChange, NotInDraw, StaleChange, VisitOver
from services.drawing.changing import Step
from services.drawing.sealed_parts import dump
from services.usecases.approve_change import approve_change
from services.usecases.ceremony import superior_of
from services.usecases.change_board import change_board, find_visit
from services.usecases.declare import (
    declare_absence,
    declare_own_absence,
    declare_own_recusal,
    withdraw_declaration,
)
from services.usecases.my_tasks import my_tasks
from services.usecases.propose_change import repeat_change, withdraw_change
from services.usecases.show_door_code import WHY, show_door_code
from services.visiting.visit_errors import NotYours
from tenants.errors import SameHand, WrongState
from tenants.stores import declarations, tasks

from . import ceremony as c
from . import changing as g
from . import fieldwork as f
from .census import by_hand

_numbers = count(1)
XP, KD, BT = "411721", "150203", "150200"


@pytest.fixture
async def app(pg_server, new_home):
    name = f"changes_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


@pytest.mark.parametrize("crews", [None, 3])
async def test_replaced_substituted_cancelled_and_still_valid(app, crews):
    if crews:
        await c.choose(app, XP, "team.formation", "crews")
    draw_no = await g.drawn(app, XP, crews=crews)
    await g.dispatch(app, XP, draw_no)
    before = await g.visits(app, XP, draw_no)
    first, *_ = await g.with_reserve(app, XP, draw_no)
    second, third, *_ = (slot for slot in before if slot != first)
    await with_one_passed_over(app, draw_no, second)
    replaced = await g.change(app, XP, draw_no, g.replace(first))
    await g.change(app, XP, draw_no, g.cancel(third, "duplicate"))
    after = await g.visits(app, XP, draw_no)
    assert (after[first].state, after[third].state) == ("cancelled", "cancelled")
    assert sorted(after.keys() - before.keys()) == [len(before)] and after[len(before)].state == "drawn"
    assert replaced.events[0].n == 2
    await looks_like_the_others(app, draw_no)
    assert [e["t"] for e in await g.entries(app, XP, draw_no)][-3:] == ["event"] * 3
    await g.settle(app, XP, draw_no)
    bundle, ours, theirs = await g.opened(app, XP, draw_no)
    assert ours["verdict"] == theirs["verdict"] == "VALID", (ours, theirs)
    assert [one["event"]["kind"] for one in bundle["events"]] == ["substitute", "replace", "cancel"]
    assert len(bundle["events"][0]["event"]["passed_over"]) == 1 and "leave" in str(ours["assumes"])
    hands = {tuple(one["event"]["by"]) for one in bundle["events"]}
    assert len(hands) == 1 and all(one.startswith("p-") for one in hands.pop())


async def with_one_passed_over(app, draw_no, slot):
    """The first in the candidate order is away as well: the second steps in, and the event says so."""
    sick = (await g.team(app, XP, draw_no, slot))[0]
    step = g.substitute(slot, sick)
    (due,) = await g.preview(app, XP, draw_no, step)
    people = {o.name: o.certificate for o in [c.officer(XP, n) for n in range(12)]}
    async with app.work(g.dispatcher(app, XP)) as work:
        day = (await tasks.get(work.db, work.scope, XP, draw_no, slot)).visit_on
        await declare_absence(work, people[due.into], day)
    (next_,) = await g.preview(app, XP, draw_no, step)
    assert [one.name for one in next_.passed] == [due.into] and next_.into not in (due.into, due.out)
    await g.change(app, XP, draw_no, step)
    now = await g.team(app, XP, draw_no, slot)
    assert sick not in now and people[next_.into] in now and len(now) == 2
    sheet = (await g.payloads(app, XP, draw_no, slot))[slot]
    assert {o["certificate"] for o in sheet["officers"]} == set(now)
    assert len({o["oid"] for o in sheet["officers"]} - set(sheet["oids"])) == 1  # the leaf's team stays
    assert sheet["events"] == [1] and sheet["leaf"]


async def looks_like_the_others(app, draw_no):
    """No row outside the seal tells the new visit apart, nor names a site."""
    async with app.work(g.dispatcher(app, XP), read_only=True) as work:
        blobs = await tasks.blobs(work.db, work.scope, XP, draw_no)
        marks = {t.slot: t.row_mark for t in await tasks.of_draw(work.db, work.scope, XP, draw_no)}
    assert {len(blob) for _, blob in blobs} == {4096 + 28}
    assert marks == {slot: f"task/{slot}" for slot, _ in blobs}
    for row in await g.noted(app, XP):
        assert "S00" not in f"{row.target}{row.why}{row.after}{row.before}", row


async def test_two_people_and_neither_of_them_the_drawer_or_concerned(app):
    draw_no = await g.drawn(app, XP)
    await g.dispatch(app, XP, draw_no)
    step = g.substitute(0, (await g.team(app, XP, draw_no, 0))[0])
    sick = f.inspector(app, XP, int(step.certificate[-4:]))
    for roles, fault in ((("reviewer",), Forbidden), (("drawer",), Forbidden)):
        with pytest.raises(fault):
            await g.propose(app, XP, draw_no, step, who=c.acting(app, XP, *roles))
    both = as_person(g.head(app, XP), c.person(XP, "drawer"))
    with pytest.raises(DrewChange):
        await g.propose(app, XP, draw_no, step, who=both)
    himself = as_person(g.head(app, XP), "sick-head", sick.certificate)
    with pytest.raises(Concerned):
        await g.propose(app, XP, draw_no, step, who=himself)
    proposed = await g.propose(app, XP, draw_no, step)
    assert (await g.propose(app, XP, draw_no, step)).n == proposed.n  # sent twice
    mine = await g.propose(app, XP, draw_no, g.cancel(1), who=g.head(app, XP))
    refused = [
        (g.head(app, XP), mine.n, SameHand),
        (g.dispatcher(app, XP), proposed.n, Forbidden),
        (as_person(g.head(app, XP), c.person(XP, "drawer")), proposed.n, DrewChange),
        (himself, proposed.n, Concerned),
        (as_person(g.head(app, XP), "old", acr=1), proposed.n, StepUpNeeded),
        (g.head(app, XP), 99, Missing),
        (c.acting(app, KD, "bureau_head"), proposed.n, Missing),
    ]
    for who, n, fault in refused:
        with pytest.raises(fault):
            async with app.work(who) as work:
                await approve_change(work, draw_no, n)
    assert [e["t"] for e in await g.entries(app, XP, draw_no)][-1] == "result"
    done = await g.approve(app, XP, draw_no, proposed.n)
    again = await g.approve(app, XP, draw_no, proposed.n)
    assert again.repeated and again.events == done.events
    with pytest.raises(WrongState):
        await g.approve(app, XP, draw_no, proposed.n, post="deputy")
    rows = await g.noted(app, XP, "draw.change_approve")
    assert len(rows) == 1 and rows[0].after["proposed_by"] == c.person(XP, "dispatcher")


def as_person(principal, subject, certificate="", acr=2):
    kept = principal
    return type(kept)(subject, kept.name, kept.bureau, kept.roles, acr, kept.auth_time, certificate)


async def test_a_stale_proposal_is_refused_and_proposed_again(app):
    draw_no = await g.drawn(app, XP)
    await g.dispatch(app, XP, draw_no)
    first, *_ = await g.with_reserve(app, XP, draw_no)
    older = await g.propose(app, XP, draw_no, g.replace(first))
    newer = await g.propose(app, XP, draw_no, g.cancel(first + 1))
    tried = await asyncio.gather(
        g.approve(app, XP, draw_no, older.n),
        g.approve(app, XP, draw_no, newer.n, post="deputy"),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in tried) == ["ChangeApproved", "StaleChange"]
    stale = older if isinstance(tried[0], StaleChange) else newer
    async with app.work(g.dispatcher(app, XP)) as work:
        board = await change_board(work, draw_no)
        assert {line.n: line.state for line in board.lines}[stale.n] == "stale" and board.events == 1
        anew = await repeat_change(work, draw_no, stale.n)
    assert (await g.approve(app, XP, draw_no, anew.n)).events[0].n == 2
    with pytest.raises(WrongState):
        await g.approve(app, XP, draw_no, stale.n)


async def test_who_is_away_by_then_makes_a_proposal_stale(app):
    draw_no = await g.drawn(app, XP)
    await g.dispatch(app, XP, draw_no)
    step = g.substitute(0, (await g.team(app, XP, draw_no, 0))[0])
    (due,) = await g.preview(app, XP, draw_no, step)
    proposed = await g.propose(app, XP, draw_no, step)
    day = (await g.visits(app, XP, draw_no))[0].visit_on
    async with app.work(g.dispatcher(app, XP)) as work:
        into = f.cert(XP, int(due.into.removeprefix("模拟人员")))
        await declare_absence(work, into, day)
    with pytest.raises(StaleChange):
        await g.approve(app, XP, draw_no, proposed.n)
    async with app.work(g.dispatcher(app, XP)) as work:
        found = await declarations.on_day(work.db, work.scope, XP, day)
        (mistake,) = [one for one in found if one.certificate == into]
        await withdraw_declaration(work, mistake.id)
    assert (await g.approve(app, XP, draw_no, proposed.n)).events


async def test_a_recusal_at_the_door_leads_to_a_substitute(app):
    draw_no = await g.drawn(app, XP)
    await g.dispatch(app, XP, draw_no)
    slot, task = next(iter((await g.visits(app, XP, draw_no)).items()))
    certificate = (await g.team(app, XP, draw_no, slot))[1]
    officer = f.inspector(app, XP, int(certificate[-4:]))
    with pytest.raises(NotYours):  # its day has not come
        async with app.work(officer) as work:
            await declare_own_recusal(work, draw_no, slot)
    f.at(app, task.visit_on, 7)
    officer = f.inspector(app, XP, int(certificate[-4:]))
    async with app.work(officer) as work:
        assert not (await declare_own_recusal(work, draw_no, slot)).repeated
        assert (await declare_own_recusal(work, draw_no, slot)).repeated
        assert not (await declare_own_absence(work)).repeated
    async with app.work(g.dispatcher(app, XP)) as work:
        board = await change_board(work, draw_no)
    assert certificate in {v.slot: v.wanting for v in board.visits}[slot]
    done = await g.change(app, XP, draw_no, g.substitute(slot, certificate, "依法回避", absent=False))
    assert len(done.events) == 1
    now = await g.team(app, XP, draw_no, slot)
    assert certificate not in now and len(now) == 2
    async with app.work(officer) as work:
        assert slot not in {t.slot for t in await my_tasks(work, every=True)}
    for one in now:
        (mine,) = [t for t in await f.tasks_of(app, XP, int(one[-4:])) if t.slot == slot]
        assert {o.certificate for o in mine.team} == set(now) and mine.lead == (one == now[0])


async def test_all_visits_of_a_sick_officer_at_once(app):
    draw_no = await g.drawn(app, XP)
    await g.dispatch(app, XP, draw_no)
    teams = {slot: await g.team(app, XP, draw_no, slot) for slot in await g.visits(app, XP, draw_no)}
    sick = teams[0][0]
    steps = [g.substitute(slot, sick) for slot, team in teams.items() if sick in team]
    done = await g.change(app, XP, draw_no, *steps)
    assert [one.n for one in done.events] == list(range(1, len(steps) + 1)) and len(steps) >= 2
    for slot in await g.visits(app, XP, draw_no):
        assert sick not in await g.team(app, XP, draw_no, slot)
    await g.settle(app, XP, draw_no)
    bundle, ours, theirs = await g.opened(app, XP, draw_no)
    assert ours["verdict"] == theirs["verdict"] == "VALID"
    assert len(bundle["events"]) == len(steps)


async def test_what_no_change_may_be(app):
    draw_no = await g.drawn(app, XP)
    await g.dispatch(app, XP, draw_no)
    team = await g.team(app, XP, draw_no, 0)
    stranger = next(one for one in (f.cert(XP, n) for n in (0, 4, 6, 8)) if one not in team)
    for steps, fault in (
        ((), BadChange),
        ((Step("replace", 0, "不方便"),), BadChange),
        ((Step("cancel", 0, ""),), BadChange),
        ((Step("substitute", 0, " ", stranger),), BadChange),
        ((Step("substitute", 0, "x" * 201, stranger),), BadChange),
        ((Step("substitute", 0, "因病"),), BadChange),
        ((Step("swap", 0, "closed_down"),), BadChange),
        ((g.cancel(0), g.replace(0)), BadChange),
        ((g.cancel(999),), VisitOver),
        ((g.substitute(0, stranger),), NotOnTeam),
    ):
        with pytest.raises(fault):
            await g.propose(app, XP, draw_no, *steps)
    assert (await g.noted(app, XP, "draw.change")) == []


async def test_nothing_changes_after_the_record(app):
    draw_no = await g.drawn(app, XP)
    await g.dispatch(app, XP, draw_no)
    proposed = await g.propose(app, XP, draw_no, g.cancel(0))
    async with app.work(g.dispatcher(app, XP)) as work:
        with by_hand():
            await tasks.set_state(work.db, work.scope, draw_no, 0, "recorded")
    with pytest.raises(VisitOver):
        await g.approve(app, XP, draw_no, proposed.n)
    with pytest.raises(VisitOver):
        await g.propose(app, XP, draw_no, g.cancel(0))
    async with app.work(g.head(app, XP)) as work:
        await withdraw_change(work, draw_no, proposed.n)
    assert [e["t"] for e in await g.entries(app, XP, draw_no)][-1] == "result"


async def test_an_undispatched_visit_is_for_the_dispatcher_through_the_opener(app):
    draw_no = await g.drawn(app, XP)
    slot, *_ = await g.with_reserve(app, XP, draw_no)
    code = (await g.payloads(app, XP, draw_no, slot))[slot]["uid"]
    with pytest.raises(Forbidden):
        await g.propose(app, XP, draw_no, g.replace(slot), who=g.head(app, XP))
    async with app.work(g.dispatcher(app, XP)) as work:
        assert await find_visit(work, draw_no, f" {code} ") == slot
    with pytest.raises(NotInDraw):
        async with app.work(g.dispatcher(app, XP)) as work:
            await find_visit(work, draw_no, "411721S9999")
    with pytest.raises(Forbidden):
        async with app.work(g.head(app, XP)) as work:
            await find_visit(work, draw_no, code)
    (mine,) = await g.preview(app, XP, draw_no, g.replace(slot))
    assert mine.reserve
    await g.change(app, XP, draw_no, g.replace(slot))
    placed = (await g.dispatch(app, XP, draw_no)).placed
    every = await g.visits(app, XP, draw_no)
    assert {one.slot for one in placed} == every.keys() - {slot}


async def test_the_head_does_not_see_which_site_comes_in(app):
    draw_no = await g.drawn(app, XP)
    await g.dispatch(app, XP, draw_no)
    slot, *_ = await g.with_reserve(app, XP, draw_no)
    (seen,) = await g.preview(app, XP, draw_no, g.replace(slot), who=g.head(app, XP))
    assert seen.reserve == "" and seen.site and seen.rank is not None and seen.then


async def test_the_code_at_the_door_follows_the_changes(app):
    draw_no = await g.drawn(app, XP)
    await g.dispatch(app, XP, draw_no)
    gone, kept, *_ = await g.with_reserve(app, XP, draw_no)
    await g.change(app, XP, draw_no, g.substitute(kept, (await g.team(app, XP, draw_no, kept))[0]))
    await g.change(app, XP, draw_no, g.substitute(gone, (await g.team(app, XP, draw_no, gone))[1]))
    await g.change(app, XP, draw_no, g.replace(gone, "moved_away"))
    (placed,) = (await g.dispatch(app, XP, draw_no)).placed
    await g.change(
        app, XP, draw_no, g.substitute(placed.slot, (await g.team(app, XP, draw_no, placed.slot))[0])
    )
    await c.cosign(app, "411700")
    every = await g.visits(app, XP, draw_no)
    for slot, changed in ((kept, 1), (placed.slot, 3)):
        team = await g.team(app, XP, draw_no, slot)
        f.at(app, max(every[slot].visit_on, app.clock.now().astimezone(CHINA).date()))
        async with app.work(f.inspector(app, XP, int(team[0][-4:]))) as work:
            shown = await show_door_code(work, draw_no, slot)
            trust = app.log.trust([await superior_of(work, XP)])
        found = check_door(unfragment(shown.url.partition("#")[2]), trust)
        assert found.genuine and not found.cancelled, found.steps
        assert set(found.certificates) == set(team) and len(found.changes) == changed
        assert (found.uid == found.drawn) == (slot == kept) and found.uid == shown.site


@pytest.mark.parametrize("named", [True, False], ids=["slot named", "sealed before it was"])
async def test_the_code_at_the_door_opens_no_visit_but_its_own_and_the_one_it_replaced(
    app, monkeypatch, named
):
    draw_no = await g.drawn(app, XP)
    await g.dispatch(app, XP, draw_no)
    gone, *_ = await g.with_reserve(app, XP, draw_no)
    others = [slot for slot in await g.visits(app, XP, draw_no) if slot != gone]
    await g.change(app, XP, draw_no, g.cancel(others[0]))
    await g.change(app, XP, draw_no, g.cancel(others[-1]))
    if not named:
        monkeypatch.setattr(change_tasks, "dump", lambda payload: dump(without(payload, "drawn")))
    await g.change(app, XP, draw_no, g.replace(gone, "moved_away"))
    (placed,) = (await g.dispatch(app, XP, draw_no)).placed
    await c.cosign(app, "411700")
    team = await g.team(app, XP, draw_no, placed.slot)
    f.at(app, (await g.visits(app, XP, draw_no))[placed.slot].visit_on)
    async with app.work(f.inspector(app, XP, int(team[0][-4:]))) as work:
        await show_door_code(work, draw_no, placed.slot)
    targets = [e.target for e in await g.noted(app, XP, "sealed.read") if e.why == WHY]
    opened = [int(one.rpartition("/")[2]) for one in targets if " task/" in one]
    searched = [slot for slot in sorted({others[0], others[-1], gone}) if slot <= gone]
    assert opened == [placed.slot, *([gone] if named else searched)]


def without(payload, name):
    return {key: value for key, value in payload.items() if key != name}
