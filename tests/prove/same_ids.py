"""Ids and salts drawn from dice that a proof seeds, so that two worlds give the same ones."""

import os
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from types import ModuleType
from typing import Any

from pytest import MonkeyPatch

from services.drawing import pseudonyms
from services.usecases import approve_change, freeze_draw, prepare_draw

SALTED = (approve_change, freeze_draw, prepare_draw, pseudonyms)  # an answer shows a hash over their salts


class Instead:
    """A module with one function of its own; everything else is the real one's."""

    def __init__(self, whole: ModuleType, name: str, own: Callable[[int], bytes]) -> None:
        self._whole, self._name, self._own = whole, name, own

    def __getattr__(self, name: str) -> Any:
        """The own function, or what the real module has."""
        return self._own if name == self._name else getattr(self._whole, name)


@contextmanager
def same_ids() -> Iterator[Random]:
    """While it lasts ids, and salts whose hashes are shown, come from the dice; whoever asks seeds them.

    Both worlds, seeded alike, then give the same ids: order by id, hashes over ids and ETags are compared as
    they are.
    """
    dice = Random(0)
    with MonkeyPatch.context() as patch:
        patch.setattr(uuid, "os", Instead(os, "urandom", dice.randbytes))
        for module in SALTED:
            patch.setattr(module, "secrets", Instead(secrets, "token_bytes", dice.randbytes))
        yield dice
