"""Bureaus of a city or province side by side: drawn, required, done, late, published."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from policies.figures import FIGURES
from policies.planning.caps import DRAWN, Cap, cap_of
from policies.rulebook.lawbook import rules_at
from policies.terms import Period
from services.fanout import Absent, Noted, Spanned, over
from services.ruling.ruleset import least_officers, typed
from services.views.alarms import newest_first
from services.views.desk import Here, here
from services.views.periods import chosen_period, period_of
from services.views.progress import DistrictLine, district_line
from services.work import Work
from tenants.external_rows import PlatformList
from tenants.rows import BureauEntry, RuleChoice
from tenants.stores import bureaus, comparing, platform_lists, side_by_side
from tenants.stores.comparing import DrawNumbers, TaskNumbers, VisitNumbers
from tenants.stores.side_by_side import ChangeNumbers, KindNumbers, LoadNumbers

COLUMNS = tuple(DistrictLine.__dataclass_fields__)
TARGET = "districts side by side"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What one database says of the bureaus that live in it, about one quarter."""

    codes: tuple[str, ...]
    draws: tuple[DrawNumbers, ...]
    tasks: tuple[TaskNumbers, ...]
    visits: tuple[VisitNumbers, ...]
    changes: tuple[ChangeNumbers, ...]
    kinds: tuple[KindNumbers, ...]
    loads: tuple[LoadNumbers, ...]
    chosen: tuple[RuleChoice, ...]
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
    entries = {one.code: one for one in await bureaus.all_(work.control)}
    lines = lines_of(work, asked.found, entries)
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
    return await over(work, codes, partial(numbers_in, period=period), noted_for(str(period)))


def noted_for(what: str) -> Noted:
    """How a look at the numbers stands in the journals of the bureaus below."""
    return Noted("city.compare", f"{TARGET} {what}")


async def numbers_in(there: Work, codes: tuple[str, ...], period: Period) -> tuple[Numbers]:
    """What one database says of the bureaus that live in it, about one quarter."""
    of = (there.db, there.scope, codes, period)
    return (
        Numbers(
            codes,
            await comparing.draws_in(*of),
            await comparing.tasks_in(*of, there.today),
            await comparing.visits_in(*of, there.today, least_officers(there)),
            await side_by_side.changes_in(*of),
            await side_by_side.kinds_in(*of),
            await side_by_side.loads_in(there.db, there.scope, codes, period.year),
            await side_by_side.caps_chosen(there.db, there.scope, codes),
            await platform_lists.differing(there.db, there.scope, codes),
            await comparing.periods(there.db, there.scope, codes),
        ),
    )


def lines_of(
    work: Work, parts: Iterable[Numbers], entries: Mapping[str, BureauEntry]
) -> dict[str, DistrictLine]:
    """A line a bureau that answered; visits the superior paid count toward the cap of the roster's bureau."""
    known = tuple(parts)
    loads = [one for part in known for one in part.loads]
    names = {code: entry.name for code, entry in entries.items()}
    made = {}
    for part in known:
        for line in _lines(part, names):
            mine = [one for one in loads if one.subject == line.code and sum(one.visits.values()) > 1]
            chosen = [one for one in part.chosen if one.bureau == line.code]
            over = _over(_cap(work, entries[line.code], chosen), mine) if mine else 0
            made[line.code] = replace(line, over_caps=over)
    return made


def _cap(work: Work, entry: BureauEntry, chosen: Sequence[RuleChoice]) -> Cap | None:
    """The cap in force in a bureau today."""
    path = ("CN", *entry.path)
    return cap_of(rules_at(work.app.book, path, work.today, typed(chosen), level=entry.level))


def _over(cap: Cap | None, repeated: Iterable[LoadNumbers]) -> int | None:
    """Sites beyond the cap among those visited more than once; None where there is no cap."""
    if cap is None:
        return None
    return sum(one.sites for one in repeated if cap.counted(one.visits) > cap.limit)


def _lines(part: Numbers, names: Mapping[str, str]) -> Iterator[DistrictLine]:
    visits = {one.bureau: one for one in part.visits}
    changes = {one.bureau: one.count for one in part.changes}
    for code in part.codes:
        draws = [one for one in part.draws if one.bureau == code]
        tasks = [one for one in part.tasks if one.bureau == code]
        kinds = {one.visit_type: one.count for one in part.kinds if one.bureau == code}
        line = district_line(code, names.get(code, code), draws, tasks, visits.get(code))
        total, drawn = sum(kinds.values()), kinds.get(DRAWN, 0)
        yield replace(line, changes=changes.get(code, 0), visits=total, random=drawn)


def share(line: DistrictLine | Mapping[str, Any], figure: str) -> tuple[int, int]:
    """What a share of the comparison divides, of a line or of the totals."""
    part, whole = FIGURES[figure].of
    told = line if isinstance(line, Mapping) else asdict(line)
    return int(told[part] or 0), int(told[whole] or 0)
