"""Ids drawn from dice that a proof seeds, so that two worlds give the same ones."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any


class Ids:
    """Stands in the place of `os` for `uuid`: ids come from dice, all other numbers as ever.

    Both worlds, seeded alike, then give the same ids: order by id, hashes over ids and ETags are compared as
    they are.
    """

    def __init__(self) -> None:
        self.dice = Random(0)

    def __getattr__(self, name: str) -> Any:
        """Everything else of `os`."""
        return getattr(os, name)

    def urandom(self, size: int) -> bytes:
        """What an id is made of."""
        return self.dice.randbytes(size)


@contextmanager
def same_ids() -> Iterator[Ids]:
    """While it lasts ids come from `Ids.dice`."""
    uuid.os = ids = Ids()  # type: ignore[attr-defined]
    try:
        yield ids
    finally:
        uuid.os = os  # type: ignore[attr-defined]
