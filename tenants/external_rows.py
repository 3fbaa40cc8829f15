"""Frozen values of roster differences and of the platform's lists."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tenants.rows import Json

Verdict = Literal["source", "noted", "equal", "different"]


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """The difference of a roster as it was shown to somebody, in numbers; names are a sealed part.

    Attributes:
        n: from 1 within the draw. h: hex of its keyed fingerprint.
        sites: numbers that become public at the freeze. people: numbers of officers, never public.
        root, log_index: of the frozen roster and its log entry; None while it was only shown.
        seen_outside: of the frozen one, whether somebody outside the bureau had read it before the freeze.
    """

    bureau: str
    draw_no: int
    n: int
    h: str
    sites: Json
    people: Json
    at: datetime
    by: str
    root: str | None = None
    log_index: int | None = None
    seen_outside: bool = False


@dataclass(frozen=True, slots=True)
class PublicDifference:
    """What anyone may know of it once the lists are frozen."""

    bureau: str
    draw_no: int
    root: str
    sites: Json
    log_index: int
    seen_outside: bool


@dataclass(frozen=True, slots=True)
class PlatformList:
    """A list of the provincial platform that was handed in, by numbers.

    Attributes:
        batch: the platform's batch number. size: sites on the list.
        verdict: source = the draw was taken over from it; noted = the number alone; equal, different =
            compared with a draw of ours.
        fingerprint: hex, of the file, keyed by the draw's data key; "" when no file came. The plain hash is
            sealed: it would let who knows the rosters try lists until one fits.
        missing, extra, teams: sites of ours not on it, sites on it not of ours, sites with another team.
    """

    bureau: str
    draw_no: int
    n: int
    batch: str
    verdict: Verdict
    fingerprint: str
    size: int
    missing: int
    extra: int
    teams: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PublicSource:
    """The platform's list a draw was taken over from, as the portal sees it."""

    bureau: str
    draw_no: int
    batch: str
    fingerprint: str
    size: int
    at: datetime


def difference_target(bureau: str, draw_no: int) -> str:
    """How the journal names the draw of a difference."""
    return f"draw/{bureau}/{draw_no}"
