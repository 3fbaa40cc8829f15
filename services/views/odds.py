"""The true odds of an overlay that avoided another draw, class by class. Basis: obligation 16."""

from dataclasses import dataclass

from services.drawing.avoidance import avoids
from services.views.draws import draw_face
from tenants.records import PublicDraw
from tenants.rows import Draw


@dataclass(frozen=True, slots=True)
class Odds:
    """One class: first the district drew, then the overlay among those left.

    Attributes:
        first_take, first_size: of the district's draw; 0 when it had no such class.
        take, size: of the overlay.
    """

    stratum: str
    first_take: int
    first_size: int
    take: int
    size: int

    @property
    def overall(self) -> float:
        """Chance of a site of this class to be drawn by the overlay, before either draw; for people."""
        left = 1 - self.first_take / self.first_size if self.first_size else 1.0
        return left * self.take / self.size if self.size else 0.0


@dataclass(frozen=True, slots=True)
class Avoided:
    """A draw that an overlay avoided, and what that means class by class."""

    bureau: str
    draw_no: int
    odds: tuple[Odds, ...]


def odds_of(draw: PublicDraw | Draw, avoided: PublicDraw | Draw) -> tuple[Odds, ...]:
    """The odds by class, in the order of the draw's page."""
    first = {row.id: row for row in draw_face(avoided).strata}
    return tuple(
        Odds(
            row.id,
            first[row.id].take if row.id in first else 0,
            first[row.id].size if row.id in first else 0,
            row.take,
            row.size,
        )
        for row in draw_face(draw).strata
    )


__all__ = ["Avoided", "Odds", "avoids", "odds_of"]
