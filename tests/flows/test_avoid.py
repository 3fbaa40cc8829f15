"""A city's overlay over a district's roster: avoid, independent, merge; and when an avoiding one opens."""

from datetime import date, timedelta
from itertools import count

import pytest

from services.drawing.open_errors import AvoidedNotDrawn, AvoidedSealed
from services.ruling.rule_proposals import Proposal
from services.usecases.amend_draw import amend_draw
from services.usecases.approve_rule import approve_rule
from services.usecases.merge_overlay import merge_overlay
from services.usecases.open_draw import open_draw, publish_bundle
from services.usecases.propose_rule import propose_rule
from services.views.odds import odds_of
from services.visiting.visit_errors import NotMergeable
from tenants.errors import WrongState
from tenants.stores import draws, log

from . import ceremony as c
from . import changing as g

_numbers = count(1)
KD, BT = "150203", "150200"


@pytest.fixture
async def app(pg_server, new_home):
    name = f"avoid_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


async def shared(app, city, district):
    """Sites of both draws: of 59 they take about 15 each, so one pair in a hundred shares none."""
    common = await sites(app, BT, city) & await sites(app, KD, district)
    if not common:
        pytest.skip("these two draws share no site, as one pair in a hundred does")
    return common


async def choose(app, handling):
    """The city decides how sites drawn by both are handled."""
    order = Proposal(
        "overlay.handling",
        handling,
        effective=date(2025, 12, 1),
        text="市局重合处理确定单",
        clause="一",
        factors={},
    )
    async with app.work(c.acting(app, BT, "bureau_admin")) as work:
        kept = (await propose_rule(work, order)).row
    async with app.work(c.acting(app, BT, "bureau_head")) as work:
        await approve_rule(work, kept.id)


def drawer(app):
    return c.acting(app, BT, "drawer", "city_drawer", post="drawer")


async def prepared(app):
    """The city's draw, its beacon a day after the district's."""
    await c.plan(app, BT)
    made = await c.prepare(app, BT, subject=KD, kind="overlay")
    async with app.work(drawer(app)) as work:
        await amend_draw(work, made.draw_no, c.BEACON + timedelta(days=1))
    return made.draw_no


async def both(app, handling):
    """The district draws first, the city a day later."""
    if handling != "merge":  # the default
        await choose(app, handling)
    city = await prepared(app)
    district = await g.drawn(app, KD)
    frozen = await c.freeze(app, BT, city)
    await g.finished(app, BT, city)
    return city, district, frozen


async def sites(app, bureau, draw_no):
    found = await g.payloads(app, bureau, draw_no, *await g.visits(app, bureau, draw_no))
    return {one["uid"] for one in found.values()}


async def face(app, bureau, draw_no):
    async with app.work(drawer(app), read_only=True) as work:
        return await draws.get(await work.at(bureau), work.scope, bureau, draw_no)


async def test_an_avoiding_overlay_leaves_the_districts_sites_out_and_opens_after_it(app):
    await choose(app, "avoid")
    city = await prepared(app)
    with pytest.raises(AvoidedNotDrawn):
        await c.freeze(app, BT, city)
    district = await g.drawn(app, KD)
    frozen = await c.freeze(app, BT, city)
    taken = await sites(app, KD, district)
    assert {e["reason"]: e["size"] for e in frozen.manifest["excluded"]}["avoided"] == len(taken)
    assert {rule["avoids"] for rule in frozen.rules.values()} == {f"{KD}/{district}"}
    looks = [row for row in await g.noted(app, KD, "sealed.read") if row.why.startswith("上级稽查避开")]
    assert len(looks) == 2  # when the difference was shown, and at the freeze
    await g.finished(app, BT, city)
    assert not await sites(app, BT, city) & taken
    odds = odds_of(await face(app, BT, city), await face(app, KD, district))
    assert odds and all(0 < one.take <= one.size and one.first_size for one in odds)
    with pytest.raises(NotMergeable):
        async with app.work(c.acting(app, BT, "dispatcher", "city_auditor")) as work:
            await merge_overlay(work, city, KD, district)
    await g.settle(app, BT, city)
    with pytest.raises(AvoidedSealed):
        await g.opened(app, BT, city)
    await g.settle(app, KD, district)
    for bureau, draw_no in ((KD, district), (BT, city)):
        bundle, ours, theirs = await g.opened(app, bureau, draw_no)
        assert ours["verdict"] == theirs["verdict"] == "VALID", (bureau, ours)
    assert {uid for uid, stratum in bundle["units"] if stratum == "-avoided"} == taken


