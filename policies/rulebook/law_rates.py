"""Reads a ratio: base, per and the members its base asks for."""

from collections.abc import Mapping
from fractions import Fraction
from typing import cast, get_args

from policies.rulebook.bases import BASES, Base, Member
from policies.rulebook.law_forms import bad, fraction, mapping
from policies.rulebook.law_key import Key
from policies.rulebook.law_keys import KEYS
from policies.rulebook.law_yaml import Node, node_of
from policies.rulebook.rates import Per, Rate

_HEAD = ("base", "per")
_RANGE = "most"  # the upper end of a range has a place of its own in `Rate`


def rate(node: Node, key: Key) -> Rate:
    """A ratio; raises `BadValue`, `UnknownKey` with file and line."""
    parts = mapping(node, _members(), key.name)
    per = parts["per"].data if "per" in parts else None
    if per not in get_args(Per):
        raise bad(node, key, "写明 per: month（每月）、per: quarter（每季度）或 per: year（每年）")
    return _part(node, key, cast(Per, per))


def _members() -> tuple[str, ...]:
    return tuple(dict.fromkeys([*_HEAD, *(m.name for base in BASES.values() for m in base.members)]))


def _part(node: Node, key: Key, per: Per) -> Rate:
    parts = mapping(node, _members(), key.name)
    name = parts["base"].data if "base" in parts else None
    base = BASES.get(name) if isinstance(name, str) else None
    if base is None:
        raise bad(node, key, "base 为下列之一：" + "、".join(BASES))
    _only(node, key, base, set(parts))
    found = _made(node, key, per, base, parts)
    if fault := base.fault(found):
        raise bad(node, key, fault)
    return found


def _only(node: Node, key: Key, base: Base, given: set[str]) -> None:
    names = {member.name for member in base.members}
    if given - names - set(_HEAD):
        raise bad(node, key, f"base: {base.name} 只配 " + "、".join(sorted({*names, "per"})))


def _made(node: Node, key: Key, per: Per, base: Base, parts: Mapping[str, Node]) -> Rate:
    numbers: dict[str, Fraction] = {}
    of: tuple[Rate, ...] = ()
    for member in base.members:
        if member.name not in parts:
            if member.required:
                raise bad(node, key, f"base: {base.name} 要写明 {member.name}")
        elif member.kind == "parts":
            of = _of(parts[member.name], key, per)
        else:
            numbers[member.name] = _number(parts[member.name], key, member)
    most = numbers.pop(_RANGE, None)
    amount, *more = numbers.items() or [("", Fraction(0))]
    return Rate(base.name, per, amount[1], most, of, tuple(more))


def _number(node: Node, key: Key, member: Member) -> Fraction:
    if member.kind == "share":
        return fraction(node, key)
    if type(node.data) is not int or node.data < member.least:
        raise bad(node, key, f"{member.name} 为不小于 {member.least} 的整数")
    return Fraction(node.data)


def _of(node: Node, key: Key, per: Per) -> tuple[Rate, ...]:
    if not isinstance(node.data, tuple) or len(node.data) < 2:
        raise bad(node, key, "of 下至少两个比例")
    return tuple(_part(part, key, _span(part, key, per)) for part in node.data)


def _span(node: Node, key: Key, per: Per) -> Per:
    """The span of a part: that of the whole, or a shorter one under a year, by which parts are compared."""
    if not isinstance(node.data, Mapping) or "per" not in node.data:
        return per
    own = node.data["per"].data
    if per != "year" or own not in get_args(Per):
        raise bad(node, key, "各项周期不同时，最外层写 per: year，各项的 per 写 month、quarter 或 year")
    return cast(Per, own)


def read_rate(plain: object, key: str) -> Rate:
    """A ratio from plain data (dict, list, str, int), as a form or an API hands it over.

    Args:
        plain: as in docs/rules.md, e.g. {"base": "share", "per": "quarter", "value": "1/4"}.
        key: name of the key it is for; errors name it.

    Raises:
        BadValue, UnknownKey: as for a law file.
    """
    return rate(node_of(plain, key), KEYS[key])
