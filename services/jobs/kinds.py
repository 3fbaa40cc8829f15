"""The kinds of orders and what their payloads may carry: ids, numbers, words of closed lists, never a name.

Whatever is in a payload lies outside every seal, so its form is checked when it is ordered and again before
it runs. Pure: no clock, no database.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from policies.notifying.events import EVENTS, FACTS
from services.drawing.changing import KINDS as CHANGES
from services.jobs.errors import BadPayload, UnknownKind
from tenants.rows import Json

Check = Callable[[Any], bool]
LARGEST = 2**31 - 1


def number(value: Any) -> bool:
    """A whole number from 0."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST


def matching(pattern: str) -> Check:
    """A text of a closed form."""
    form = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and form.fullmatch(value) is not None


def word_of(*words: str) -> Check:
    """One of a closed list of words."""
    return lambda value: isinstance(value, str) and value in words


BUREAU = matching(r"\d{6}")
_ACT = matching(r"[a-z_]{1,30}\.[a-z_]{1,30}")
UUID = matching(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class OrderKind:
    """A kind of order.

    Attributes:
        name: topic on the outbox. zh, en: what people read.
        fields: members a payload must have. more: members it may have.
    """

    name: str
    zh: str
    en: str
    fields: Mapping[str, Check] = field(default_factory=dict)
    more: Mapping[str, Check] = field(default_factory=dict)


# The orders of changed visits are of versions before; they are known so that what stands open is settled.
_CHANGED: Mapping[str, Check] = {"draw_no": number, "slot": number, "kind": word_of(*CHANGES)}

KINDS: Mapping[str, OrderKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            OrderKind("journal.verify", "核对操作日志", "verify the journal"),
            OrderKind(
                "notify.tell",
                "确定通知对象",
                "find out who is told",
                {"event": word_of(*EVENTS)},
                {
                    "day": FACTS["day"],
                    "time": FACTS["time"],
                    "act": _ACT,
                    "by": matching(r"[0-9a-f]{16}"),
                    "daily": number,
                },
            ),
            OrderKind(
                "notify.pass",
                "转告其他单位",
                "tell people of another bureau",
                {"to": BUREAU, "event": word_of(*EVENTS)},
                {"day": FACTS["day"], "time": FACTS["time"], "act": _ACT},
            ),
            OrderKind("import.check", "检查导入的名录", "check a roster file", {"check": UUID}),
            OrderKind("import.take", "导入检查过的名录", "import a checked roster file", {"check": UUID}),
            OrderKind("exchange.send", "向其他系统报送", "hand a file to another system", {"upload": UUID}),
            OrderKind("hook.send", "向其他系统推送", "tell another system", {"delivery": UUID}),
            OrderKind("notify.send", "发送通知", "send a message", {"message": UUID}),
            OrderKind(
                "visit.changed",
                "检查安排变更通知",
                "tell that a visit changed",
                _CHANGED,
                {"new_slot": number},
            ),
            OrderKind(
                "visit.partner_changed",
                "联合检查对方变更通知",
                "tell that the other side of a joint visit changed",
                {**_CHANGED, "by": BUREAU},
            ),
        )
    }
)


def check_order(kind: str, payload: Json) -> OrderKind:
    """The kind, when the payload has its form.

    Raises:
        UnknownKind: no such kind. BadPayload: a member is missing, not known, or no id.
    """
    known = KINDS.get(kind)
    if known is None:
        raise UnknownKind(kind[:40], wanted="、".join(KINDS))
    allowed = {**known.fields, **known.more}
    for name in (*known.fields, *payload):
        if name not in allowed or name not in payload:
            wanted = ", ".join(known.fields) or "{}"
            raise BadPayload(field=name[:40], wanted=wanted)
        if not allowed[name](payload[name]):
            raise BadPayload(type(payload[name]).__name__, field=name, wanted="id")
    return known
