"""A draw that cannot be frozen as it stands never blocks the bureau: its number becomes another draw."""

from datetime import date, datetime, timedelta
from itertools import count

import pytest

from services.clock import CHINA
from services.drawing.draw_errors import BadDates, BeaconPassed, SecondDraw
from services.drawing.open_errors import RevealTooLate
from services.usecases.amend_draw import amend_draw
from services.usecases.prepare_draw import PrepareDraw, prepare_draw
from tenants.errors import UnfrozenDraw
from tenants.stores import draws

from . import ceremony as c

_numbers = count(1)
XP, KD, BT = "411721", "150203", "150200"
NEXT = datetime(2026, 3, 30, 10, 0, tzinfo=CHINA)


@pytest.fixture
async def app(pg_server, new_home):
    name = f"dead_ends_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


async def amended(app, bureau, draw_no, **changes):
    async with app.work(c.acting(app, bureau, "drawer", "city_drawer", post="drawer")) as work:
        return await amend_draw(work, draw_no, **changes)


async def ran(app, bureau, draw_no):
    await c.escrow(app, bureau, draw_no)
    await c.cosign(app, c.PARENT[bureau])
    c.at_beacon(app)
    return await c.run_draw(app, c.drawer(app, bureau), draw_no, c.DIGITS, c.secret(app, bureau, draw_no))


async def test_a_mistyped_period_is_amended_and_its_commitments_open_the_draw(app):
    await c.plan(app, XP)
    app.clock.set(c.BEACON - timedelta(days=4))
    async with app.work(c.drawer(app, XP)) as work:  # the fourth quarter's window is long to come
        wrong = PrepareDraw(XP, "2026Q2", NEXT)
        await prepare_draw(work, wrong)
    made = await c.prepare(app, XP)
    assert made.draw_no == 2
    with pytest.raises(UnfrozenDraw) as blocked:
        await c.freeze(app, XP, 2)
    assert "shuangsui draw amend 1" in blocked.value.line("zh")
    intent = await amended(app, XP, 1, period="2026Q1", beacon_at=c.BEACON)
    assert (intent.period, intent.reveal_by) == ("2026Q1", date(2026, 4, 15))
    async with app.work(c.drawer(app, XP)) as work:  # the two changed places: number 1 is the wanted one
        found = [(d.draw_no, d.period) for d in await draws.recent(work.db, work.scope, XP)]
    assert found == [(2, "2026Q2"), (1, "2026Q1")]
    await commit_bureau(app, XP, made.escrow_public, 1)
    await c.commit_witness(app, XP, 1, made.escrow_public)
    frozen = await c.freeze(app, XP, 1)
    assert frozen.manifest["period"] == "2026Q1"
    assert (await ran(app, XP, 1)).drawn


async def commit_bureau(app, bureau, public, draw_no):
    card = c.make_secret(
        c.drawer_device(app, bureau), bureau=bureau, draw_no=draw_no, role="bureau", escrow_public=public
    )
    async with app.work(c.drawer(app, bureau)) as work:
        await c.commit_secret(work, draw_no, "bureau", card.c, card.escrow_copy)


async def test_subject_and_kind_are_amended_too(app):
    await c.plan(app, BT)
    made = await c.prepare(app, BT, subject=KD, kind="audit")
    intent = await amended(app, BT, made.draw_no, kind="overlay")
    assert (intent.kind, intent.subject, intent.beacon_at) == ("overlay", KD, c.BEACON)
    assert (await c.freeze(app, BT, made.draw_no)).manifest["kind"] == "overlay"


async def test_a_missed_window_gives_its_number_to_the_next_period(app):
    await c.plan(app, XP)
    first = await c.prepare(app, XP)
    app.clock.set(datetime(2026, 3, 26, 9, 0, tzinfo=CHINA))
    with pytest.raises(BeaconPassed):
        await c.freeze(app, XP, 1)
    async with app.work(c.drawer(app, XP)) as work:
        second = await prepare_draw(work, PrepareDraw(XP, "2026Q2", NEXT))
    assert (second.draw_no, second.reused, second.platform_c) == (1, True, first.platform_c)
    with pytest.raises(SecondDraw) as twice:
        async with app.work(c.drawer(app, XP)) as work:
            await prepare_draw(work, PrepareDraw(XP, "2026Q2", NEXT + timedelta(days=1)))
    assert "shuangsui draw amend 1" in twice.value.line("zh")
    frozen = await c.freeze(app, XP, 1)
    assert (frozen.manifest["period"], frozen.manifest["draw_no"]) == ("2026Q2", 1)


async def test_a_missed_beacon_inside_the_window_is_prepared_again_under_its_number(app):
    await c.plan(app, XP)
    await c.prepare(app, XP)
    app.clock.set(c.BEACON + timedelta(hours=1))
    async with app.work(c.drawer(app, XP)) as work:
        again = await prepare_draw(work, PrepareDraw(XP, "2026Q1", c.BEACON + timedelta(days=1)))
    assert (again.draw_no, again.reused) == (1, True)


async def test_secrecy_never_outlasts_the_rule_on_it(app):
    """Ten working days after the quarter by default; the day itself and earlier ones are free."""
    app.clock.set(c.BEACON - timedelta(days=4))
    last = date(2026, 4, 15)
    with pytest.raises(RevealTooLate) as caught:
        async with app.work(c.drawer(app, XP)) as work:
            await prepare_draw(work, PrepareDraw(XP, "2026Q1", c.BEACON, reveal_by=last + timedelta(days=1)))
    assert isinstance(caught.value, BadDates) and str(last) in caught.value.line("zh") and caught.value.basis
    async with app.work(c.drawer(app, XP)) as work:
        assert (await prepare_draw(work, PrepareDraw(XP, "2026Q1", c.BEACON, reveal_by=last))).draw_no == 1
    with pytest.raises(RevealTooLate):
        await amended(app, XP, 1, reveal_by=last + timedelta(days=1))
    assert (await amended(app, XP, 1, reveal_by=last - timedelta(days=5))).reveal_by == date(2026, 4, 10)
