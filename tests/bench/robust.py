"""Not speed but completeness, at the size that is too long for every test run.

Tight assignments against a min-cost flow, and every other value of every byte of the tiny vector.
"""

from collections import Counter
from collections.abc import Iterator

from tests.records import mutants, tight

from .meter import Figure, timed_once

CASES, EVERY = 20_000, 1


def tight_cases() -> str:
    found = Counter(tight.compare(number) for number in range(CASES))
    return ", ".join(f"{count} {what}" for what, count in sorted(found.items()))


def all_bytes() -> str:
    found = mutants.every_value("rd1-tiny", 0, EVERY)
    if found[mutants.OPEN] or found[mutants.SAME]:
        raise SystemExit(f"a bundle with one byte altered was not refused: {found}")
    return f"{found.total()} of {found.total()} refused"


def figures() -> Iterator[Figure]:
    yield timed_once(f"{CASES} tight assignments as good as a min-cost flow", tight_cases)
    yield timed_once("every other value of every byte of the tiny vector", all_bytes)
