"""Bureaus of a city or province side by side: drawn, required, done, late, published."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from policies.terms import Period
from services.fanout import Absent, Noted, Spanned, over
from services.views.alarms import newest_first
from services.views.desk import Here, here
from services.views.periods import chosen_period, period_of
from services.views.progress import DistrictLine, district_line
from services.work import Work
from tenants.external_rows import PlatformList
from tenants.stores import comparing, platform_lists
from tenants.stores.comparing import DrawNumbers, TaskNumbers, VisitNumbers

COLUMNS = tuple(DistrictLine.__dataclass_fields__)
TARGET = "districts side by side"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What one database says of the bureaus that live in it, about one quarter."""

    codes: tuple[str, ...]
    draws: tuple[DrawNumbers, ...]
    tasks: tuple[TaskNumbers, ...]
    visits: tuple[VisitNumbers, ...]
    alarms: tuple[PlatformList, ...]
    periods: frozenset[str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The quarter of every bureau in sight; totals count those that drew and could be asked.

    Attributes:
        absent: bureaus whose numbers are not known now: they are in no sum.
        alarms: draws, of any quarter, that the platform's list contradicts; numbers only.
    """

    here: Here
    period: Period
    periods: tuple[Period, ...]
    lines: tuple[DistrictLine, ...]
    absent: tuple[Absent, ...] = ()
    alarms: tuple[PlatformList, ...] = ()

    @property
    def totals(self) -> dict[str, int]:
        """Sums of every number; a bureau without a draw adds nothing."""
        numbers = COLUMNS[2:]
        return {name: sum(getattr(line, name) or 0 for line in self.lines) for name in numbers}

    @property
    def lacking(self) -> frozenset[str]:
        """Codes of the bureaus that are missing."""
        return frozenset(one.code for one in self.absent)

    @property
    def rows(self) -> tuple[DistrictLine | Absent, ...]:
        """Lines and what is missing in one order, by code, the own bureau first."""
        own = self.here.face.code
        every = {line.code: line for line in self.lines} | {one.code: one for one in self.absent}
        return tuple(every[code] for code in sorted(every, key=lambda code: (code != own, code)))

    def as_dict(self) -> dict[str, Any]:
        """JSON form, the same in the export, the API and the command."""
        return {
            "period": str(self.period),
            "rows": [asdict(line) for line in self.lines],
            "totals": self.totals,
            "missing": [one.as_dict() for one in self.absent],
        }


async def comparison(work: Work, wanted: str = "") -> Comparison:
    """Every visible bureau in a quarter, the own one first."""
    work.require("city.compare")
    where = await here(work)
    period = _likely(work, wanted)
    asked = await _asked(work, work.scope.visible, period)
    periods = tuple(sorted({Period.parse(one) for part in asked.found for one in part.periods}, reverse=True))
    absent = asked.absent
    if (chosen := chosen_period(period_of(work.today), periods, wanted)) != period:
        period, answering = chosen, [code for code in work.scope.visible if code not in asked.lacking]
        asked = await _asked(work, answering, period)
        absent += asked.absent
    lines = {line.code: line for part in asked.found for line in _lines(part, where.names)}
    shown = tuple(lines[code] for code in work.scope.visible if code in lines)
    alarms = sorted((a for part in asked.found for a in part.alarms), key=newest_first)
    return Comparison(where, period, periods, shown, absent, tuple(alarms))


def _likely(work: Work, wanted: str) -> Period:
    """The quarter to be shown, unless no bureau knows it: guessed right, it spares a second round."""
    try:
        return Period.parse(wanted)
    except ValueError:
        return period_of(work.today)


async def _asked(work: Work, codes: Iterable[str], period: Period) -> Spanned[Numbers]:
    noted = Noted("city.compare", f"{TARGET} {period}")
    return await over(work, codes, partial(_numbers, period=period), noted)


async def _numbers(there: Work, codes: tuple[str, ...], period: Period) -> tuple[Numbers]:
    of = (there.db, there.scope, codes, period)
    return (
        Numbers(
            codes,
            await comparing.draws_in(*of),
            await comparing.tasks_in(*of, there.today),
            await comparing.visits_in(*of, there.today),
            await platform_lists.differing(there.db, there.scope, codes),
            await comparing.periods(there.db, there.scope, codes),
        ),
    )


def _lines(part: Numbers, names: Mapping[str, str]) -> Iterator[DistrictLine]:
    visits = {one.bureau: one for one in part.visits}
    for code in part.codes:
        draws = [one for one in part.draws if one.bureau == code]
        tasks = [one for one in part.tasks if one.bureau == code]
        yield district_line(code, names.get(code, code), draws, tasks, visits.get(code))
