"""Bundles with one thing altered, and how they are judged as fast as can be.

`python -m tests.records.mutants` puts every other value in the place of every byte of the tiny vector.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from policies.errors import Problem
from policies.rd1.canonical import jcs
from policies.rd1.logs import parse_trust
from policies.rd1.logs_trust import Trust
from policies.rd1.record import read_bundle
from policies.verify import STEPS
from policies.verify.case import NotChecked
from policies.verify.form import open_case

from .rd1_world import VECTORS

SAME = "same"  # reads as the very same values
OPEN = "open"  # other values and no step failed: what must never be


@dataclass(frozen=True)
class Given:
    """A vector's bundle: its bytes without white space, its values in canonical form, whom to trust."""

    data: bytes
    whole: bytes
    trust: Trust | None


def given(name: str) -> Given:
    vector = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    data = json.dumps(vector["bundle"], ensure_ascii=False, separators=(",", ":")).encode()
    return Given(data, jcs(vector["bundle"]), parse_trust(vector["trust"]) if "trust" in vector else None)


def first_failure(bundle: Any, trust: Trust | None) -> str:
    """The first step that fails; `verify` says INVALID exactly when there is one. OPEN if none does."""
    case = open_case(bundle, trust)
    for name, step in STEPS:
        try:
            step(case)
        except NotChecked:
            continue
        except Problem:
            return name
    return OPEN


def judged(of: Given, mutant: bytes) -> str:
    """How it is refused: the error's name or the first failed step; SAME or OPEN if it is not."""
    try:
        bundle = read_bundle(mutant)
    except Problem as error:
        return type(error).__name__
    if jcs(bundle) == of.whole:
        return SAME
    return first_failure(bundle, of.trust)


def with_other_byte(data: bytes, at: int, values: Iterable[int]) -> Iterator[bytes]:
    """The byte at one place replaced by each of the values that is another."""
    for value in values:
        if value != data[at]:
            yield data[:at] + bytes([value]) + data[at + 1 :]


def flipped(data: bytes, at: int) -> Iterator[bytes]:
    """Each bit of one byte turned; the byte dropped; the byte twice."""
    yield from with_other_byte(data, at, (data[at] ^ 1 << bit for bit in range(8)))
    yield data[:at] + data[at + 1 :]
    yield data[:at] + data[at : at + 1] + data[at:]


def likely(data: bytes, at: int, dice: random.Random) -> Iterator[bytes]:
    """A few replacements that often still read: another letter, another digit; dropped; twice."""
    yield from with_other_byte(data, at, {dice.choice(b'0123456789abcdefg",:{}[]- \x00\xff'), data[at] ^ 1})
    yield data[:at] + data[at + 1 :]
    yield data[:at] + data[at : at + 1] + data[at:]


def every_value(name: str, first: int, step: int) -> Counter[str]:
    """Outcomes of all 255 other values at every `step`-th byte from `first`."""
    of = given(name)
    return Counter(
        judged(of, mutant)
        for at in range(first, len(of.data), step)
        for mutant in with_other_byte(of.data, at, range(256))
    )


def every_flip(name: str, first: int, step: int) -> Counter[str]:
    """Outcomes of `flipped` at every `step`-th byte from `first`."""
    of = given(name)
    places = range(first, len(of.data), step)
    return Counter(judged(of, mutant) for at in places for mutant in flipped(of.data, at))


if __name__ == "__main__":
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        found = sum(pool.map(every_value, ["rd1-tiny"] * 2, range(2), [2] * 2), Counter())
    print(found.total(), dict(found.most_common()))
    sys.exit(found[OPEN])
