"""A YAML reader that remembers lines and refuses what would blur a legal number.

Refused: duplicate keys, decimals, `1:10` (YAML reads it as 70), octal and other clever integers, anchors,
aliases, tags, several documents. What is left are mappings, lists, text, integers, dates and booleans.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import yaml

from policies.errors import Place
from policies.rulebook.law_errors import DuplicateKey, FloatRefused, UnreadableLaw

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")
_PREFIX = "tag:yaml.org,2002:"
_MOST_CHARACTERS = 200_000

Data: TypeAlias = "Mapping[str, Node] | tuple[Node, ...] | str | int | date | bool | None"


@dataclass(frozen=True, slots=True)
class Node:
    """One value of the file, where it begins and where its key stands. Lines count from 1."""

    data: Data
    file: str
    line: int
    key_line: int = 0

    @property
    def where(self) -> Place:
        """The place for an error."""
        return Place(file=self.file, line=self.line)

    @property
    def where_key(self) -> Place:
        """The place of its key, or its own."""
        return Place(file=self.file, line=self.key_line or self.line)

    def raw(self) -> object:
        """The value without lines: dict, list, str, int, date, bool or None."""
        if isinstance(self.data, Mapping):
            return {k: v.raw() for k, v in self.data.items()}
        if isinstance(self.data, tuple):
            return [v.raw() for v in self.data]
        return self.data


def load(text: str, file: str) -> Node:
    """Read one YAML document.

    Args:
        text: the whole file.
        file: its name, for errors only.

    Raises:
        UnreadableLaw, DuplicateKey, FloatRefused: each with file and line.
    """
    if len(text) > _MOST_CHARACTERS:
        raise UnreadableLaw(f"{len(text)} 字符", where=Place(file=file))
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else None
        raise UnreadableLaw(fault.problem or "", where=Place(file=file, line=line)) from fault
    except (yaml.YAMLError, RecursionError, ValueError) as fault:
        raise UnreadableLaw(str(fault).splitlines()[0][:80], where=Place(file=file)) from fault
    if root is None:
        raise UnreadableLaw("空文件", where=Place(file=file, line=1))
    return _Reader(file).node(root)


def node_of(plain: object, file: str) -> Node:
    """Plain data (dict, list, tuple, str, int, date, bool, None) as a node; decimals are refused.

    Raises:
        FloatRefused: a decimal. UnreadableLaw: anything else that YAML would not give.
    """
    if isinstance(plain, Mapping):
        return Node({str(k): node_of(v, file) for k, v in plain.items()}, file, 1)
    if isinstance(plain, list | tuple):
        return Node(tuple(node_of(v, file) for v in plain), file, 1)
    if isinstance(plain, float):
        raise FloatRefused(str(plain), where=Place(file=file))
    if plain is None or isinstance(plain, str | int | date):
        return Node(plain, file, 1)
    raise UnreadableLaw(type(plain).__name__, where=Place(file=file))


class _Reader:
    """Turns composed nodes into `Node`s; sees every node once, so an alias shows as a second visit."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.seen: set[int] = set()

    def where(self, raw: yaml.Node) -> Place:
        return Place(file=self.file, line=raw.start_mark.line + 1)

    def node(self, raw: yaml.Node, key_line: int = 0) -> Node:
        if id(raw) in self.seen:
            raise UnreadableLaw("别名 *", where=self.where(raw))
        self.seen.add(id(raw))
        return Node(self._data(raw), self.file, raw.start_mark.line + 1, key_line)

    def _data(self, raw: yaml.Node) -> Data:
        if isinstance(raw, yaml.MappingNode):
            return self._mapping(raw)
        if isinstance(raw, yaml.SequenceNode):
            return tuple(self.node(item) for item in raw.value)
        return self._scalar(raw)

    def _mapping(self, raw: yaml.MappingNode) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for key, value in raw.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == _PREFIX + "merge":
                raise UnreadableLaw("键必须是一个词", where=self.where(key))
            if key.value in found:
                raise DuplicateKey(key.value, where=self.where(key), key=key.value)
            found[key.value] = self.node(value, key.start_mark.line + 1)
        return found

    def _scalar(self, raw: yaml.Node) -> Data:
        text = str(raw.value)
        kind = raw.tag.removeprefix(_PREFIX)
        if kind == "str":
            return text
        if kind == "null":
            return None
        if kind == "int" and _INTEGER.match(text):
            return int(text)
        if kind in ("float", "int"):
            raise FloatRefused(text, where=self.where(raw))
        if kind == "bool" and text in ("true", "false"):
            return text == "true"
        if kind == "timestamp":
            return self._day(raw, text)
        raise UnreadableLaw(text, where=self.where(raw))

    def _day(self, raw: yaml.Node, text: str) -> date:
        parts = _DAY.match(text)
        try:
            if parts:
                return date(*(int(p) for p in parts.groups()))
        except ValueError:
            pass
        raise UnreadableLaw(text, where=self.where(raw))
