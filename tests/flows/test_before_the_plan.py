"""A city before its first plan tries the year over its districts; a county's start shows what is public."""

from datetime import date
from itertools import count

import pytest

from policies.errors import Forbidden
from services.demo.codes import credit_code
from services.ruling.plan_effects import plan_bases
from services.ruling.rule_proposals import Proposal
from services.ruling.ruleset import rules_for
from services.usecases.keep_key_list import NewKeyList, keep_key_list
from services.usecases.keep_organisation import NewDuty, enter_duty
from services.usecases.make_plan import make_plan
from services.usecases.onboard_bureau import bureau_checklist
from services.usecases.preview_rule import preview_rule
from services.usecases.publish_notice import withdraw_notice
from services.usecases.publish_organisation import publish_key_list, publish_organisation
from services.usecases.try_plan import PlanAsked, try_plan
from services.visiting.kinds import types_of

from . import ceremony as c

_numbers = count(1)
CITY, COUNTY, XIPING = "150200", "150203", "411721"
FACTORS = dict.fromkeys(("staff", "area", "sources", "compliance", "quality", "complaints"), "演示")


@pytest.fixture
async def app(pg_server, new_home):
    name = f"before_the_plan_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


def planner(app):
    return c.acting(app, CITY, "bureau_admin", "registry_keeper", "city_auditor", "city_drawer")


async def test_a_city_without_a_plan_tries_the_year_over_its_districts(app):
    async with app.work(planner(app)) as work:  # a superior's read is told below
        tried = await try_plan(work, PlanAsked(2026))
    assert [(b.subject, b.source) for b in tried.bases] == [(COUNTY, "roster")]
    assert tried.base.districts == {COUNTY: tried.base.counts.general} and tried.base.counts.total > 0
    async with app.work(planner(app)) as work:
        made = await make_plan(work, 2026)
        kept, _ = await plan_bases(work, await rules_for(work, CITY, on=date(2026, 1, 1)), (2026,), 2026)
    (fresh,) = tried.bases
    (planned,) = kept
    assert (fresh.counts, fresh.staff, fresh.districts) == (planned.counts, planned.staff, planned.districts)
    assert tried.result["before"]["totals"] == made.body["totals"]


async def test_a_citys_choice_shows_its_effect_before_the_first_plan(app):
    more = {"base": "staff", "times": 6, "per": "year"}
    order = Proposal("rate.general", more, date(2026, 1, 1), "市局决定（虚构）", "一", factors=FACTORS)
    async with app.work(planner(app)) as work:  # a superior's read is told below
        (effect,) = (await preview_rule(work, order)).effects
    assert (effect.subject, effect.source) == (COUNTY, "roster")
    assert effect.before and effect.after and effect.after["totals"]["general"] > 0


async def test_a_city_that_does_not_see_the_rosters_is_told_so(app):
    async with app.work(c.acting(app, CITY, "bureau_admin"), read_only=True) as work:
        if COUNTY in work.scope.visible:
            pytest.skip("this role sees the districts")
        with pytest.raises(Forbidden):
            await try_plan(work, PlanAsked(2026))


async def points(app, bureau=COUNTY):
    async with app.work(c.acting(app, bureau, "bureau_admin"), read_only=True) as work:
        return {point.id: point for point in await bureau_checklist(work, bureau, 2026)}


async def test_the_start_counts_what_is_published_and_not_what_is_only_kept(app):
    found = await points(app)
    assert found["scheme"].done and "公开页" in found["scheme"].detail
    assert not any(found[id].done for id in ("organisation", "entrustment", "key_list_public"))
    assert "包头市昆区环境监察大队" in found["entrustment"].zh
    assert "entrustment" not in await points(app, XIPING)
    async with app.work(c.acting(app, COUNTY, "bureau_admin", "registry_keeper")) as work:
        await enter_duty(work, NewDuty("office", "日常工作", "模拟人员一", date(2025, 1, 1), "主任", "演示"))
    async with app.work(c.acting(app, CITY, "registry_keeper")) as work:
        lines = f"{credit_code('91', COUNTY, 1)},甲,{COUNTY}"
        kept = await keep_key_list(work, NewKeyList(2026, "名录（演示）", date(2025, 12, 1), lines=lines))
    assert not (await points(app))["organisation"].done
    assert not (await points(app))["key_list_public"].done
    async with app.work(c.acting(app, COUNTY, "publisher")) as work:
        await publish_organisation(work)
    async with app.work(c.acting(app, CITY, "publisher")) as work:
        notice = await publish_key_list(work, kept.id)
    found = await points(app)
    assert found["organisation"].done and found["key_list_public"].done
    async with app.work(c.acting(app, CITY, "bureau_head")) as work:
        await withdraw_notice(work, notice.id, "有误")
    assert not (await points(app))["key_list_public"].done


async def test_visits_no_draw_chose_are_those_the_text_names(app):
    async with app.work(c.acting(app, COUNTY, "bureau_admin"), read_only=True) as work:
        named = types_of(await rules_for(work, COUNTY))
    assert named == {
        "special": "专项执法检查", "case": "环境违法案件查处", "followup": "环境执法后督察",
        "complaint": "环境信访案件处理", "revisit": "整改回访",
    }  # fmt: skip
