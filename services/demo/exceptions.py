"""The two exceptions a bureau can ask for: a waiver of duties kept apart, and a look through break-glass.

Everything about them is simulated: the number of people and the trouble with an import are made up.
"""

from datetime import date

from policies.access_glass import Glass, looker
from services.demo.stage import Stage, moment
from services.identity.people import demo_person
from services.looking import name_read
from services.usecases.approve_glass import approve_glass
from services.usecases.ask_glass import ask_glass
from services.usecases.ask_waiver import WaiverOrder, ask_waiver, own_waivers
from services.usecases.decide_waiver import Opinion, approve_waiver, propose_waiver
from services.usecases.end_glass import end_glass
from services.usecases.onboard_bureau import bureau_checklist
from services.usecases.show_glass import glass_board

COUNTY, CITY = "411721", "411700"
PAIR = "dispatcher+drawer"
SINCE, UNTIL = date(2026, 1, 1), date(2026, 3, 31)
STAFF = 7


async def waive_one(stage: Stage) -> None:
    """The county asks that its dispatcher may draw for a quarter; two people of the city agree, in public."""
    stage.at(moment(date(2025, 12, 3), 9))
    order = WaiverOrder(
        subject=demo_person(f"{COUNTY}-dispatcher").subject,
        pairs=(PAIR,),
        since=SINCE,
        until=UNTIL,
        reason="抽取人休假期间无其他在编人员可以替代（模拟）",
        staff=STAFF,
    )
    async with stage.acts(COUNTY, "head") as work:
        asked = next(iter(await own_waivers(work)), None) or await ask_waiver(work, order)
    if asked.state == "asked":
        opinion = Opinion("人数属实，同意一个季度（模拟）")
        asked = await stage.do(CITY, "admin", propose_waiver, asked.id, opinion)
    if asked.state == "proposed":
        await stage.do(CITY, "head", approve_waiver, asked.id)
    stage.say(f"  {COUNTY} → {CITY}：职责豁免一件，已批准并公开")


async def look_once(stage: Stage) -> None:
    """The city's system administrator looks at the county's start-up list, for minutes its head approved."""
    stage.at(moment(date(2025, 12, 3), 14))
    async with stage.acts(CITY, "system") as work:
        mine = (await glass_board(work)).mine
        asked = mine[0] if mine else await ask_glass(
            work, COUNTY, "名录导入后启动清单显示异常（模拟）", "查看启动清单", 15
        )  # fmt: skip
    if asked.state(stage.clock.now()) == "asked":
        asked = await stage.do(COUNTY, "head", approve_glass, asked.id, asked.said)
        await _look(stage, asked)
    if asked.state(stage.clock.now()) == "open":
        await stage.do(CITY, "system", end_glass, asked.id)
    stage.say(f"  {CITY} → {COUNTY}：应急查看一次，{asked.minutes} 分钟内，逐条留痕")


async def _look(stage: Stage, open_: Glass) -> None:
    who = looker(open_)
    name_read(who, "onboarding.read", "/desk/onboarding")
    async with stage.app.work(who, read_only=True) as work:
        await bureau_checklist(work)
