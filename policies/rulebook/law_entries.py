"""One law file: its dated values, each with its basis. The same form serves a bureau's own choices."""

from collections.abc import Iterator, Mapping
from datetime import date

from policies.rulebook.law_entry import Entry, Scope, check_dates
from policies.rulebook.law_errors import BadQuote, BadValue, MissingBasis
from policies.rulebook.law_keys import KEYS, Key
from policies.rulebook.law_values import mapping, parse, text
from policies.rulebook.law_yaml import Node, load
from policies.terms import Basis, Mark

# The six of the first text, for forms that have no rules at hand; which are needed is `rate.factors`.
FACTORS = ("staff", "area", "sources", "compliance", "quality", "complaints")
_SOURCE = ("text", "clause", "effective", "mark", "checked_on")
_FIELDS = ("value", *_SOURCE, "quote", "until", "level", "item", "subject", "note", "open_text", "factors")


def read_file(body: str, file: str) -> tuple[Entry, ...]:
    """All values of one file.

    Args:
        body: YAML: an optional `source` with what all values share, then key → list of dated values.
        file: name for errors.

    Raises:
        LawProblem: unknown or duplicate key, decimal, missing basis, overlapping dates; with file and line.
    """
    return read_node(load(body, file))


def read_node(root: Node) -> tuple[Entry, ...]:
    """As `read_file`, from a node already loaded."""
    parts = mapping(root, ("source", *KEYS), "文件")
    shared = mapping(parts["source"], (*_SOURCE, "note"), "source") if "source" in parts else {}
    found = tuple(
        entry
        for name, node in parts.items()
        if name != "source"
        for entry in _values(KEYS[name], node, shared)
    )
    check_dates(found)
    return found


def _values(key: Key, node: Node, shared: Mapping[str, Node]) -> Iterator[Entry]:
    if not isinstance(node.data, tuple) or not node.data:
        raise BadValue(
            str(node.raw())[:60],
            where=node.where,
            key=key.name,
            expected="以“- ”开头的一项或多项，每项一个时段",
        )
    for item in node.data:
        own = mapping(item, _FIELDS, key.name)
        yield _entry(key, item, {**shared, **own}, _note(shared, own))


def _note(shared: Mapping[str, Node], own: Mapping[str, Node]) -> str:
    """The value's own note after that of its source, e.g. that the day is not confirmed.

    A value with a day of its own is not from the source's day, and its note says nothing about it.
    """
    first = "" if "effective" in own else _optional(shared, "note")
    return first + _optional(own, "note")


def _entry(key: Key, item: Node, parts: Mapping[str, Node], note: str) -> Entry:
    for field in ("value", *_SOURCE):
        if field not in parts:
            raise MissingBasis(where=item.where, key=key.name, field=field)
    value = parse(parts["value"], key)
    until = _day(parts["until"], key) if "until" in parts else None
    if until and until < _day(parts["effective"], key):
        raise BadValue(str(until), where=item.where, key="until", expected="不早于 effective 的日期")
    return Entry(
        key.name,
        value,
        _basis(key, item, parts),
        Scope(_level(parts), _optional(parts, "item"), _optional(parts, "subject")),
        until,
        note,
        _optional(parts, "open_text"),
        _factors(parts),
        item.where,
    )


def _basis(key: Key, item: Node, parts: Mapping[str, Node]) -> Basis:
    mark_node = parts["mark"]
    if mark_node.data not in tuple(Mark):
        raise BadValue(
            str(mark_node.raw()), where=mark_node.where, key="mark", expected="下列之一：" + "、".join(Mark)
        )
    mark = Mark(str(mark_node.data))
    quote = _optional(parts, "quote")
    if bool(quote) != (mark in (Mark.QUOTED, Mark.STATED)):
        raise BadQuote(mark.value, where=item.where, key=key.name)
    return Basis(
        text(parts["text"], "text"),
        text(parts["clause"], "clause"),
        quote,
        mark,
        _day(parts["effective"], key),
        _day(parts["checked_on"], key),
    )


def _day(node: Node, key: Key) -> date:
    if not isinstance(node.data, date):
        raise BadValue(str(node.raw()), where=node.where, key=key.name, expected="日期，如 2024-01-12")
    return node.data


def _optional(parts: Mapping[str, Node], name: str) -> str:
    return text(parts[name], name) if name in parts else ""


def _level(parts: Mapping[str, Node]) -> str:
    level = _optional(parts, "level")
    if level not in ("", "county", "city", "province"):
        raise BadValue(level, where=parts["level"].where, key="level", expected="county、city 或 province")
    return level


def _factors(parts: Mapping[str, Node]) -> Mapping[str, str]:
    if "factors" not in parts:
        return {}
    node = parts["factors"]
    if not isinstance(node.data, Mapping) or not node.data:
        what = "因素代号: 如何考虑 的映射"
        raise BadValue(str(node.raw())[:60], where=node.where, key="factors", expected=what)
    return {name: text(words, name) for name, words in node.data.items()}
