"""A bureau with several items of inspection: every table of its plan says which item it is about."""

from datetime import date
from itertools import count

import pytest

from policies.planning.items import ROUTINE
from policies.rulebook.rule_errors import NoRule
from services.cli.plan import _drafted
from services.ruling.rule_proposals import Proposal
from services.usecases.approve_rule import approve_rule
from services.usecases.make_plan import approve_plan, make_plan
from services.usecases.propose_rule import propose_rule
from services.usecases.publish_notice import publish_plan
from services.usecases.try_plan import PlanAsked, try_plan
from services.views.plans import plan_faces

from . import ceremony as c

_numbers = count(1)
COUNTY, WASTE = "411721", "solid-waste"
NAMES = {ROUTINE: "污染源日常监管", WASTE: "固体废物专项（虚构）"}
DAY = date(2025, 12, 10)


@pytest.fixture
async def app(pg_server, new_home):
    name = f"plan_items_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        for order in (
            Proposal("draw.items", NAMES, DAY, "本局决定（虚构）", "一"),
            Proposal("item.pool", {"class": "key"}, DAY, "本局决定（虚构）", "二", item=WASTE),
        ):
            await decide(opened, order)
        yield opened


async def decide(app, order):
    async with app.work(c.acting(app, COUNTY, "bureau_admin")) as work:
        row = (await propose_rule(work, order)).row
    async with app.work(c.acting(app, COUNTY, "bureau_head")) as work:
        await approve_rule(work, row.id)


async def state_ratios(app):
    """Weaker than the routine text of the county, which says nothing about this item."""
    factors = dict.fromkeys(("staff", "area", "sources", "compliance", "quality", "complaints"), "虚构")
    tenth = {"base": "share", "per": "year", "value": "10%"}
    await decide(app, Proposal("rate.key", tenth, DAY, "本局决定（虚构）", "三", item=WASTE, factors=factors))


async def test_an_item_without_a_ratio_is_not_planned_by_the_routine_one(app):
    async with app.work(c.acting(app, COUNTY, "bureau_admin")) as work:
        with pytest.raises(NoRule, match=WASTE):
            await make_plan(work, 2026)
    async with app.work(c.acting(app, COUNTY, "bureau_admin"), read_only=True) as work:
        tried = await try_plan(work, PlanAsked(2026))
    assert tried.base.item == ROUTINE


async def test_plan_notice_and_command_line_name_the_item(app, capsys):
    await state_ratios(app)
    async with app.work(c.acting(app, COUNTY, "bureau_admin")) as work:
        row = await make_plan(work, 2026)
    assert [face.item for face in plan_faces(row.body)] == list(NAMES.values())
    _drafted(COUNTY, row.version, row.body)
    told = capsys.readouterr()
    assert all(name in told.out + told.err for name in NAMES.values())
    async with app.work(c.acting(app, COUNTY, "bureau_head")) as work:
        await approve_plan(work, 2026)
    async with app.work(c.acting(app, COUNTY, "publisher")) as work:
        notice = await publish_plan(work, 2026)
    faces = plan_faces(notice.body)
    assert [face.item for face in faces] == list(NAMES.values())
    assert faces[0].total > faces[1].total > 0


async def test_another_item_is_tried_out_over_its_own_sites(app):
    await state_ratios(app)
    async with app.work(c.acting(app, COUNTY, "bureau_admin"), read_only=True) as work:
        whole = await try_plan(work, PlanAsked(2026))
        waste = await try_plan(work, PlanAsked(2026, item=WASTE))
    assert {base.item for base in whole.bases} == set(NAMES)
    assert waste.base.item == WASTE and waste.base.counts.general == 0 < whole.base.counts.general


async def test_one_item_alone_is_not_named(pg_server, new_home):
    name = f"plan_items_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as plain:
        async with plain.work(c.acting(plain, COUNTY, "bureau_admin")) as work:
            row = await make_plan(work, 2026)
        assert [face.item for face in plan_faces(row.body)] == [""]
