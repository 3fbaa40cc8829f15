"""Shapes of rd1's JSON: each shape checks one value and names the place of what does not fit.

A shape is a function (value, path); it returns nothing and raises BadField, UnknownField or MissingField.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping

from policies.rd1.canonical import SAFE, is_id
from policies.rd1.form_errors import BadField, MissingField, UnknownField, short
from policies.rd1.moments import is_day, nanoseconds

Shape = Callable[[object, str], None]

_HEX = re.compile(r"[0-9a-f]*", re.ASCII)
_SHARE = re.compile(r"[0-9]{1,15}/[0-9]{1,15}", re.ASCII)
_DIGITS = re.compile(r"[0-9]*", re.ASCII)


def text(value: object, path: str) -> None:
    """Any string."""
    if type(value) is not str:
        raise BadField(value, path=path, shape="text")


def free(value: object, path: str) -> None:
    """Anything: members the protocol leaves free."""


def id_(value: object, path: str) -> None:
    """An id of the protocol."""
    if not is_id(value):
        raise BadField(value, path=path, shape="id")


def hex_(size: int) -> Shape:
    """`size` bytes in lower-case hex."""

    def shape(value: object, path: str) -> None:
        if type(value) is not str or len(value) != 2 * size or not _HEX.fullmatch(value):
            raise BadField(value, path=path, shape="hex", size=2 * size)

    return shape


def integer(low: int = 0, high: int = SAFE) -> Shape:
    """An integer of the range, both ends included; true and false are no integers."""

    def shape(value: object, path: str) -> None:
        if type(value) is not int or not low <= value <= high:
            raise BadField(value, path=path, shape="integer", low=low, high=high)

    return shape


def choice(*choices: str) -> Shape:
    """One of the given strings."""

    def shape(value: object, path: str) -> None:
        if type(value) is not str or value not in choices:
            raise BadField(value, path=path, shape="choice", choices=", ".join(choices))

    return shape


def moment(value: object, path: str) -> None:
    """An RFC 3339 time with any offset."""
    if type(value) is not str or nanoseconds(value) is None:
        raise BadField(value, path=path, shape="moment")


def utc(value: object, path: str) -> None:
    """An RFC 3339 time in UTC."""
    if type(value) is not str or not value.endswith("Z") or nanoseconds(value) is None:
        raise BadField(value, path=path, shape="utc")


def day(value: object, path: str) -> None:
    """A calendar date."""
    if type(value) is not str or not is_day(value):
        raise BadField(value, path=path, shape="day")


def share(value: object, path: str) -> None:
    """A fraction "p/q" with q > 0."""
    if type(value) is not str or not _SHARE.fullmatch(value) or int(value.partition("/")[2]) == 0:
        raise BadField(value, path=path, shape="share")


def digits(size: int) -> Shape:
    """Exactly `size` decimal digits."""

    def shape(value: object, path: str) -> None:
        if type(value) is not str or len(value) != size or not _DIGITS.fullmatch(value):
            raise BadField(value, path=path, shape="digits", size=size)

    return shape


def unbase64(value: str) -> bytes | None:
    """Bytes of padded standard base64 in its one canonical spelling; None for anything else."""
    try:
        raw = base64.b64decode(value.encode(), validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == value else None


def base64_(size: int) -> Shape:
    """`size` bytes in base64."""

    def shape(value: object, path: str) -> None:
        raw = unbase64(value) if type(value) is str else None
        if raw is None or len(raw) != size:
            raise BadField(value, path=path, shape="base64", size=size)

    return shape


def listing(item: Shape, limit: int = 10_000_000, least: int = 0) -> Shape:
    """A list of at least `least` and at most `limit` items of one shape."""

    def shape(value: object, path: str) -> None:
        if type(value) is not list or not least <= len(value) <= limit:
            raise BadField(value, path=path, shape="list", limit=limit)
        for index, one in enumerate(value):
            item(one, f"{path}[{index}]")

    return shape


def row(*items: Shape) -> Shape:
    """A list with one value for each of the shapes."""

    def shape(value: object, path: str) -> None:
        if type(value) is not list or len(value) != len(items):
            raise BadField(value, path=path, shape="row", size=len(items))
        for index, (item, one) in enumerate(zip(items, value, strict=True)):
            item(one, f"{path}[{index}]")

    return shape


def fields(must: Mapping[str, Shape], may: Mapping[str, Shape] | None = None) -> Shape:
    """An object with exactly the fields of `must`, and of `may` those that are there."""
    known = {**must, **(may or {})}

    def shape(value: object, path: str) -> None:
        if type(value) is not dict:
            raise BadField(value, path=path, shape="object")
        for name in must:
            if name not in value:
                raise MissingField(name, path=path)
        for name, one in value.items():
            if name not in known:
                raise UnknownField(short(name), path=path)
            known[name](one, f"{path}.{name}" if path else name)

    return shape


def table(item: Shape) -> Shape:
    """An object whose keys are ids and whose values all have one shape."""

    def shape(value: object, path: str) -> None:
        if type(value) is not dict:
            raise BadField(value, path=path, shape="object")
        for name, one in value.items():
            id_(name, f"{path}.{short(name)}")
            item(one, f"{path}.{name}")

    return shape


def variants(member: str, shapes: Mapping[str, Shape]) -> Shape:
    """An object whose field `member` says which of the shapes it has."""
    which = choice(*shapes)

    def shape(value: object, path: str) -> None:
        if type(value) is not dict:
            raise BadField(value, path=path, shape="object")
        if member not in value:
            raise MissingField(member, path=path)
        which(value[member], f"{path}.{member}")
        shapes[value[member]](value, path)

    return shape
