"""The order of rows on one copy: a keyed permutation, other for every reader and every copy.

The seed of a copy is MAC(bureau's key, LP("export-order")‖u64(number)‖LP(reader)) with the MAC of suite 1;
rows of a group (a day, say) stand in ascending MAC(seed, LP(row)). Whoever copies the list copies the order.

Basis: our own design; no text asks for it.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from policies.rd1.canonical import lp, suite_of, u64

T = TypeVar("T")
_SUITE = suite_of(1)


def order_seed(key: bytes, number: int, reader: str) -> bytes:
    """32 bytes for one copy.

    Args:
        key: the bureau's own key. number: of the copy in the bureau. reader: login of who takes it.
    """
    return _SUITE.mac(key, lp("export-order") + u64(number) + lp(reader))


def seed_check(seed: bytes) -> str:
    """What is kept of a seed: enough to see that it is the same one, nothing to make the order from."""
    return hashlib.sha256(b"export-order-check" + seed).hexdigest()


def place_of(seed: bytes, row: str) -> bytes:
    """The 32 bytes a row is sorted by."""
    return _SUITE.mac(seed, lp(row))


def ordered(
    seed: bytes, rows: Iterable[T], row_id: Callable[[T], str], group: Callable[[T], str] = lambda _: ""
) -> list[T]:
    """Rows in the copy's own order; groups stay in ascending order."""
    return sorted(rows, key=lambda one: (group(one), place_of(seed, row_id(one))))


def ranks(seed: bytes, rows: Sequence[str], group: Callable[[str], str] = lambda _: "") -> dict[str, int]:
    """Row id → its place among these rows on that copy."""
    return {row: n for n, row in enumerate(ordered(seed, rows, lambda one: one, group))}
