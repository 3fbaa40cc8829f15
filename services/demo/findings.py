"""What the fictional inspections found: fixed by the site's code, so every run tells the same story."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from policies.visiting.checklist import ITEMS
from policies.visiting.visits import Fix
from services.visiting.visit_forms import Order, VisitForm

FAULTS: Mapping[str, tuple[str, str]] = {
    "facilities.running": ("演示：活性炭吸附装置未及时更换", "更换活性炭并保存更换记录"),
    "facilities.log": ("演示：治污设施运行台账缺两周记录", "补齐台账并按日记录"),
    "emissions.outlet": ("演示：排放口标志牌缺失", "按规范设置标志牌"),
    "emissions.limits": ("演示：总排口化学需氧量超标0.2倍", "查明原因，整改后复测达标"),
    "three_at_once.accepted": ("演示：新增生产线环保设施未验收", "按规定完成自主验收"),
    "permit.reports": ("演示：季度执行报告未按期提交", "补报执行报告"),
}
SHARE_FAULTY, SHARE_IDLE = 0.14, 0.04
DAYS_TO_CORRECT = 30


def form_for(site: Mapping[str, Any], present: tuple[str, ...], start: datetime) -> VisitForm:
    """A filled-in record of a fictional visit.

    Args:
        site: fields of the sealed task; `point` is its WGS84 position.
        present: certificates of everyone there.
        start: arrival, aware.
    """
    dice = Random(f"findings/{site['code']}")
    luck, minutes = dice.random(), dice.randrange(35, 95, 5)
    end = start + timedelta(minutes=minutes)
    faults: tuple[str, ...] = ()
    if luck < SHARE_FAULTY:
        faults = tuple(dice.sample(sorted(FAULTS), k=1 + (luck < SHARE_FAULTY / 4)))
    idle = SHARE_FAULTY <= luck < SHARE_FAULTY + SHARE_IDLE
    return VisitForm(
        started_at=start,
        ended_at=end,
        present=present,
        answers={item.id: _answer(item.id, faults, idle) for item in ITEMS},
        result="not_operating" if idle else _result(faults, dice),
        narrative=_narrative(faults, idle),
        orders=tuple(
            Order(item, FAULTS[item][1], end.date() + timedelta(days=DAYS_TO_CORRECT)) for item in faults
        ),
        fix=_fix(site["point"], start, dice),
    )


def _answer(item: str, faults: tuple[str, ...], idle: bool) -> tuple[str, str]:
    if item in faults:
        return "fault", FAULTS[item][0]
    return ("not_applicable" if idle else "fine"), ""


def _result(faults: tuple[str, ...], dice: Random) -> str:
    if not faults:
        return "none_found"
    return "corrected" if dice.random() < 0.4 else "pending"


def _narrative(faults: tuple[str, ...], idle: bool) -> str:
    if idle:
        return "演示：检查时停产，未开展本次抽查涉及的经营活动。"
    if not faults:
        return "演示：现场查看防治设施、台账和排放口，未发现问题。"
    return "演示：" + "；".join(FAULTS[item][0].removeprefix("演示：") for item in faults) + "，已当场告知。"


def _fix(point: tuple[float, float], at: datetime, dice: Random) -> Fix:
    lon, lat = point
    return Fix(
        lon + dice.uniform(-0.0008, 0.0008),
        lat + dice.uniform(-0.0008, 0.0008),
        round(dice.uniform(4, 18), 1),
        at,
    )
