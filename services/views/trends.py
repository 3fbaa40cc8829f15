"""Shares of each district over the quarters, as small lines side by side; what is missing is a gap."""

from collections.abc import Sequence
from dataclasses import dataclass

from policies.figures import SHARES
from policies.terms import Period
from services.fanout import Absent, over
from services.views.comparison import Numbers, lines_of, noted_for, numbers_in, share
from services.views.desk import Here, here
from services.views.periods import period_of
from services.views.progress import DistrictLine
from services.work import Work
from tenants.stores import bureaus

QUARTERS = 8
WIDTH, HEIGHT, PAD = 220, 84, 8


@dataclass(frozen=True, slots=True)
class Small:
    """One district: share → points of its line ("x,y x,y …", in pieces where a quarter has no number).

    `lines`: the numbers themselves, one a quarter, oldest first.
    """

    code: str
    name: str
    pieces: dict[str, tuple[str, ...]]
    dots: dict[str, tuple[tuple[float, float], ...]]
    lines: tuple[DistrictLine, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """Every district over the same quarters."""

    here: Here
    periods: tuple[Period, ...]
    districts: tuple[Small, ...]
    absent: tuple[Absent, ...]


async def trend(work: Work) -> Trend:
    """The last quarters of every visible bureau; each of them is told that it was read."""
    work.require("city.compare")
    where, periods = await here(work), _back(period_of(work.today))

    async def read(there: Work, codes: tuple[str, ...]) -> tuple[tuple[Period, Numbers], ...]:
        found = [(one, await numbers_in(there, codes, one)) for one in periods]
        return tuple((period, numbers) for period, (numbers,) in found)

    asked = await over(work, work.scope.visible, read, noted_for(f"{periods[0]}–{periods[-1]}"))
    entries = {one.code: one for one in await bureaus.all_(work.control)}
    by_period = {
        period: lines_of(work, [part for at, part in asked.found if at == period], entries)
        for period in periods
    }
    codes = [code for code in work.scope.visible if code in by_period[periods[-1]]]
    own = where.face.code
    small = tuple(_small([by_period[one][code] for one in periods]) for code in codes if code != own)
    return Trend(where, periods, small, asked.absent)


def _back(last: Period) -> tuple[Period, ...]:
    found = [last]
    while len(found) < QUARTERS:
        first = found[0]
        before = Period(first.year - 1, 4) if first.quarter == 1 else Period(first.year, first.quarter - 1)
        found.insert(0, before)
    return tuple(found)


def _small(lines: Sequence[DistrictLine]) -> Small:
    points = {name: [_point(n, *share(line, name)) for n, line in enumerate(lines)] for name in SHARES}
    dots = {name: tuple(one for one in row if one is not None) for name, row in points.items()}
    pieces = {name: _pieces(row) for name, row in points.items()}
    return Small(lines[0].code, lines[0].name, pieces, dots, tuple(lines))


def _point(n: int, part: int, whole: int) -> tuple[float, float] | None:
    """A quarter without anything to divide by has no point: it is not zero."""
    if not whole:
        return None
    wide, tall = (WIDTH - 2 * PAD) / (QUARTERS - 1), HEIGHT - 2 * PAD
    return round(PAD + n * wide, 1), round(PAD + tall * (1 - min(1.0, part / whole)), 1)


def _pieces(row: Sequence[tuple[float, float] | None]) -> tuple[str, ...]:
    pieces: list[list[str]] = [[]]
    for one in row:
        if one is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{one[0]},{one[1]}")
    return tuple(" ".join(piece) for piece in pieces if len(piece) > 1)
