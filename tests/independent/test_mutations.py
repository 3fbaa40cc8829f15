"""Whatever is altered in a logged bundle, it is never VALID again and nothing breaks."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest

from .checker import check
from .coding import Unreadable
from .test_independent import vector

Path = tuple[Any, ...]


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Every place in a JSON value."""
    if here:
        yield here
    if isinstance(value, dict):
        for name in value:
            yield from paths(value[name], (*here, name))
    elif isinstance(value, list):
        for i in range(len(value)):
            yield from paths(value[i], (*here, i))


def alter(dice: random.Random, holder: Any, key: Any) -> None:
    """Change one place: another value, another type, gone, or twice."""
    value = holder[key]
    choice = dice.randrange(4)
    if choice == 0:
        del holder[key]
    elif choice == 1:
        holder[key] = dice.choice([None, True, 1.5, -1, 10**30, [], {}, "", "é", [[]], {"a": 1}])
    elif choice == 2 and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(value))
    elif isinstance(value, str):
        at = dice.randrange(len(value) + 1)
        holder[key] = value[:at] + dice.choice("0a-zA=\n ") + value[at + dice.randrange(2) :]
    elif isinstance(value, int):
        holder[key] = value + dice.choice([-1, 1])
    else:
        holder[key] = "altered"


@pytest.mark.parametrize("name", ["rd1-drand-log.json", "rd1-crews-log.json", "rd1-sm3-log.json"])
def test_no_alteration_stays_valid(name: str) -> None:
    given = vector(name)
    bundle = given["bundle"]
    dice = random.Random(name)
    every = [p for p in paths(bundle) if p[0] not in {"units", "bans"} or dice.random() < 0.02]
    for path in dice.sample(every, 60):
        changed = copy.deepcopy(bundle)
        holder: Any = changed
        for key in path[:-1]:
            holder = holder[key]
        alter(dice, holder, path[-1])
        if changed == bundle:
            continue
        try:
            report = check(changed, given["trust"])
        except Unreadable:
            continue
        assert report["verdict"] != "VALID", path
