"""A draw that was really made, and the people who change it; used by the tests of changes and openings."""

import json
from datetime import date

from policies.rd1.logs_trust import parse_trust
from policies.rd1.record import read_bundle
from policies.verify import verify
from services.drawing.change_case import open_payloads
from services.drawing.changing import Step
from services.usecases.approve_change import approve_change
from services.usecases.dispatch_tasks import dispatch_tasks
from services.usecases.open_draw import open_draw, publish_bundle
from services.usecases.propose_change import preview_change, propose_change
from tenants import journal
from tenants.scope import Scope
from tenants.stores import draws, log, tasks
from tests.independent.checker import check

from . import ceremony as c

DAY = date(2026, 1, 5)


async def drawn(app, bureau, *, crews=None, subject=""):
    """The whole ceremony of one draw; returns its number."""
    await c.plan(app, bureau)
    kind = "overlay" if subject else "routine"
    prepared = await c.prepare(app, bureau, subject=subject, kind=kind)
    await c.freeze(app, bureau, prepared.draw_no, crews=crews)
    return await finished(app, bureau, prepared.draw_no)


async def finished(app, bureau, draw_no):
    """A frozen draw, from its escrow to its result."""
    await c.escrow(app, bureau, draw_no)
    await c.cosign(app, c.PARENT[bureau])
    async with app.work(c.drawer(app, bureau), read_only=True) as work:
        due = (await draws.get(work.db, work.scope, bureau, draw_no)).beacon_at
    app.clock.set(max(app.clock.now(), due))
    who = c.acting(app, bureau, "drawer", "city_drawer", post="drawer")
    await c.run_draw(app, who, draw_no, c.DIGITS, c.secret(app, bureau, draw_no))
    return draw_no


def dispatcher(app, bureau):
    return c.acting(app, bureau, "dispatcher")


def head(app, bureau, post="head"):
    return c.acting(app, bureau, "bureau_head", post=post)


async def dispatch(app, bureau, draw_no, **options):
    async with app.work(dispatcher(app, bureau)) as work:
        return await dispatch_tasks(work, draw_no, **options)


async def preview(app, bureau, draw_no, *steps, who=None):
    async with app.work(who or dispatcher(app, bureau)) as work:
        return await preview_change(work, draw_no, steps)


async def propose(app, bureau, draw_no, *steps, who=None):
    async with app.work(who or dispatcher(app, bureau)) as work:
        return await propose_change(work, draw_no, steps)


async def approve(app, bureau, draw_no, n, post="head"):
    async with app.work(head(app, bureau, post)) as work:
        return await approve_change(work, draw_no, n)


async def change(app, bureau, draw_no, *steps):
    """Propose and approve."""
    proposed = await propose(app, bureau, draw_no, *steps)
    return await approve(app, bureau, draw_no, proposed.n)


async def visits(app, bureau, draw_no):
    """slot → task."""
    async with app.work(dispatcher(app, bureau), read_only=True) as work:
        return {t.slot: t for t in await tasks.of_draw(work.db, work.scope, bureau, draw_no)}


async def payloads(app, bureau, draw_no, *slots):
    async with app.work(dispatcher(app, bureau)) as work:
        return await open_payloads(work, draw_no, slots, "测试")


async def with_reserve(app, bureau, draw_no):
    """Slots of visits whose class has sites left over, in order."""
    every = await payloads(app, bureau, draw_no, *await visits(app, bureau, draw_no))
    return [slot for slot, one in every.items() if one["stratum"] == "general"]


async def team(app, bureau, draw_no, slot):
    """Certificates on a dispatched visit now, leader first."""
    async with app.work(dispatcher(app, bureau), read_only=True) as work:
        rows = await tasks.assignments(work.db, work.scope, bureau, draw_no, slot)
        return [a.certificate for a in rows if a.until_day is None]


async def entries(app, bureau, draw_no):
    """Entries of the draw in the public log."""
    async with app.work(dispatcher(app, bureau), read_only=True) as work:
        draw = await draws.get(work.db, work.scope, bureau, draw_no)
        return [e.entry for e in await log.of_draw(work.control, draw.m)]


async def noted(app, bureau, action=""):
    """Rows of a bureau's journal, its chain checked."""
    async with app.work(dispatcher(app, bureau)) as work:
        await journal.verify_chain(work.db, work.scope, bureau)
        rows = await journal.entries(work.db, work.scope, bureau, limit=100_000)
    return [row for row in rows if action in ("", row.action)]


async def settle(app, bureau, draw_no):
    """Every visit that is still open counts as made and accepted."""
    scope = Scope.own(bureau, "test")
    async with app.database.unit(scope) as db:
        for task in await tasks.of_draw(db, scope, bureau, draw_no):
            if task.state != "cancelled":
                await tasks.set_state(db, scope, draw_no, task.slot, "reviewed")


async def opened(app, bureau, draw_no):
    """Open, cosign, publish; returns the bundle and what both verifiers say of it."""
    who = c.acting(app, bureau, "drawer", "city_drawer", post="drawer")
    async with app.work(who) as work:
        await open_draw(work, draw_no)
    await c.cosign(app, c.PARENT[bureau])
    return await judged(app, bureau, draw_no)


async def judged(app, bureau, draw_no):
    """The published bundle, the verdict of the product, and that of the second verifier."""
    who = c.acting(app, bureau, "drawer", "city_drawer", post="drawer")
    files = await publish_bundle(app, who, draw_no)
    text, trust = files.bundle.read_bytes(), files.trust.read_text()
    verdict = verify(read_bundle(text), parse_trust(trust))
    return json.loads(text), verdict.as_dict(), check(json.loads(text), trust)


def substitute(slot, certificate, reason="因病请假", *, absent=True):
    return Step("substitute", slot, reason, certificate, absent)


def replace(slot, reason="closed_down"):
    return Step("replace", slot, reason)


def cancel(slot, reason="force_majeure"):
    return Step("cancel", slot, reason)
