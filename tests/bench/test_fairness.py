"""The fairness suite itself: it passes what is fair and sees what is not."""

import random
import xml.etree.ElementTree as ET

import pytest

from . import mixing, svg
from .stats import Class, line_of, once, suspicious
from .worlds import WORLDS, observe

ITEMS = [f"s{i}" for i in range(12)]


def drawn(bias: float, draws: int = 6000) -> Class:
    """Three of twelve, the first a little more often."""
    dice, found = random.Random(5), Class(list(ITEMS), 3 / 12)
    for number in range(draws):
        tickets = {item: dice.random() - (bias if item == "s0" else 0) for item in ITEMS}
        found.add(number, once(sorted(ITEMS, key=tickets.__getitem__)[:3]))
    return found


def test_a_fair_draw_is_not_suspected() -> None:
    row = line_of("w", "m", "c", drawn(0.0))
    assert suspicious([row]) == [] and row["draws"] == 6000
    assert row["noise"] == pytest.approx((0.25 * 0.75 / 6000) ** 0.5, rel=1e-3)
    assert row["chi_square"] < row["chi_square_expected"] + 4 * row["chi_square_noise"]


def test_a_site_drawn_a_little_too_often_is_seen() -> None:
    row = line_of("w", "m", "c", drawn(0.05))
    assert suspicious([row]) == [row] and row["max_z"] > 5


def test_halves_joined_are_the_whole() -> None:
    one, two, whole = (Class(list(ITEMS), 3 / 12) for _ in range(3))
    for number in range(400):
        values = once(random.Random(number).sample(ITEMS, 3))
        whole.add(number, values)
        (one if number < 150 else two).add(number, values)
    assert line_of("w", "m", "c", one.join(two)) == line_of("w", "m", "c", whole)


@pytest.mark.parametrize("world", WORLDS, ids=lambda w: w.name)
def test_every_world_can_be_drawn_and_gives_what_is_due(world) -> None:
    measures = observe(world, range(40))
    rows = [line_of(world.name, m.name, label, c) for m in measures for label, c in m.classes.items()]
    assert suspicious(rows) == []
    for stratum, one in measures[0].classes.items():
        size, take = world.strata[stratum]
        assert sum(one.means()) == pytest.approx(take)
        assert one.due == take / size
    slots = sum(sum(one.means()) for one in measures[3].classes.values())
    assert slots <= world.team * sum(take for _, take in world.strata.values()) + 1e-9


def test_the_list_of_all_assignments_is_one() -> None:
    count, due = mixing.exact()
    assert count == 53
    assert sum(due.values()) == pytest.approx(2 * len(mixing.SITES))
    assert all(due[ban] == 0 for ban in mixing.BANS)
    got = mixing.seen(range(300), 50)
    assert all(abs(got[key] / 300 - p) < 0.2 for key, p in due.items())


def test_the_plots_are_svg() -> None:
    made = [
        svg.dots("a < b", [("x", [0.1, 0.2], 0.15, 0.01), ("y", [0.4], 0.4, 0.0)], "c & d"),
        svg.histogram("z", [-9.0, 0.0, 0.1, 9.0]),
    ]
    for drawing in made:
        root = ET.fromstring(drawing)
        assert root.tag.endswith("svg") and root.find("{http://www.w3.org/2000/svg}title") is not None
        assert "nan" not in drawing
