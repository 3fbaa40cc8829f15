"""Canonical bytes of rd1: hash suites, length prefixes, canonical JSON, ids (protocol, Notation)."""

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import rfc8785
from gmssl_pyx import sm3_hash, sm3_hmac

from policies.rd1.form_errors import NotExact, NotJson, TooDeep, UnsupportedVersion, short

Hash = Callable[[bytes], bytes]
Keyed = Callable[[bytes], bytes]
Named = Callable[[str], bytes]

SAFE = 2**53 - 1
DEPTH = 32
_BLOCK = 64
_SHORT = tuple(size.to_bytes(2, "big") for size in range(256))


def sha256(data: bytes) -> bytes:
    """SHA-256 digest, 32 bytes."""
    return hashlib.sha256(data).digest()


def _sm3(data: bytes) -> bytes:
    return bytes(sm3_hash(data))


def _keyed_sha256(key: bytes) -> Keyed:
    block = (key if len(key) <= _BLOCK else sha256(key)).ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in block))
    outer = hashlib.sha256(bytes(b ^ 0x5C for b in block))

    # Copying the two keyed states costs half of what hmac.HMAC.copy() does; draws make thousands.
    first, second = inner.copy, outer.copy

    def mac(data: bytes) -> bytes:
        one, two = first(), second()
        one.update(data)
        two.update(one.digest())
        return two.digest()

    return mac


def _named_sha256(key: bytes) -> Named:
    # The same MAC of LP(text) in one call: a national draw makes 3.6 million tickets.
    block = (key if len(key) <= _BLOCK else sha256(key)).ljust(_BLOCK, b"\0")
    first = hashlib.sha256(bytes(b ^ 0x36 for b in block)).copy
    second = hashlib.sha256(bytes(b ^ 0x5C for b in block)).copy

    def mac(text: str) -> bytes:
        raw = text.encode()
        size = len(raw)
        one, two = first(), second()
        one.update((_SHORT[size] if size < 256 else size.to_bytes(2, "big")) + raw)
        two.update(one.digest())
        return two.digest()

    return mac


def _keyed_sm3(key: bytes) -> Keyed:
    # The library wants keys of at most one block; HMAC hashes longer ones anyway.
    short_key = key if len(key) <= _BLOCK else _sm3(key)

    def mac(data: bytes) -> bytes:
        return bytes(sm3_hmac(short_key, data))

    return mac


def _named_sm3(key: bytes) -> Named:
    mac = _keyed_sm3(key)
    return lambda text: mac(lp(text))


@dataclass(frozen=True, slots=True)
class Suite:
    """A hash and its HMAC.

    `h(data)` and `keyed(key)(data)` give 32 bytes; `named(key)(text)` is `keyed(key)(lp(text))`, faster.
    """

    number: int
    name: str
    h: Hash
    keyed: Callable[[bytes], Keyed]
    named: Callable[[bytes], Named]

    def mac(self, key: bytes, data: bytes) -> bytes:
        """HMAC of one message; for many messages keep `keyed(key)`."""
        return self.keyed(key)(data)


SUITES = {
    1: Suite(1, "SHA-256", sha256, _keyed_sha256, _named_sha256),
    2: Suite(2, "SM3", _sm3, _keyed_sm3, _named_sm3),
}


def suite_of(number: object) -> Suite:
    """The suite of a manifest's number; raises UnsupportedVersion.

    Basis: suite 2 is GB/T 32905 (SM3).
    """
    if type(number) is not int or number not in SUITES:
        raise UnsupportedVersion(short(number))
    return SUITES[number]


def lp(data: str | bytes) -> bytes:
    """Length-prefixed bytes: u16 big-endian, then the bytes (UTF-8 for text); at most 65,535."""
    raw = data.encode() if isinstance(data, str) else data
    size = len(raw)
    return (_SHORT[size] if size < 256 else size.to_bytes(2, "big")) + raw


def u8(value: int) -> bytes:
    """One byte."""
    return value.to_bytes(1, "big")


def u32(value: int) -> bytes:
    """Four bytes, big-endian."""
    return value.to_bytes(4, "big")


def u64(value: int) -> bytes:
    """Eight bytes, big-endian."""
    return value.to_bytes(8, "big")


def salted(mac: Keyed, tag: str, body: bytes) -> bytes:
    """First 16 bytes of MAC(list_key, LP(tag)‖body), then the body; `mac` is keyed with list_key."""
    return mac(lp(tag) + body)[:16] + body


def _exact_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotJson(short(text)) from error


def exact(value: object) -> None:
    """Pass JSON of objects, lists, text, true, false, null and integers up to 2^53-1, nothing else.

    Raises:
        NotExact: a float, an integer too large, or a value JSON does not know.
        NotJson: text that has no UTF-8 form.
        TooDeep: more than 32 levels.
    """
    level: list[Any] = [value]
    for _ in range(DEPTH + 1):
        below: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is str:
                if not item.isascii():
                    _exact_text(item)
            elif kind is dict:
                below.extend(item)
                below.extend(item.values())
                if not all(type(key) is str for key in item):
                    raise NotExact(short(item))
            elif kind is list or kind is tuple:
                below.extend(item)
            elif kind is int:
                if not -SAFE <= item <= SAFE:
                    raise NotExact(short(item))
            elif not (item is None or kind is bool):
                raise NotExact(short(item))
        if not below:
            return
        level = below
    raise TooDeep(limit=DEPTH)


def jcs(value: object) -> bytes:
    """Canonical JSON (RFC 8785) without floats; raises NotExact, NotJson or TooDeep."""
    exact(value)
    return bytes(rfc8785.dumps(cast(Any, value)))


def is_id(text: object) -> bool:
    """True for a non-empty NFC string without control characters or comma, at most 65,535 bytes.

    Anything else is refused, never normalised: two spellings of one id must not both exist.
    """
    if type(text) is not str or not text or len(text) > 65535 or "," in text:
        return False
    if text.isascii():
        return text.isprintable()
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        return False
    return unicodedata.is_normalized("NFC", text) and len(text.encode()) <= 65535
