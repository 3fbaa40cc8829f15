"""Small parts of the browser's verifier: hashes, signatures, strict JSON, ids, moments; and its size."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from policies.rd1.canonical import is_id, suite_of
from policies.rd1.moments import is_day, nanoseconds

from .node import BUILT, NODE, SOURCES, WHY, ask, packed

MOST = 25_000  # bytes, gzipped, without BLS
PAGES = {"page.js", "door_page.js", "dom.js", "offline.js", "door.js", "door_code.js"}
node = pytest.mark.skipif(NODE is None, reason=WHY)


def answers(*requests: dict[str, Any]) -> list[Any]:
    return [one["answer"] for one in ask(requests, "parts.mjs")]


def blobs(seed: int, count: int) -> list[bytes]:
    dice = random.Random(seed)
    return [dice.randbytes(n) for n in [*range(130), *(dice.randrange(130, 700) for _ in range(count))]]


@node
@pytest.mark.parametrize("suite", [1, 2])
def test_hashes_and_macs_of_every_length_around_a_block(suite: int) -> None:
    ours, data = suite_of(suite), blobs(suite, 40)
    assert answers(*({"part": "hash", "suite": suite, "data": packed(d)} for d in data)) == [
        ours.h(d).hex() for d in data
    ]
    keyed = [(d[: len(d) // 2] or b"k", d) for d in data]
    assert answers(
        *({"part": "mac", "suite": suite, "key": packed(k), "data": packed(d)} for k, d in keyed)
    ) == [ours.mac(k, d).hex() for k, d in keyed]


@node
def test_known_digests() -> None:
    """FIPS 180-4, GB/T 32905 annex A and RFC 4231, so that both programs are not wrong together."""
    abc = packed(b"abc")
    assert answers(
        {"part": "hash", "suite": 1, "data": abc},
        {"part": "hash", "suite": 2, "data": abc},
        {"part": "hash", "suite": 2, "data": packed(b"abcd" * 16)},
        {"part": "mac", "suite": 1, "key": packed(b"Jefe"), "data": packed(b"what do ya want for nothing?")},
        {"part": "constant", "index": 0},
        {"part": "constant", "index": 63},
    ) == [
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
        hmac.new(b"Jefe", b"what do ya want for nothing?", "sha256").hexdigest(),
        0x428A2F98,
        0xC67178F2,
    ]


@node
def test_sha512_of_every_length_around_a_block() -> None:
    data = blobs(3, 5)
    assert answers(*({"part": "sha512", "data": packed(d)} for d in data)) == [
        hashlib.sha512(d).hexdigest() for d in data
    ]


# RFC 8032 section 7.1: secret key, message, signature
RFC8032 = [
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
     "d25bf5f0595bbe24655141438e7a100b"),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
     "387b2eaeb4302aeeb00d291612bb0c00"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
     "4a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip


def _check(key: bytes, signature: bytes, message: bytes) -> dict[str, Any]:
    return {
        "part": "verifies",
        "key": packed(key),
        "signature": packed(signature),
        "message": packed(message),
    }


@node
def test_signatures_of_the_standard() -> None:
    cases = []
    for seed, message, signature in RFC8032:
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
        public, text, sig = (
            private.public_key().public_bytes_raw(),
            bytes.fromhex(message),
            bytes.fromhex(signature),
        )
        assert private.sign(text) == sig
        cases.append(_check(public, sig, text))
    assert answers(*cases) == [True] * 3


@node
def test_altered_signatures_are_refused() -> None:
    dice, requests = random.Random(9), []
    order = 2**252 + 27742317777372353535851937790883648493
    for n in range(20):
        private = Ed25519PrivateKey.from_private_bytes(dice.randbytes(32))
        key, text = private.public_key().public_bytes_raw(), dice.randbytes(n * 9)
        sig = private.sign(text)
        place = dice.randrange(64)
        flipped = sig[:place] + bytes([sig[place] ^ 1]) + sig[place + 1 :]
        again = (int.from_bytes(sig[32:], "little") + order).to_bytes(32, "little")
        requests += [_check(key, sig, text), _check(key, flipped, text), _check(key, sig, text + b"x")]
        requests += [_check(key, sig[:32] + again, text), _check(key, sig[:63], text)]
        requests.append(_check(dice.randbytes(32), sig, text))
    assert answers(*requests) == [True, False, False, False, False, False] * 20


GOOD_JSON = [
    '{"b":1,"a":[true,false,null,-5,0,"\\u00e9\\n\\"/\\\\"],"\\ud83d\\ude00":"€","\\r":{}}',
    " [ ] ", '{"1":0,"10":0,"9":0,"__proto__":{"x":1},"constructor":2}', '"\x7f"', "9007199254740991",
]  # fmt: skip
BAD_JSON = {
    "NotJson": [
        '{"a":1,"a":2}', '{"a":1,"\\u0061":2}', "{", "[1,]", '{"a":1,}', "[1 2]", '{"a" 1}', "01", "+1", ".5",
        "nul", '"\t"', '"\\x"', '"\\ud800"', '"\\udc00\\ud800"', "", "[]x", "'a'",
        '{"__proto__":1,"__proto__":2}',
        "\ufeff{}", '"', '"\\', "{1:2}", "--1", "[" * 20, '"a\\',
    ],
    "NotExact": ["1.0", "1e3", "-0", "9007199254740992", "-9007199254740992", "1" * 400, "[1.5]"],
    "TooDeep": ["[" * 40 + "]" * 40, '{"a":' * 200_000],
}  # fmt: skip


@node
def test_json_is_read_strictly_and_written_canonically() -> None:
    import rfc8785

    texts = [{"part": "jcs", "data": packed(text.encode())} for text in GOOD_JSON]
    written = [base64.b64decode(one) for one in answers(*texts)]
    assert written == [rfc8785.dumps(json.loads(text)) for text in GOOD_JSON]


@node
@pytest.mark.parametrize("code", BAD_JSON)
def test_anything_else_is_refused_with_its_reason(code: str) -> None:
    requests = [{"part": "jcs", "data": packed(text.encode())} for text in BAD_JSON[code]]
    got = answers(*requests)
    assert got == [{"code": code}] * len(got)


@node
def test_bytes_that_are_no_text_and_too_many_bytes() -> None:
    got = answers(
        {"part": "jcs", "data": packed(b'"\xff"')}, {"part": "jcs", "data": packed(b" " * (24 * 2**20 + 1))}
    )
    assert got == [{"code": "NotJson"}, {"code": "TooLarge"}]
    (many,) = answers({"part": "jcs", "data": packed(b"[" + b"[]," * 4_000_001 + b"[]]")})
    assert many == {"code": "TooManyParts"}


@node
def test_ids_and_moments_as_the_other_program_takes_them() -> None:
    ids = [
        "a", "", "a,b", "é", "e\u0301", "a\x00", "a\x7f", "a\x85", "中文", "x" * 65535, "x" * 65536,
        "é" * 40000, "\u200b", " ", "\u2028", "\U0001f600", "ﬁ", "Å", "\u212b",
    ]  # fmt: skip
    assert answers(*({"part": "id", "text": text} for text in ids)) == [is_id(text) for text in ids]
    moments = [
        "2025-12-25T09:00:00+08:00", "2025-12-25T09:00:00Z", "2024-02-29T23:59:59.123456789-05:30",
        "2025-02-29T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z",
        "2025-12-25T09:00:60Z", "2025-12-25 09:00:00Z", "2025-12-25T09:00:00z", "2025-12-25T09:00:00-00:00",
        "2025-12-25T09:00:00.Z", "2025-12-25T09:00:00.1234567890Z", "2025-12-25T09:00:00+24:00",
        "2025-12-25T09:60:00Z", "2025-13-01T00:00:00Z", "2025-12-25T09:00:00", "٢025-12-25T09:00:00Z", "",
    ]  # fmt: skip
    due = [str(at) if (at := nanoseconds(text)) is not None else "null" for text in moments]
    assert answers(*({"part": "moment", "text": text} for text in moments)) == due
    days = ["2025-12-25", "2025-2-5", "2025-02-30", "2024-02-29", "0000-01-01", "20251225", "2025-12-25 "]
    assert answers(*({"part": "day", "text": text} for text in days)) == [is_day(text) for text in days]


def modules() -> list[Path]:
    return sorted(SOURCES.glob("*.js"))


def test_the_verifier_is_small() -> None:
    """What a reader needs besides the words of people who wrote it: comments are not counted."""
    code = "".join(
        re.sub(r"^\s*(//|/\*\*|\*).*\n|^\s+", "", path.read_text("utf-8"), flags=re.MULTILINE)
        for path in modules()
        if path.name not in PAGES
    )
    assert len(gzip.compress(code.encode(), 9, mtime=0)) < MOST


@pytest.mark.skipif(not (BUILT / "worker.js").exists(), reason="not built (deploy/front.sh)")
def test_what_the_page_loads_is_smaller_still() -> None:
    assert len(gzip.compress((BUILT / "worker.js").read_bytes(), 9, mtime=0)) < MOST
    assert len(gzip.compress((BUILT / "door.js").read_bytes(), 9, mtime=0)) < MOST


def test_the_verifier_stands_alone_in_readable_files() -> None:
    for path in modules():
        text = path.read_text("utf-8")
        assert len(text.splitlines()) < 400, path.name
        loaded = re.findall(r"""(?:from|import)\s*\(?\s*["']([^"']+)["']""", text)
        assert all(re.fullmatch(r"\./[a-z_0-9]+\.js", name) for name in loaded), (path.name, loaded)
        assert "fetch(" not in text or path.name in ("page.js", "offline.js"), path.name
        # nothing newer than the oldest browser the pages are made for, and nothing read is taken as markup
        newer = r"innerHTML|eval\(|\.at\(|structuredClone|Object\.hasOwn|findLast|\(\?<[=!]|crypto\.subtle"
        assert not re.search(newer, text), path.name
