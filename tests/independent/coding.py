"""Notation: length prefixes, hashes, canonical JSON, times. Nothing here knows what a draw is."""

from __future__ import annotations

import calendar
import hashlib
import hmac
import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

LARGEST_INTEGER = 2**53 - 1
TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})"
)


class Unreadable(ValueError):
    """The bundle or the trust file cannot be read at all."""


def u8(number: int) -> bytes:
    """One byte."""
    return number.to_bytes(1, "big")


def u32(number: int) -> bytes:
    """Four bytes, big-endian."""
    return number.to_bytes(4, "big")


def u64(number: int) -> bytes:
    """Eight bytes, big-endian."""
    return number.to_bytes(8, "big")


def lp(value: str | bytes) -> bytes:
    """LP(x): the length in two bytes, then the bytes."""
    raw = value.encode("utf-8") if isinstance(value, str) else value
    return len(raw).to_bytes(2, "big") + raw


@dataclass(frozen=True)
class Suite:
    """The hash H of a suite and its MAC."""

    number: int

    def hash(self, data: bytes) -> bytes:
        """H(data)."""
        if self.number == 1:
            return hashlib.sha256(data).digest()
        from gmssl_pyx import sm3_hash

        return bytes(sm3_hash(data))

    def mac(self, key: bytes, message: bytes) -> bytes:
        """HMAC-H, written out (RFC 2104) for SM3 so that only the hash is borrowed."""
        if self.number == 1:
            return hmac.digest(key, message, "sha256")
        block = self.hash(key) if len(key) > 64 else key
        block = block.ljust(64, b"\0")
        inner = self.hash(bytes(b ^ 0x36 for b in block) + message)
        return self.hash(bytes(b ^ 0x5C for b in block) + inner)


SHA256 = Suite(1)


def text_order(text: str) -> bytes:
    """Ids sort by their UTF-8 bytes."""
    return text.encode("utf-8")


def is_id(value: Any) -> bool:
    """Non-empty, NFC, no control characters, no comma, short enough for LP."""
    return (
        isinstance(value, str)
        and value != ""
        and unicodedata.is_normalized("NFC", value)
        and not any(c == "," or unicodedata.category(c) == "Cc" for c in value)
        and len(value.encode("utf-8")) < 2**16
    )


def is_integer(value: Any) -> bool:
    """A JSON integer every implementation reads alike (true and 1.0 are none)."""
    return type(value) is int and abs(value) <= LARGEST_INTEGER


def is_hex(value: Any, size: int) -> bool:
    """Lower-case hex of exactly `size` bytes."""
    return isinstance(value, str) and len(value) == 2 * size and set(value) <= set("0123456789abcdef")


def moment(text: str) -> Fraction:
    """RFC 3339 date and time as exact seconds since 1970."""
    found = TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"not an RFC 3339 time: {text!r}")
    year, month, day, hour, minute, second = (int(found[i]) for i in range(1, 7))
    seconds = calendar.timegm(datetime(year, month, day, hour, minute, second).timetuple())
    offset = 0
    if found[8] != "Z":
        hours, minutes = int(found[8][1:3]), int(found[8][4:6])
        if hours > 23 or minutes > 59:
            raise ValueError(f"not an RFC 3339 offset: {text!r}")
        offset = (hours * 3600 + minutes * 60) * (-1 if found[8][0] == "-" else 1)
    return Fraction(seconds - offset) + Fraction("0" + (found[7] or ".0"))


def is_date(text: Any) -> bool:
    """YYYY-MM-DD and a day that exists."""
    if not isinstance(text, str) or re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
        return False
    try:
        datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return False
    return True


def number_text(value: float) -> str:
    """A number as ECMAScript writes it (RFC 8785, 3.2.2.3)."""
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    _, digits_tuple, exponent = Decimal(repr(abs(value))).as_tuple()
    written = "".join(map(str, digits_tuple))
    digits = written.rstrip("0")
    point = len(written) + int(exponent)  # the value is 0.DIGITS times ten to this power
    if len(digits) <= point <= 21:
        return sign + digits.ljust(point, "0")
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    power = f"e{point - 1:+d}"
    return sign + digits[0] + ("." + digits[1:] if len(digits) > 1 else "") + power


def canonical(value: Any) -> str:
    """JCS (RFC 8785) as text."""
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(canonical(n) + ":" + canonical(value[n]) for n in names) + "}"
    raise TypeError(f"not JSON: {type(value).__name__}")


def jcs(value: Any) -> bytes:
    """JCS (RFC 8785) as bytes."""
    return canonical(value).encode("utf-8")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are all different."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("duplicate key in an object")
    return found


def _no_constant(name: str) -> Any:
    """NaN and Infinity are not JSON."""
    raise Unreadable(f"{name} is not JSON")


def read_json(text: str) -> Any:
    """Strict JSON."""
    try:
        return json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except Unreadable:
        raise
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"bad JSON: {error}") from error
