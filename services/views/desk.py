"""What every page behind the login knows: the bureau acted for, and how bureaus are called."""

from collections.abc import Mapping
from dataclasses import dataclass

from policies.terms import Period
from services.views.bureaus import BureauFace, face_of, names_of
from services.views.periods import chosen_period, period_of
from services.work import Work
from tenants.stores import bureaus, draws


@dataclass(frozen=True, slots=True)
class Here:
    """The bureau a page is about, and code → name of all."""

    face: BureauFace
    names: Mapping[str, str]


async def here(work: Work, bureau: str = "") -> Here:
    """The bureau asked for, or the one acted for. Raises Missing."""
    entries = await bureaus.all_(work.control)
    return Here(face_of(entries, bureau or work.scope.bureau), names_of(entries))


async def periods_of(work: Work, wanted: str = "", bureau: str = "") -> tuple[Period, tuple[Period, ...]]:
    """The quarter to show and all that have draws, newest first."""
    whose = bureau or work.scope.bureau
    found = await draws.recent(await work.at(whose), work.scope, whose, 200)
    known = tuple(sorted({Period.parse(d.period) for d in found}, reverse=True))
    return chosen_period(period_of(work.today), known, wanted), known
