"""Judges files that somebody made to do harm, under limits of memory and time that the system enforces.

`python -m tests.records.hostile NAME` makes one of CASES in memory and prints how it ends.
"""

import json
import resource
import sys
from collections.abc import Callable

from policies.errors import Problem
from policies.rd1.record import MOST_BYTES, read_bundle
from policies.verify import verify

MEMORY = 1_000_000_000  # address space of the process, its 64 MB of input and Python itself included
SECONDS = 60  # of CPU; the point is that there is an end at all
HEAD = b'{"manifest":{"v":"rd1","suite":1},"x":'
ROOM = MOST_BYTES - len(HEAD) - 64


def repeated(one: bytes, left: bytes = b"[", right: bytes = b"0]") -> bytes:
    """As many of one piece as may come at all."""
    return HEAD + left + one * (ROOM // len(one)) + right + b"}"


def rows(count: int) -> bytes:
    """A roster of so many sites, in order."""
    units = b",".join(b'["91411721MA%07dX001P","general"]' % i for i in range(count))
    return b'{"manifest":{"v":"rd1","suite":1},"units":[' + units + b"]}"


def same_key() -> bytes:
    """One object with a key a hundred thousand times."""
    return HEAD + b"{" + b'"a":0,' * 100_000 + b'"a":0}}'


CASES: dict[str, Callable[[], bytes]] = {
    "a hundred megabytes": lambda: b" " * 100_000_000,
    "nothing but space": lambda: HEAD + b" " * ROOM + b"1}",
    "empty lists": lambda: repeated(b"[],"),
    "empty objects": lambda: repeated(b"{},"),
    "objects": lambda: repeated(b'{"a":{}},'),
    "zeros": lambda: repeated(b"0,"),
    "texts": lambda: repeated(b'"ab",'),
    "keys": lambda: HEAD + b"{" + b",".join(b'"%x":0' % i for i in range(3_000_000)) + b"}}",
    "one key again and again": same_key,
    "one long text": lambda: HEAD + b'"' + b"a" * ROOM + b'"}',
    "one long wide text": lambda: HEAD + b'"' + "\U0001f3ed".encode() * (ROOM // 4) + b'"}',
    "escapes": lambda: HEAD + b'"' + b"\\u0001" * (ROOM // 6) + b'"}',
    "a long number": lambda: HEAD + b"9" * ROOM + b"}",
    "a long fraction": lambda: HEAD + b"0." + b"9" * (ROOM - 2) + b"}",
    "a large exponent": lambda: HEAD + b"1e" + b"9" * 1_000_000 + b"}",
    "lists in lists": lambda: HEAD + b"[" * ROOM,
    "objects in objects": lambda: HEAD + b'{"a":' * (ROOM // 5),
    "a hundred thousand levels": lambda: HEAD + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "no end of text": lambda: HEAD + b'"' + b"a" * ROOM,
    "bytes that are no text": lambda: b"\xff" * ROOM,
    "half a million sites": lambda: rows(500_000),
}


def outcome(data: bytes) -> str:
    """The refusal's name, or verdict and first failed step."""
    try:
        found = verify(read_bundle(data))
    except Problem as error:
        json.dumps([error.as_dict("zh"), error.line("en")[:2000]])
        return type(error).__name__
    return f"{found.verdict} {next((s.id for s in found.steps if s.status == 'failed'), '')}"


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    for name in sys.argv[1:]:
        print(json.dumps([name, outcome(CASES[name]())]), flush=True)
