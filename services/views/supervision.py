"""The comparison as a supervisor reads it: which bureaus stand out, and in what."""

from collections.abc import Iterable
from dataclasses import dataclass

from policies.figures import FIGURES, OVERSIGHT
from services.views.progress import DistrictLine


@dataclass(frozen=True, slots=True)
class Exceptions:
    """One figure of which more is worse, with the bureaus where it is not zero, the most first.

    Attributes:
        figure: key of `policies.figures.FIGURES`. lines: (bureau's line, number).
        unknown: bureaus where it cannot be told: a site was visited more than once and no cap is in force.
    """

    figure: str
    lines: tuple[tuple[DistrictLine, int], ...]
    unknown: tuple[DistrictLine, ...] = ()

    @property
    def total(self) -> int:
        """Over all bureaus."""
        return sum(number for _, number in self.lines)


def exceptions(lines: Iterable[DistrictLine]) -> tuple[Exceptions, ...]:
    """Every figure of oversight of which more is worse, in the order of the table."""
    every = tuple(lines)
    return tuple(_of(name, every) for name in OVERSIGHT if FIGURES[name].sense == "bad")


def _of(figure: str, every: tuple[DistrictLine, ...]) -> Exceptions:
    told = [(line, getattr(line, figure)) for line in every]
    found = sorted(
        ((line, number) for line, number in told if number), key=lambda one: (-one[1], one[0].code)
    )
    return Exceptions(figure, tuple(found), tuple(line for line, number in told if number is None))
