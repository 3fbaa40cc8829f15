"""Reading a published bundle from bytes that anyone may have written (protocol §2, §11)."""

import json
from collections import Counter
from typing import Any, NoReturn

from policies.rd1.canonical import exact
from policies.rd1.form_errors import NotExact, NotJson, TooDeep, TooLarge, TooManyParts, Unreadable, short
from policies.rd1.manifests import check_version

MOST_BYTES = 64_000_000
# A million sites have so many; what 64 MB of nothing but brackets would become does not fit in memory.
MOST_PARTS = {b"{": 200_000, b"[": 1_500_000, b",": 4_000_000, b":": 1_000_000}


def _few_parts(data: bytes) -> None:
    """Refuse before parsing what would take far more memory parsed than its bytes; counts text too."""
    for part, limit in MOST_PARTS.items():
        if (found := data.count(part)) > limit:
            raise TooManyParts(found, what=part.decode(), limit=limit)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        counted = Counter(name for name, _ in pairs)
        raise NotJson(short(next(name for name, times in counted.items() if times > 1)))
    return found


def _inexact(text: str) -> NoReturn:
    raise NotExact(short(text))


def _integer(text: str) -> int:
    if len(text) > 17 or text == "-0":
        raise NotExact(short(text))
    return int(text)


def read_bundle(data: bytes) -> dict[str, Any]:
    """A bundle as JSON values, its version known; its form is left for `verify` to judge.

    Raises:
        Unreadable: TooLarge (over 64 MB), TooManyParts (brackets, commas, colons without end), NotJson (bad
            UTF-8, bad JSON, a key twice), NotExact (a float, NaN, an integer beyond 2^53-1), TooDeep,
            UnsupportedVersion, or no object at all.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(len(data), limit=MOST_BYTES)
    _few_parts(data)
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_inexact,
            parse_constant=_inexact,
            parse_int=_integer,
        )
    except RecursionError as error:
        raise TooDeep(limit=32) from error
    except ValueError as error:
        raise NotJson(short(str(error))) from error
    if type(value) is not dict:
        raise Unreadable(short(value))
    exact(value)
    check_version(value.get("manifest"))
    return value
