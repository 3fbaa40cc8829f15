"""The blank of a visit record: what must be answered, and what every code means. No answer is filled in."""

from typing import Any

from policies.visiting.checklist import STANDARD, Checklist
from policies.visiting.visits import RESULTS
from services.geo import to_wgs84
from services.usecases.my_tasks import MyTask
from services.visiting.visit_forms import METHODS

NOWHERE = {"lon": None, "lat": None, "accuracy": None, "at": None}


def blank_form(task: MyTask | None = None, asked: Checklist = STANDARD) -> dict[str, Any]:
    """A form to be filled in.

    Args:
        task: brings team and planned day, and for comparison the site with its point (WGS84 degrees). The
            position stays blank all the same: it is the device's, and proves that somebody was there.
        asked: the checklist of the bureau that records.
    """
    items = {item.id: "·".join(asked.words(item.id)) for item in asked.items}
    day = f"{task.visit_on.isoformat()}T" if task and task.visit_on else ""
    blank = {
        "started_at": day,
        "ended_at": day,
        "present": _team(task) if task else [],
        "answers": {i: {"answer": "", "words": ""} for i in items},
        "result": "",
        "narrative": "",
        "orders": [],
        "fix": dict(NOWHERE),
        "place_reason": "",
        "method": "onsite",
    }
    return blank | ({"site": _site(task)} if task else {}) | {"help": _help(items)}


def _team(task: MyTask) -> list[str]:
    return [o.certificate for o in (*task.team, *(task.partner.team if task.partner else ()))]


def _site(task: MyTask) -> dict[str, Any]:
    site = task.site
    lon, lat = to_wgs84(float(site["lon"]), float(site["lat"]), str(site.get("datum") or "CGCS2000"))
    shown = {name: site.get(name) for name in ("name", "code", "site_address", "address")}
    return {name: value for name, value in shown.items() if value} | {"lon": lon, "lat": lat}


def _help(items: dict[str, str]) -> dict[str, Any]:
    return {
        "started_at, ended_at": "到达、离开，如 2026-01-06T09:00:00+08:00；没有默认值",
        "present": "在场人员的执法证号；不在场的删去",
        "answers": "fine 正常 / fault 有问题（words 写明）/ not_applicable 不涉及",
        "items": items,
        "result": {key: words[0] for key, words in RESULTS.items()},
        "orders": '每个问题项一条：{"item": …, "measures": 整改要求, "due": "YYYY-MM-DD"}',
        "fix": "现场设备的定位（WGS84 度，accuracy 为米，at 同 started_at 写法）；没有定位就不填",
        "place_reason": "没有定位，或定位不在污染源附近的原因",
        "method": dict(METHODS),
        "site": "检查对象及其坐标，供对照，不进入记录",
    }
