"""The superior's opening at `reveal_by`: its copy for itself, the number of outstanding visits for all."""

import json
from datetime import date, timedelta
from itertools import count

import pytest

from policies.access_errors import StepUpNeeded, Stranger
from policies.errors import Forbidden
from services.drawing.open_errors import BeforeRevealDay, NotTheSuperior
from services.outside.errors import CopyUnreadable, NotTheManifest
from services.outside.superior import open_pack
from services.usecases.overdue_draws import overdue_draws
from services.usecases.superior_open import superior_open
from tenants.errors import WrongState
from tenants.stores import public_numbers

from . import ceremony as c
from . import changing as g
from . import fieldwork as f

_numbers = count(1)
XP, ZMD, HEN = "411721", "411700", "410000"
DUE = date(2026, 4, 15)


@pytest.fixture
async def app(pg_server, new_home):
    name = f"reveal_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


def auditor(app, bureau=ZMD, role="city_auditor"):
    return c.acting(app, bureau, role)


async def opening(app, draw_no, who=None):
    async with app.work(who or auditor(app)) as work:
        return await superior_open(work, XP, draw_no)


async def reveal_day(app, draw_no):
    async with app.work(g.dispatcher(app, XP), read_only=True) as work:
        from tenants.stores import draws

        return (await draws.get(work.db, work.scope, XP, draw_no)).reveal_by


async def test_the_superior_opens_its_copy_for_itself_and_both_journals_say_so(app):
    draw_no = await g.drawn(app, XP)
    await g.dispatch(app, XP, draw_no)
    slot, *_ = await g.with_reserve(app, XP, draw_no)
    await g.change(app, XP, draw_no, g.replace(slot))
    day = await reveal_day(app, draw_no)
    f.at(app, day - timedelta(days=1))
    with pytest.raises(BeforeRevealDay):
        await opening(app, draw_no)
    f.at(app, day)
    await refused(app, draw_no)
    async with app.work(auditor(app)) as work:
        (late,) = (await overdue_draws(work)).found
    pack = await opening(app, draw_no)
    every = await g.visits(app, XP, draw_no)
    assert pack.outstanding == late.outstanding == len(every) - 1
    seen = open_pack(c.witness_device(app, ZMD), pack.body)
    live = [s for s, t in every.items() if t.state != "cancelled"]
    wanted = {one["uid"] for one in (await g.payloads(app, XP, draw_no, *live)).values()}
    assert {one.uid for one in seen.visits} == wanted and seen.outstanding == len(live) and seen.events == 1
    for bureau in (XP, ZMD):
        (row,) = await g.noted(app, bureau, "draw.superior_open")
        assert row.after["outstanding"] == len(live) and row.actor == auditor(app).subject
    await only_for_that_device(app, pack)


async def refused(app, draw_no):
    who = auditor(app)
    old = type(who)(who.subject, who.name, who.bureau, who.roles, 1, who.auth_time)
    for other, fault in (
        (auditor(app, HEN), NotTheSuperior),
        (auditor(app, "150200"), Stranger),
        (c.acting(app, ZMD, "bureau_head"), Stranger),
        (c.acting(app, XP, "bureau_head"), Forbidden),
        (old, StepUpNeeded),
    ):
        with pytest.raises(fault):
            await opening(app, draw_no, other)
    assert not await g.noted(app, XP, "draw.superior_open")


async def only_for_that_device(app, pack):
    """Nothing in the pack is readable without the superior's key, and a false result is not believed."""
    text = json.dumps(pack.body, ensure_ascii=False)
    assert "模拟企业" not in text and f"{XP}S00" not in text
    with pytest.raises(CopyUnreadable):
        open_pack(c.witness_device(app, "150200"), pack.body)
    false = {**pack.body, "published": {**pack.body["published"], "root": "0" * 64}}
    with pytest.raises(NotTheManifest):
        open_pack(c.witness_device(app, ZMD), false)


async def test_how_many_are_outstanding_is_public_from_that_day_on(app):
    draw_no = await g.drawn(app, XP)
    day = await reveal_day(app, draw_no)
    async with app.portal.public(XP) as db:
        assert await public_numbers.outstanding(db, XP, draw_no, day - timedelta(days=1)) is None
        every = await public_numbers.outstanding(db, XP, draw_no, day)
    assert every == len(await g.visits(app, XP, draw_no)) > 0
    await g.settle(app, XP, draw_no)
    async with app.portal.public(XP) as db:
        assert await public_numbers.outstanding(db, XP, draw_no, day) == 0


async def test_an_open_draw_needs_no_superior(app):
    draw_no = await g.drawn(app, XP)
    await g.settle(app, XP, draw_no)
    await g.opened(app, XP, draw_no)
    f.at(app, await reveal_day(app, draw_no))
    with pytest.raises(WrongState):
        await opening(app, draw_no)
    async with app.work(auditor(app)) as work:
        assert (await overdue_draws(work)).found == ()
