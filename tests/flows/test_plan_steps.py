"""A draft goes to the head and may come back; a rule that changes afterwards makes the plan stale."""

from datetime import date
from itertools import count

import pytest

from policies.errors import Forbidden
from services.ruling.plan_errors import PlanReturned, PlanSubmitted
from services.ruling.plan_standing import plan_standing
from services.ruling.rule_choice_errors import FieldMissing
from services.usecases.make_plan import approve_plan, make_plan
from services.usecases.note_receipt import receive_filing
from services.usecases.received_filings import received_filings
from services.usecases.submit_plan import return_plan, submit_plan
from tenants.errors import WrongState
from tenants.rows import RuleChoice
from tenants.scope import Scope
from tenants.stores import choices, journal_pages, plans

from . import ceremony as c
from .test_rule_choices import FACTORS

_numbers = count(1)
COUNTY, CITY = "150203", "150200"


@pytest.fixture
async def app(pg_server, new_home):
    name = f"plan_steps_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


async def test_submitted_sent_back_submitted_again_approved_filed_and_received(app):
    keeper, head = c.acting(app, COUNTY, "registry_keeper"), c.acting(app, COUNTY, "bureau_head")
    async with app.work(keeper) as work:
        await make_plan(work, 2026)
        step = await submit_plan(work, 2026, "请批准")
        assert step.submitted and step.words == "请批准"
        with pytest.raises(PlanSubmitted):
            await submit_plan(work, 2026)
        with pytest.raises(Forbidden):
            await return_plan(work, 2026, "x")
    async with app.work(head) as work:
        with pytest.raises(FieldMissing):
            await return_plan(work, 2026, " ")
        assert (await return_plan(work, 2026, "四季度偏少")).returned
        with pytest.raises(PlanReturned):
            await approve_plan(work, 2026)
    async with app.work(keeper) as work:
        await submit_plan(work, 2026)
    async with app.work(head) as work:
        await approve_plan(work, 2026)
        with pytest.raises(WrongState):
            await return_plan(work, 2026, "晚了")
    auditor = c.acting(app, CITY, "city_auditor")
    async with app.work(auditor) as work:
        (one,) = (await received_filings(work)).found
        assert (one.bureau, one.about, one.recipient, one.receipt) == (COUNTY, "plan/2026/1", CITY, "")
        got = await receive_filing(work, COUNTY, one.about)
        assert got.receipt.startswith("city_auditor") and got.received_at == work.now
        assert [x.receipt for x in (await received_filings(work)).found] == [got.receipt]
    async with app.work(keeper, read_only=True) as work:
        row = (await journal_pages.newest(work.db, work.scope, COUNTY, action="filing.receipt"))[0]
    assert row.after == {"recipient": CITY}
    async with app.work(c.acting(app, COUNTY, "filing_recipient")) as work:
        assert [x.about for x in (await received_filings(work)).found] == ["plan/2026/1"]


async def test_a_changed_rule_makes_the_plan_stale(app):
    await c.plan(app, COUNTY)
    async with app.work(c.drawer(app, COUNTY), read_only=True) as work:
        row = await plans.latest(work.db, work.scope, COUNTY, 2026)
        found = await plan_standing(work, row)
    assert not found.stale and found.staff == found.planned == 12
    basis = {"text": "试验用", "clause": "一", "mark": "default", "checked_on": "2023-01-01"}
    half = {"base": "share", "value": "1/2", "per": "quarter"}
    factors = dict.fromkeys(FACTORS, "试验")
    scope = Scope.own(COUNTY, "admin")
    async with app.database.unit(await app.scope_of(c.drawer(app, COUNTY))) as db:
        row = RuleChoice(
            COUNTY, "rate.key", date(2026, 1, 1), half, basis, factors, "admin", "head", app.clock.now()
        )
        await choices.put(db, scope, row)
    async with app.work(c.drawer(app, COUNTY), read_only=True) as work:
        row = await plans.latest(work.db, work.scope, COUNTY, 2026)
        found = await plan_standing(work, row)
    assert found.stale and found.moved[0].subject == COUNTY
    told = {stratum: (was, now) for stratum, was, now in found.moved[0].cited}
    assert "1/4" in told["key"][0] or "25%" in told["key"][0]
    assert "试验用" in told["key"][1]
    assert found.moved[0].new > found.moved[0].old
