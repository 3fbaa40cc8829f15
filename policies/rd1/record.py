"""Reading a published bundle from bytes that anyone may have written (protocol §2, §11)."""

import json
from collections import Counter
from typing import Any, NoReturn

from policies.rd1.canonical import exact
from policies.rd1.form_errors import NotExact, NotJson, TooDeep, TooLarge, Unreadable, short
from policies.rd1.manifests import check_version

MOST_BYTES = 64_000_000


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
        Unreadable: TooLarge (over 64 MB), NotJson (bad UTF-8, bad JSON, a key twice), NotExact (a float,
            NaN, an integer beyond 2^53-1), TooDeep, UnsupportedVersion, or no object at all.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(len(data), limit=MOST_BYTES)
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
