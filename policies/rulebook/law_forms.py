"""Small readers that every form of value shares."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from fractions import Fraction

from policies.rulebook.law_errors import BadValue, UnknownKey
from policies.rulebook.law_key import Key
from policies.rulebook.law_yaml import Node

_FRACTION = re.compile(r"(0|[1-9][0-9]*)/([1-9][0-9]*)\Z")
_PERCENT = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?%\Z")


def mapping(node: Node, known: tuple[str, ...], what: str) -> Mapping[str, Node]:
    """The node as a mapping with known keys only."""
    if not isinstance(node.data, Mapping):
        raise BadValue(short(node), where=node.where, key=what, expected="键: 值 的映射")
    for name, value in node.data.items():
        if name not in known:
            raise unknown(name, known, value)
    return node.data


def unknown(name: str, known: tuple[str, ...], at: Node) -> UnknownKey:
    """The error for an unknown key, with the nearest known one."""
    near = get_close_matches(name, known, n=5, cutoff=0.0)
    shown = known if len(known) < 16 else (*near, "…")
    return UnknownKey(name, where=at.where_key, key=name, known="、".join(shown), nearest=near[0])


def text(node: Node, what: str) -> str:
    """A non-empty text."""
    if isinstance(node.data, str) and node.data.strip():
        return node.data.strip()
    raise BadValue(short(node), where=node.where, key=what, expected="一段文字（像数字的要加引号）")


def short(node: Node) -> str:
    """The value as it came, shortened."""
    return str(node.raw())[:60]


def bad(node: Node, key: Key, expected: str) -> BadValue:
    """The error for a value of the wrong form."""
    return BadValue(short(node), where=node.where, key=key.name, expected=expected)


def fraction(node: Node, key: Key) -> Fraction:
    """An exact fraction from 0 to 1: 1/5, 25%, 0 or 1."""
    if isinstance(node.data, int) and node.data in (0, 1) and not isinstance(node.data, bool):
        return Fraction(node.data)
    words = node.data if isinstance(node.data, str) else ""
    if not (_FRACTION.match(words) or _PERCENT.match(words)):
        raise bad(node, key, "0 到 1 之间的精确分数，如 1/5 或 25%")
    value = Fraction(words[:-1]) / 100 if words.endswith("%") else Fraction(words)
    if not 0 <= value <= 1:
        raise bad(node, key, "0 到 1 之间的精确分数，如 1/5 或 25%")
    return value
