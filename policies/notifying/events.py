"""The events people are told of, and the sentences: numbers, days and links, never a name, code or address.

A message leaves the deployment by mail, by telephone or into a group of a messenger, so sooner or later it is
read by strangers. It therefore says that there is something to see, and the desk says what, after the login.

Basis: our own design; obligation 25 (drawn lists are sealed).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from policies.notifying.errors import FactRefused, UnknownEvent

Check = Callable[[Any], bool]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}", re.ASCII)
_MOST = 100_000


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MOST


def _like(form: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and form.fullmatch(value) is not None


FACTS: Mapping[str, Check] = MappingProxyType({"count": _count, "day": _like(_DAY), "time": _like(_TIME)})


@dataclass(frozen=True, slots=True)
class Event:
    """Something people are told of.

    Attributes:
        name: its key. zh, en: what it is called on the pages.
        text: the sentence a person receives; `{count}`, `{day}`, `{time}` stand for its facts.
        group: the sentence a group receives: without numbers, since the group is not the person.
        path: where to look, on this site.
        roles: who is told, by role; empty: its officers, or whoever may do the act the event waits for.
        facts: what it must carry.
    """

    name: str
    zh: str
    en: str
    text: str
    group: str
    path: str
    roles: tuple[str, ...] = ()
    facts: tuple[str, ...] = field(default=())


_DRAWERS = ("drawer", "city_drawer", "witness")
EVENTS: Mapping[str, Event] = MappingProxyType(
    {
        event.name: event
        for event in (
            Event(
                "task.waiting", "任务待接收", "visits to take up",
                "您有 {count} 项检查任务待接收，请登录查看。", "有检查任务已派发，请相关人员登录查看。",
                "/field", facts=("count",),
            ),
            Event(
                "approval.waiting", "待审批事项", "something to approve",
                "有事项等待您审批，请登录工作台查看。", "有事项等待审批，请有审批权限的人员登录查看。",
                "/desk",
            ),
            Event(
                "certificate.own", "本人证件将到期", "own certificate expires",
                "您的执法证件将于 {day} 到期，请及时办理换证。", "有执法证件即将到期，请相关人员登录查看。",
                "/desk", facts=("day",),
            ),
            Event(
                "certificate.staff", "人员证件将到期", "certificates expire",
                "本单位有 {count} 名执法人员的证件将于 {day} 前到期，请登录查看。",
                "有执法证件即将到期，请管理人员登录查看。",
                "/desk/officers", ("registry_keeper", "bureau_admin"), ("count", "day"),
            ),
            Event(
                "draw.prepared", "抽取已安排", "a draw was arranged",
                "随机抽取已安排在 {day} {time}，请登录查看准备事项。", "随机抽取已安排，请相关人员登录查看。",
                "/desk/draws", _DRAWERS, ("day", "time"),
            ),
            Event(
                "draw.today", "当日抽取提醒", "a draw is today",
                "今天（{day}）{time} 进行随机抽取，请准时到场。", "今天进行随机抽取，请相关人员准时到场。",
                "/desk/draws", _DRAWERS, ("day", "time"),
            ),
            Event(
                "correction.due", "责令改正到期", "correction orders fall due",
                "有 {count} 项责令改正的期限将于 {day} 前届满或已届满，请安排复查。",
                "有责令改正的期限将届满，请审核人员登录查看。",
                "/desk/visits", ("reviewer",), ("count", "day"),
            ),
            Event(
                "review.due", "检查记录待审核", "records wait for review",
                "有 {count} 份检查记录待审核，最早的须于 {day} 前审核并上传。",
                "有检查记录待审核，请审核人员登录查看。",
                "/desk/visits", ("reviewer",), ("count", "day"),
            ),
            Event(
                "upload.due", "检查结果上传到期", "results to upload fall due",
                "有 {count} 份检查结果尚未上传，最早的期限为 {day}。",
                "有检查结果的上传期限将届满，请登录查看。",
                "/desk/uploads", ("reviewer", "publisher"), ("count", "day"),
            ),
            Event(
                "publish.due", "检查结果公示到期", "results to publish fall due",
                "有 {count} 份检查结果尚未公示，最早的期限为 {day}。",
                "有检查结果的公示期限将届满，请登录查看。",
                "/desk/notices", ("publisher",), ("count", "day"),
            ),
            Event(
                "task.ending", "本季度任务将到期", "visits of the quarter still to be made",
                "您有 {count} 项检查任务尚未提交记录，本季度于 {day} 结束。",
                "有检查任务尚未提交记录，请相关人员登录查看。",
                "/field", facts=("count", "day"),
            ),
            Event(
                "filing.received", "收到备案", "a filing arrived",
                "收到新的备案，请登录查看并出具回执。", "收到新的备案，请接收人员登录查看。",
                "/desk/received",
            ),
        )
    }
)  # fmt: skip
TEST = Event(
    "test", "测试消息", "test message", "这是一条测试消息，收到即表示通知渠道可用。",
    "这是一条测试消息，收到即表示通知渠道可用。", "/desk",
)  # fmt: skip


def event_of(name: str) -> Event:
    """The event of a name, the test message included. Raises UnknownEvent."""
    found = TEST if name == TEST.name else EVENTS.get(name)
    if found is None:
        raise UnknownEvent(name[:40], wanted="、".join(EVENTS))
    return found


def check_facts(name: str, facts: Mapping[str, Any]) -> Event:
    """The event, when it carries what it must and nothing else.

    Raises:
        UnknownEvent: there is none. FactRefused: something is missing, unknown, or no number, day or time.
    """
    event = event_of(name)
    for key in (*event.facts, *facts):
        if key not in event.facts or key not in facts or not FACTS[key](facts[key]):
            raise FactRefused(type(facts.get(key)).__name__, field=key[:40])
    return event
