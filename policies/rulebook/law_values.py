"""From a node of a law file to a typed value, one reader per form of `law_keys.Form`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias, cast, get_args

from policies.rulebook.law_forms import bad, fraction, mapping, text, unknown
from policies.rulebook.law_key import Form, Key
from policies.rulebook.law_rates import rate
from policies.rulebook.law_yaml import Node
from policies.rulebook.rates import Rate
from policies.rulebook.roster_parts import CHECKS, BadPart

__all__ = ["Parsed", "Window", "mapping", "parse", "plain", "text", "unknown"]

_MONTH = 30  # every quarter's first month has at least as many days
_MONTHDAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")


Opening = Literal["last_working_days", "not_later_than", "first_days_of_quarter"]
Count = Literal["working", "calendar"]
MOST_DAYS = 60  # a quarter has 57 working days and more; "by the 31st of the first month" is 31 calendar days


@dataclass(frozen=True, slots=True)
class Window:
    """When the list of a quarter is drawn.

    Attributes:
        rule: last_working_days = within the last `days` working days of the quarter before;
            not_later_than = at the latest when `days` working days of that quarter are still to come;
            first_days_of_quarter = within the first `days` days of the quarter itself.
        days: days, counted as `count` says; of the first two rules always working days.
        count: working, or calendar: 15 calendar days are "by the 15th of the first month".
    """

    rule: Opening
    days: int
    count: Count = "working"

    def words(self) -> str:
        """The rule in Chinese."""
        if self.rule == "last_working_days":
            return f"上一季度最后 {self.days} 个工作日内"
        if self.rule == "not_later_than":
            return f"至迟在上一季度结束前 {self.days} 个工作日"
        if self.count == "working":
            return f"本季度前 {self.days} 个工作日内"
        return f"本季度第一天起 {self.days} 日内" + ("（第一个月）" if self.days <= _MONTH else "")


Parsed: TypeAlias = (
    Rate | Window | int | Fraction | str | tuple[str, ...] | tuple[int, ...] | Mapping[str, str]
)


def parse(node: Node, key: Key) -> Parsed:
    """The typed value of `key`; raises `BadValue`, `UnknownKey` with file and line."""
    return _READERS[key.form](node, key)


def plain(value: Parsed) -> object:
    """JSON form of a value: strings, integers, lists and mappings of strings."""
    if isinstance(value, Rate):
        return value.plain()
    if isinstance(value, Window):
        own = value.rule == "first_days_of_quarter"
        return {"rule": value.rule, "days": value.days} | ({"count": value.count} if own else {})
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def _integer(node: Node, key: Key) -> int | str:
    data = node.data
    if isinstance(data, str) and data in key.options:
        return data
    if isinstance(data, bool) or not isinstance(data, int) or data < key.least:
        raise bad(node, key, "或 ".join((f"不小于 {key.least} 的整数", *key.options)))
    return data


def _choice(node: Node, key: Key) -> str:
    if node.data not in key.options:
        raise bad(node, key, "下列之一：" + "、".join(key.options))
    return cast(str, node.data)


def _text(node: Node, key: Key) -> str:
    return text(node, key.name)


def _texts(node: Node, key: Key) -> tuple[str, ...]:
    if not isinstance(node.data, tuple) or not node.data:
        raise bad(node, key, "一个或多个文字的列表")
    found = tuple(text(item, key.name) for item in node.data)
    if key.options and set(found) - set(key.options):
        raise bad(node, key, "下列中的一个或多个：" + "、".join(key.options))
    return found


def _pairs(node: Node, key: Key) -> Mapping[str, str]:
    if not isinstance(node.data, Mapping) or not node.data:
        raise bad(node, key, "代号: 名称 的映射")
    for name, value in node.data.items():
        if key.options and name not in key.options:
            raise unknown(name, key.options, value)
    found = {name: text(value, key.name) for name, value in node.data.items()}
    if key.name in CHECKS:
        try:
            CHECKS[key.name](found)
        except BadPart as wrong:
            raise bad(node, key, str(wrong)) from None
    return found


def _weights(node: Node, key: Key) -> tuple[int, ...]:
    raw = node.raw()
    good = isinstance(raw, list) and len(raw) == 4 and all(type(n) is int and n >= 0 for n in raw)
    if not good or not sum(cast("list[int]", raw)):
        raise bad(node, key, "四个季度的非负整数权重，如 [1, 1, 1, 1]")
    return tuple(cast("list[int]", raw))


def _monthday(node: Node, key: Key) -> str:
    if not isinstance(node.data, str) or not _MONTHDAY.match(node.data):
        raise bad(node, key, "月-日，如 12-20")
    return node.data


def _window(node: Node, key: Key) -> Window:
    parts = mapping(node, ("rule", "days", "count"), key.name)
    rule, days, count = (parts[name].data if name in parts else None for name in ("rule", "days", "count"))
    own = rule == "first_days_of_quarter"
    counted = count in get_args(Count) if own else count is None
    if rule not in get_args(Opening) or type(days) is not int or not 1 <= days <= MOST_DAYS or not counted:
        raise bad(
            node,
            key,
            f"{{rule: last_working_days 或 not_later_than, days: 1 至 {MOST_DAYS} 的整数}}，"
            "或 {rule: first_days_of_quarter, days: …, count: working（工作日）或 calendar（自然日）}",
        )
    return Window(cast(Opening, rule), days, cast(Count, count or "working"))


_READERS: dict[Form, Callable[[Node, Key], Parsed]] = {
    "rate": rate,
    "integer": _integer,
    "fraction": fraction,
    "choice": _choice,
    "text": _text,
    "texts": _texts,
    "pairs": _pairs,
    "weights": _weights,
    "monthday": _monthday,
    "window": _window,
}
