"""Draws of the provincial platform: their numbers, and how a list of theirs compares with one of ours.

Nothing of such a draw can be checked: neither who was in the urn nor how it was drawn. Its number alone says
so, wherever it stands: ours run gapless from 1, theirs from a million on. Basis: rd1 §2; obligation 21.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

EXTERNAL_FROM = 1_000_000


def is_external(draw_no: int | None) -> bool:
    """True for the number of a draw of the platform."""
    return draw_no is not None and draw_no >= EXTERNAL_FROM


def place_of(draw_no: int) -> int:
    """The how-manieth of its sort a draw is: 1000000 is the platform's first here."""
    return draw_no - EXTERNAL_FROM + 1 if is_external(draw_no) else draw_no


@dataclass(frozen=True, slots=True)
class Comparison:
    """Our list and the platform's, by site.

    Attributes:
        missing: codes of ours that are not on the platform's list. extra: the other way round.
        teams: codes on both with other officers.
    """

    missing: tuple[str, ...]
    extra: tuple[str, ...]
    teams: tuple[str, ...]

    @property
    def verdict(self) -> Literal["equal", "different"]:
        """`different` as soon as one site or one team differs."""
        return "different" if self.missing or self.extra or self.teams else "equal"


def compare_lists(
    ours: Mapping[str, Iterable[str]], theirs: Mapping[str, Iterable[str]], *, teams: bool = False
) -> Comparison:
    """Compare two lists.

    Args:
        ours, theirs: site code → certificates of its team; a list that names no officers at all is compared
            by sites alone.
        teams: officers are compared whatever the list names.
    """
    both = sorted(ours.keys() & theirs.keys())
    named = teams or any(tuple(team) for team in theirs.values())
    return Comparison(
        tuple(sorted(ours.keys() - theirs.keys())),
        tuple(sorted(theirs.keys() - ours.keys())),
        tuple(code for code in both if named and set(ours[code]) != set(theirs[code])),
    )
