"""Reads a ratio: base, per and what belongs to the base."""

from collections.abc import Mapping
from fractions import Fraction
from typing import cast

from policies.rulebook.law_forms import bad, fraction, mapping
from policies.rulebook.law_key import Key
from policies.rulebook.law_yaml import Node
from policies.rulebook.rates import Base, Per, Rate

_AMOUNT: dict[str, str] = {"staff": "times", "pool": "by", "share": "value", "number": "value"}
_BASES = ("staff", "pool", "share", "census", "number", "larger", "smaller")


def rate(node: Node, key: Key) -> Rate:
    """A ratio; raises `BadValue`, `UnknownKey` with file and line."""
    parts = mapping(node, ("base", "per", "times", "by", "value", "most", "of"), key.name)
    per = parts["per"].data if "per" in parts else None
    if per not in ("quarter", "year"):
        raise bad(node, key, "写明 per: quarter（每季度）或 per: year（每年）")
    return _rate_part(node, key, cast(Per, per))


def _rate_part(node: Node, key: Key, per: Per) -> Rate:
    parts = mapping(node, ("base", "per", "times", "by", "value", "most", "of"), key.name)
    base = parts["base"].data if "base" in parts else None
    if base not in _BASES:
        raise bad(node, key, "base 为下列之一：" + "、".join(_BASES))
    _only(node, key, str(base), set(parts))
    if base in ("larger", "smaller"):
        return Rate(cast(Base, base), per, of=_rate_of(parts.get("of", node), key, per))
    most = fraction(parts["most"], key) if "most" in parts else None
    amount = _amount(node, key, str(base), parts)
    if most is not None and most < amount:
        raise bad(node, key, "most 不小于 value")
    return Rate(cast(Base, base), per, amount, most)


def _only(node: Node, key: Key, base: str, given: set[str]) -> None:
    allowed = {"base", "per"} | ({_AMOUNT[base]} if base in _AMOUNT else set())
    allowed |= {"of"} if base in ("larger", "smaller") else set()
    allowed |= {"most"} if base == "share" else set()
    if given - allowed:
        raise bad(node, key, f"base: {base} 只配 " + "、".join(sorted(allowed - {"base"})))


def _amount(node: Node, key: Key, base: str, parts: Mapping[str, Node]) -> Fraction:
    if base == "census":
        return Fraction(0)
    name = _AMOUNT[base]
    if name not in parts:
        raise bad(node, key, f"base: {base} 要写明 {name}")
    if base == "share":
        return fraction(parts[name], key)
    least = 0 if base == "number" else 1
    number = parts[name].data
    if type(number) is not int or number < least:
        raise bad(parts[name], key, f"{name} 为不小于 {least} 的整数")
    return Fraction(number)


def _rate_of(node: Node, key: Key, per: Per) -> tuple[Rate, ...]:
    if not isinstance(node.data, tuple) or len(node.data) < 2:
        raise bad(node, key, "of 下至少两个比例")
    if any(isinstance(p.data, Mapping) and "per" in p.data for p in node.data):
        raise bad(node, key, "per 只写在最外层")
    return tuple(_rate_part(part, key, per) for part in node.data)
