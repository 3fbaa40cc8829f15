"""One district's quarter for its superior, day by day: draws, records, roster, notices, audits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from policies.terms import Period
from services.clock import CHINA
from services.views.desk import Here, here
from services.views.periods import chosen_period, period_of
from services.work import Work
from tenants.audit_rows import AuditCase
from tenants.rows import Draw
from tenants.stores import audits, comparing, draws, timeline
from tenants.stores.comparing import TaskNumbers
from tenants.stores.timeline import DayNumbers

MOST = 200


@dataclass(frozen=True, slots=True)
class Happening:
    """Something of a day.

    Attributes:
        kind: key of the page's words. what: code the page has words for, or a reason as it was given.
        count: how often that day; 0 where it is one thing. draw_no, audit: what it belongs to.
    """

    day: date
    kind: str
    what: str = ""
    count: int = 0
    draw_no: int | None = None
    audit: str = ""


@dataclass(frozen=True, slots=True)
class District:
    """A district's quarter; `draws`: those of the quarter, newest first; `tasks`: visits by state."""

    here: Here
    period: Period
    periods: tuple[Period, ...]
    days: tuple[tuple[date, tuple[Happening, ...]], ...]
    draws: tuple[Draw, ...]
    tasks: tuple[TaskNumbers, ...]
    audits: tuple[AuditCase, ...]

    @property
    def late(self) -> int:
        """Visits whose day has passed without a record."""
        return sum(one.late for one in self.tasks)


async def district(work: Work, bureau: str, wanted: str = "") -> District:
    """The timeline of a visible bureau.

    Raises:
        Stranger: not visible from the bureau acted for.
    """
    work.require("city.compare", bureau=bureau)
    found = await draws.recent(work.db, work.scope, bureau, MOST)
    known = tuple(sorted({Period.parse(one.period) for one in found}, reverse=True))
    period = chosen_period(period_of(work.today), known, wanted)
    of = (work.db, work.scope, bureau, period)
    rows = [
        *_weekly("published", await timeline.published(*of)),
        *_many("withdrawn", await timeline.withdrawn(*of)),
        *_many("changed", await timeline.changed(*of)),
        *_weekly("recorded", await timeline.recorded(*of)),
    ]
    mine = tuple(one for one in found if one.period == str(period))
    rows += [step for one in mine for step in _steps(one)]
    cases = await audits.of_bureau(work.control, work.scope, work.scope.bureau)
    about = tuple(one for one in cases if (one.district, one.period) == (bureau, str(period)))
    rows += [step for one in about for step in _audited(one)]
    tasks = await comparing.tasks_in(work.db, work.scope, (bureau,), period, work.today)
    return District(await here(work, bureau), period, known, _by_day(rows), mine, tasks, about)


def _many(kind: str, found: Iterable[DayNumbers]) -> list[Happening]:
    return [Happening(one.day, kind, one.what, one.count) for one in found]


def _weekly(kind: str, found: Iterable[DayNumbers]) -> list[Happening]:
    """What happens nearly every day, once a week, on its first day: else nothing else would be seen."""
    weeks: dict[tuple[date, str], int] = {}
    for one in found:
        monday = one.day - timedelta(days=one.day.weekday())
        weeks[monday, one.what] = weeks.get((monday, one.what), 0) + one.count
    return [Happening(day, kind, what, count) for (day, what), count in weeks.items()]


def _steps(draw: Draw) -> list[Happening]:
    moments = {
        "prepared": draw.created_at,
        "frozen": draw.frozen_at,
        "drawn": draw.drawn_at,
        "opened": draw.opened_at,
        "void": draw.voided_at,
    }
    return [
        Happening(_day(at), step, draw.void_reason or "" if step == "void" else "", draw_no=draw.draw_no)
        for step, at in moments.items()
        if at is not None
    ]


def _audited(case: AuditCase) -> list[Happening]:
    moments = {
        "audit.open": case.opened_at,
        "audit.draw": case.drawn_at,
        "audit.sent": case.sent_at,
        "audit.closed": case.closed_at,
    }
    return [Happening(_day(at), kind, audit=str(case.id)) for kind, at in moments.items() if at is not None]


def _day(at: datetime) -> date:
    return at.astimezone(CHINA).date()


def _by_day(rows: Iterable[Happening]) -> tuple[tuple[date, tuple[Happening, ...]], ...]:
    every = list(rows)
    days = sorted({one.day for one in every}, reverse=True)
    return tuple((day, tuple(one for one in every if one.day == day)) for day in days)
