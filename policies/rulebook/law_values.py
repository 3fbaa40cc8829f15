"""From a node of a law file to a typed value, one reader per form of `law_keys.Form`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias, cast

from policies.rulebook.law_forms import bad, fraction, mapping, text, unknown
from policies.rulebook.law_key import Form, Key
from policies.rulebook.law_rates import rate
from policies.rulebook.law_yaml import Node
from policies.rulebook.rates import Rate

__all__ = ["Parsed", "Window", "mapping", "parse", "plain", "text", "unknown"]

_MONTHDAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")


@dataclass(frozen=True, slots=True)
class Window:
    """When the list of the next quarter is drawn.

    Attributes:
        rule: last_working_days = within the last `days` working days of the quarter before;
            not_later_than = at the latest when `days` working days of that quarter are still to come.
        days: working days.
    """

    rule: Literal["last_working_days", "not_later_than"]
    days: int

    def words(self) -> str:
        """The rule in Chinese."""
        if self.rule == "last_working_days":
            return f"上一季度最后 {self.days} 个工作日内"
        return f"至迟在上一季度结束前 {self.days} 个工作日"


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
        return {"rule": value.rule, "days": value.days}
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def _integer(node: Node, key: Key) -> int:
    data = node.data
    if isinstance(data, bool) or not isinstance(data, int) or data < key.least:
        raise bad(node, key, f"不小于 {key.least} 的整数")
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
    return {name: text(value, key.name) for name, value in node.data.items()}


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
    parts = mapping(node, ("rule", "days"), key.name)
    rule = parts["rule"].data if "rule" in parts else None
    days = parts["days"].data if "days" in parts else None
    if rule not in ("last_working_days", "not_later_than") or type(days) is not int or days < 1:
        raise bad(node, key, "{rule: last_working_days 或 not_later_than, days: 正整数}")
    return Window(cast(Literal["last_working_days", "not_later_than"], rule), days)


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