async def test_a_void_avoiding_overlay_waits_too_for_what_it_avoided(app):
    city, district, frozen = await both(app, "avoid")
    await c.void(app, BT, city)
    draw = await face(app, BT, city)
    assert draw.state == "void" and draw.opened_at is None
    async with app.work(drawer(app), read_only=True) as work:
        assert [e.entry["t"] for e in await log.of_draw(work.control, frozen.m)][-1] == "void"
    for refused in (AvoidedSealed, AvoidedSealed):
        with pytest.raises(refused):
            async with app.work(drawer(app)) as work:
                await open_draw(work, city)
        with pytest.raises(refused):
            await publish_bundle(app, drawer(app), city)
    await c.void(app, KD, district)  # a void draw is opened at once, so nothing is left to protect
    with pytest.raises(WrongState):
        await publish_bundle(app, drawer(app), city)
    bundle, ours, _ = await g.opened(app, BT, city)
    assert ours["void"] and ours["verdict"] != "INVALID" and bundle["units"]


async def test_independent_draws_know_nothing_of_each_other(app):
    city, district, frozen = await both(app, "independent")
    assert "avoided" not in {e["reason"] for e in frozen.manifest["excluded"]}
    assert frozen.manifest["roster"]["size"] == 59 and not any("avoids" in r for r in frozen.rules.values())
    await shared(app, city, district)
    with pytest.raises(NotMergeable):
        async with app.work(c.acting(app, BT, "dispatcher", "city_auditor")) as work:
            await merge_overlay(work, city, KD, district)
    await g.settle(app, BT, city)
    _, ours, theirs = await g.opened(app, BT, city)  # before the district's: nothing of it is told
    assert ours["verdict"] == theirs["verdict"] == "VALID"


async def test_merged_draws_make_one_visit_of_two_and_part_when_one_side_is_called_off(app):
    city, district, frozen = await both(app, "merge")
    common = await shared(app, city, district)
    assert "avoided" not in {e["reason"] for e in frozen.manifest["excluded"]}
    async with app.work(c.acting(app, BT, "dispatcher", "city_auditor")) as work:
        merged = await merge_overlay(work, city, KD, district)
    assert len(merged.linked) == len(common)
    await g.dispatch(app, KD, district)
    await g.dispatch(app, BT, city)
    ours, theirs = merged.linked[0]
    await partner_is_told(app, city, district, ours, theirs)


async def partner_is_told(app, city, district, ours, theirs):
    """The city calls its side off: the district goes alone, and knows it."""
    from . import fieldwork as f

    await g.change(app, BT, city, g.cancel(ours))
    told = await g.noted(app, KD, "draw.change_approve")
    assert [(row.after["slot"], row.after["kind"], row.after["by"]) for row in told] == [
        (theirs, "cancel", BT)
    ]
    day = (await g.visits(app, KD, district))[theirs].visit_on
    team = await g.team(app, KD, district, theirs)
    f.at(app, day)
    (mine,) = [t for t in await f.tasks_of(app, KD, int(team[0][-4:])) if t.slot == theirs]
    assert mine.partner is None and mine.parted == BT
    kept = await f.record(app, KD, int(team[0][-4:]), district, theirs, f.form(app, *team))
    assert kept.sides == (KD,)
