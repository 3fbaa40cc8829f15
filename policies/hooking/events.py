"""The events a webhook tells: only what is public at that moment, by number and id, never by name.

A webhook leaves the deployment, so it carries no row: it says that there is something, and where the public
API shows it. A drawn list is sealed until its visits: no event of a single visit is told at all.

Basis: our own design; obligation 25 (drawn lists are sealed).
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from policies.hooking.errors import HookRefused

Check = Callable[[Any], bool]
_NOTICE_KINDS = re.compile(r"[a-z_]{1,30}", re.ASCII)
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31


def _like(form: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and form.fullmatch(value) is not None


@dataclass(frozen=True, slots=True)
class HookEvent:
    """Something other systems are told of.

    Attributes:
        name: its type, for the receiver. zh, en: what it is called on the pages.
        facts: what it must carry, and nothing else. path: where the public API shows it.
    """

    name: str
    zh: str
    en: str
    facts: Mapping[str, Check]
    path: str


_DRAW: Mapping[str, Check] = {"draw_no": _number}
_NOTICE: Mapping[str, Check] = {"notice": _like(_ID), "kind": _like(_NOTICE_KINDS)}
_DRAW_PATH, _NOTICE_PATH = "/api/v1/draws/{bureau}/{draw_no}", "/api/v1/notices/{bureau}/{notice}"
EVENTS: Mapping[str, HookEvent] = MappingProxyType(
    {
        event.name: event
        for event in (
            HookEvent("draw.frozen", "名单已冻结", "a list was frozen", _DRAW, _DRAW_PATH),
            HookEvent("draw.drawn", "已抽取（名单密封）", "drawn, the list sealed", _DRAW, _DRAW_PATH),
            HookEvent("draw.voided", "抽取作废", "a draw is void", _DRAW, _DRAW_PATH),
            HookEvent("draw.opened", "抽取材料公开", "a draw was opened", _DRAW, _DRAW_PATH),
            HookEvent("notice.published", "公示发布", "a notice was published", _NOTICE, _NOTICE_PATH),
            HookEvent("notice.withdrawn", "公示撤回", "a notice was withdrawn", _NOTICE, _NOTICE_PATH),
        )
    }
)
TEST = HookEvent("test.sent", "测试", "test", {}, "/api/v1/log/checkpoint")


def body_of(name: str, bureau: str, facts: Mapping[str, Any], at: datetime) -> bytes:
    """What is sent: {"type", "timestamp", "data": {"bureau", …, "path"}}, the very bytes that are signed.

    Raises:
        HookRefused: no such event, or it carries something else than it must.
    """
    event = TEST if name == TEST.name else EVENTS.get(name)
    if event is None:
        raise HookRefused(name[:40], need="、".join(EVENTS))
    for key in {*event.facts, *facts}:
        if key not in event.facts or key not in facts or not event.facts[key](facts[key]):
            raise HookRefused(key[:40], need=f"{name}: {', '.join(event.facts) or '—'}")
    path = event.path.format(bureau=bureau, **facts)
    told = {"type": name, "timestamp": at.isoformat(timespec="seconds")}
    whole = told | {"data": {"bureau": bureau, **facts, "path": path}}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
