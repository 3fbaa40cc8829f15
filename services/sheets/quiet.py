"""No search for garbage while a large table is in hand: it would stop everybody while it walks the table."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_within = 0


@contextmanager
def no_collection() -> Iterator[None]:
    """The cyclic collector rests; tables have no cycles, so what is done with is freed all the same.

    A hundred thousand rows are some millions of objects: a full collection walks them all, holding up every
    other request of the process for most of a second, and finds nothing. Nested and concurrent uses count.
    """
    global _within
    _within += 1
    gc.disable()
    try:
        yield
    finally:
        _within -= 1
        if not _within:
            gc.enable()
