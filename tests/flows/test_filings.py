"""Whom the rules name gets the approved plan and the drawn list: numbers, a fingerprint, then a receipt."""

import json
from itertools import count

import pytest

from policies.errors import Forbidden, Missing
from policies.rd1.canonical import jcs, sha256
from services.ruling.filings import draw_target, filings_of, plan_target
from services.ruling.rule_choice_errors import FieldMissing
from services.usecases.make_plan import approve_plan
from services.usecases.note_receipt import note_receipt
from services.usecases.run_draw import finish_draw
from tenants.errors import WrongState
from tenants.stores import draws, journal_pages, plans

from . import ceremony as c

_numbers = count(1)
COUNTY, CITY = "150203", "150200"


@pytest.fixture
async def app(pg_server, new_home):
    name = f"filings_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


async def filed(app, about, who=None):
    async with app.work(who or c.drawer(app, COUNTY), bureau=COUNTY, read_only=True) as work:
        return await filings_of(work, COUNTY, about)


async def drawn(app):
    await c.plan(app, COUNTY)
    prepared = await c.prepare(app, COUNTY)
    await c.freeze(app, COUNTY, prepared.draw_no, crews=2)
    await c.escrow(app, COUNTY, prepared.draw_no)
    await c.cosign(app, CITY)
    c.at_beacon(app)
    who, keys = c.drawer(app, COUNTY), c.secret(app, COUNTY, prepared.draw_no)
    return await c.run_draw(app, who, prepared.draw_no, c.DIGITS, keys)


async def test_both_recipients_of_kundulun_get_the_list_and_their_receipts_are_noted(app):
    ran = await drawn(app)
    about = draw_target(ran.draw_no)
    found = await filed(app, about)
    assert [(one.recipient, one.name) for one in found] == [
        ("gov-150203", "昆都仑区人民政府"), (CITY, "包头市生态环境局"),
    ]  # fmt: skip
    assert {(one.visits, one.fingerprint, one.receipt) for one in found} == {(ran.drawn, ran.z, "")}
    assert all("六" in one.basis and one.mark == "quoted" for one in found)
    await finish_draw(app, c.drawer(app, COUNTY), ran.draw_no)
    assert await filed(app, about) == found
    async with app.work(c.acting(app, COUNTY, "publisher")) as work:
        first = await note_receipt(work, about, "gov-150203", " 昆政收〔2026〕1号 ")
        assert first.receipt == "昆政收〔2026〕1号" and first.received_at == work.now
    assert [bool(one.receipt) for one in await filed(app, about)] == [True, False]
    async with app.work(c.drawer(app, COUNTY), read_only=True) as work:
        rows = await journal_pages.newest(work.db, work.scope, COUNTY, target="filing/")
        draw = await draws.get(work.db, work.scope, COUNTY, ran.draw_no)
    told = json.dumps([row.after for row in rows], ensure_ascii=False)
    assert draw.z in told and "模拟企业" not in told and "模拟人员" not in told and f"{COUNTY}S" not in told


async def test_the_plan_is_filed_once_when_it_is_approved(app):
    await c.plan(app, COUNTY)
    async with app.work(c.acting(app, COUNTY, "bureau_head")) as work:
        with pytest.raises(WrongState, match="草案 draft"):  # approved already
            await approve_plan(work, 2026)
        row = await plans.latest(work.db, work.scope, COUNTY, 2026)
        assert row is not None and row.state == "approved"
    (one,) = await filed(app, plan_target(2026, row.version))
    assert (one.recipient, one.mark, one.fingerprint) == (CITY, "default", sha256(jcs(row.body)).hex())
    assert one.visits == sum(line["number"] for line in row.body["lines"]) > 0
    assert not await filed(app, plan_target(2026, row.version + 1))


async def test_a_receipt_needs_words_a_filing_and_the_right(app):
    await c.plan(app, COUNTY)
    about = plan_target(2026, 1)
    async with app.work(c.acting(app, COUNTY, "publisher")) as work:
        with pytest.raises(FieldMissing):
            await note_receipt(work, about, CITY, "  ")
        with pytest.raises(Missing):
            await note_receipt(work, about, "gov-150203", "回执")
    async with app.work(c.acting(app, COUNTY, "inspector")) as work:
        with pytest.raises(Forbidden):
            await note_receipt(work, about, CITY, "回执")
