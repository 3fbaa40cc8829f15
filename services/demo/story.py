"""The whole simulated quarter, chapter by chapter. Every chapter can be resumed where it broke off."""

from collections.abc import Callable
from datetime import date

from policies.terms import Period
from services.demo.auditing import audit_once
from services.demo.bureaus import found_bureaus
from services.demo.cast import Act
from services.demo.ceremony import hold
from services.demo.exceptions import look_once, waive_one
from services.demo.fieldwork import dispatch_all, visit_all
from services.demo.finale import open_all
from services.demo.keeping import name_keepers
from services.demo.preparation import import_rosters, make_plans
from services.demo.sections import merge_once
from services.demo.stage import Stage, moment
from services.demo.standing import enter_organisation
from services.work import App

PERIOD = Period(2026, 1)
PLANNERS = ("411721", "150203", "411700", "150200")
ACTS = (
    Act("411721", "411721", "routine", moment(date(2025, 12, 25), 9), moment(date(2025, 12, 25), 15)),
    Act("150203", "150203", "routine", moment(date(2025, 12, 26), 9), moment(date(2025, 12, 26), 15)),
    Act("411700", "411721", "overlay", moment(date(2025, 12, 29), 9), moment(date(2025, 12, 29), 15)),
    Act("150200", "150203", "overlay", moment(date(2025, 12, 30), 9), moment(date(2025, 12, 30), 15)),
)


async def run_story(app: App, say: Callable[[str], None]) -> None:
    """Run or resume the demonstration.

    Args:
        app: the wiring, with a simulated clock.
        say: takes one line of progress.
    """
    stage = Stage(app, say)
    say("模拟演示：时间由模拟时钟给出，企业、人员均为虚构 · simulated clock, fictional names")
    say("[1/6] 单位、人员、规则 · bureaus, people, rules")
    await found_bureaus(app)
    stage.at(moment(date(2025, 12, 1), 9))
    await enter_organisation(stage)
    say("[2/6] 名录导入 · rosters")
    stage.at(moment(date(2025, 12, 2), 9))
    await import_rosters(stage, PERIOD)
    await name_keepers(stage, PLANNERS)
    await waive_one(stage)
    await look_once(stage)
    say("[3/6] 年度计划 · yearly plans")
    stage.at(moment(date(2025, 12, 15), 10))
    await make_plans(stage, PLANNERS, PERIOD.year)
    say("[4/6] 抽取 · draws")
    for act in ACTS:
        await hold(stage, act, str(PERIOD))
    say("[5/6] 派发、检查、上报、公告 · dispatch, visits, uploads, notices")
    await dispatch_all(stage, ACTS, PERIOD)
    await visit_all(stage, ACTS, PERIOD)
    say("[6/6] 公开与核验 · opening and verification")
    await open_all(stage, ACTS, PERIOD)
    await audit_once(stage, PERIOD)
    await merge_once(stage)
