"""The superior's own draws over the rosters below: how far they are, where they met the district's."""

from collections import Counter
from dataclasses import dataclass

from policies.rulebook.rules import Value
from policies.terms import Period
from services.ruling.ruleset import rules_for
from services.views.desk import Here, here, periods_of
from services.views.progress import Progress, progress_of
from services.work import Work
from tenants.rows import Draw
from tenants.stores import draws, joints, tasks


@dataclass(frozen=True, slots=True)
class Overlay:
    """One draw over one roster.

    Attributes:
        required, taken: of the frozen lists; None before.
        met: visits made joint with the district's own draw, by its number there.
    """

    draw: Draw
    required: int | None
    taken: int | None
    progress: Progress
    met: tuple[tuple[int, int], ...]

    @property
    def collisions(self) -> int:
        """Visits that both drew and that became one."""
        return sum(count for _, count in self.met)


@dataclass(frozen=True, slots=True)
class Overlays:
    """A quarter's draws over rosters below, and the rules they follow."""

    here: Here
    period: Period
    periods: tuple[Period, ...]
    rows: tuple[Overlay, ...]
    rules: tuple[Value, ...]


RULES = ("overlay.key", "overlay.general", "overlay.handling", "overlay.apportion", "overlay.officers")


async def overlays(work: Work, wanted: str = "") -> Overlays:
    """Draws of the bureau acted for over rosters of others; numbers only."""
    work.require("city.compare")
    period, known = await periods_of(work, wanted)
    bureau = work.scope.bureau
    found = await draws.recent(work.db, work.scope, bureau, 200)
    mine = [one for one in found if one.subject != bureau and one.period == str(period)]
    rows = tuple([await _overlay(work, one) for one in mine])
    rules = await rules_for(work, bureau)
    told = tuple(value for key in RULES if (value := rules.get(key)) is not None)
    return Overlays(await here(work), period, known, rows, told)


async def _overlay(work: Work, draw: Draw) -> Overlay:
    of = (work.db, work.scope, draw.bureau, draw.draw_no)
    strata = (draw.manifest or {}).get("strata")
    links = Counter(one.other_draw_no for one in await joints.of_draw(*of))
    return Overlay(
        draw,
        sum(one["least"] for one in strata) if strata else None,
        sum(one["take"] for one in strata) if strata else None,
        progress_of(await tasks.of_draw(*of), work.today),
        tuple(sorted(links.items())),
    )
